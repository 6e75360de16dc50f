"""How fast a channel may be used, over all processes that use it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from office.database import Record


class Pace(Record):
    """When the next message may go out over a channel."""

    __tablename__ = "paces"

    channel: Mapped[str] = mapped_column(String(20), primary_key=True)
    free_at: Mapped[datetime]
