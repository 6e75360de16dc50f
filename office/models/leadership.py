"""Which of several processes leads: a lease that it renews, and that runs out when it dies."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from office.database import Record


class Leadership(Record):
    """The lease of one kind of work, such as the scheduler's."""

    __tablename__ = "leaderships"

    name: Mapped[str] = mapped_column(String(20), primary_key=True)
    holder: Mapped[str] = mapped_column(String(80))
    until: Mapped[datetime]
