"""Days of the working calendar that an organisation has set itself."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from office.database import Record


class CalendarDay(Record):
    """A day that is worked on, or not, whatever the public calendar says; holds for all below."""

    __tablename__ = "calendar_days"
    __table_args__ = (UniqueConstraint("organisation_id", "day"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    day: Mapped[date]
    worked: Mapped[bool]
    note: Mapped[str] = mapped_column(String(80), default="")
