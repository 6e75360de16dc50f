"""Activity bases (开放式组织生活基地), their rooms and opening hours."""

from __future__ import annotations

from datetime import time

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from office.database import Record
from office.models.organisation import Organisation


class ActivityBase(Record):
    """A place where branches hold their organisation life."""

    __tablename__ = "activity_bases"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(20), unique=True)
    name: Mapped[str] = mapped_column(String(80), unique=True)
    aliases: Mapped[str] = mapped_column(String(200), default="")
    """Other names that people use, parted by spaces."""
    address: Mapped[str] = mapped_column(String(200))
    introduction: Mapped[str] = mapped_column(String(500), default="")
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    """The organisation whose keepers look after the base."""
    days_ahead: Mapped[int] = mapped_column(default=60)
    hours_before: Mapped[int] = mapped_column(default=2)
    organisation: Mapped[Organisation] = relationship()
    rooms: Mapped[list[Room]] = relationship(back_populates="base", order_by="Room.id")
    hours: Mapped[list[OpeningHours]] = relationship(order_by="OpeningHours.weekday")


class Room(Record):
    """A room of a base; a hall that can be booked whole has its parts below it."""

    __tablename__ = "rooms"
    __table_args__ = (UniqueConstraint("base_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    base_id: Mapped[int] = mapped_column(ForeignKey("activity_bases.id"), index=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("rooms.id"))
    name: Mapped[str] = mapped_column(String(80))
    capacity: Mapped[int]
    base: Mapped[ActivityBase] = relationship(back_populates="rooms")
    parts: Mapped[list[Room]] = relationship()


class OpeningHours(Record):
    """One stretch of a weekday (0 is Monday) on which a base is open, in local time, half open."""

    __tablename__ = "opening_hours"
    __table_args__ = (UniqueConstraint("base_id", "weekday", "opens"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    base_id: Mapped[int] = mapped_column(ForeignKey("activity_bases.id"), index=True)
    weekday: Mapped[int]
    opens: Mapped[time]
    closes: Mapped[time]
