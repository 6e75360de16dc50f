"""Secret addresses by which calendars of other programs read the bookings of a branch or a base."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from office.database import Record


class CalendarFeed(Record):
    """One such address; only the hash of its token is kept."""

    __tablename__ = "calendar_feeds"
    __table_args__ = (
        CheckConstraint("(organisation_id IS NULL) <> (base_id IS NULL)", name="of_one"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"), index=True)
    base_id: Mapped[int | None] = mapped_column(ForeignKey("activity_bases.id"), index=True)
    created_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
