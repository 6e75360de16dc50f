"""Bookings, and the occupancy by which the database itself keeps two from overlapping."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from office.database import Record
from office.models.base import ActivityBase, Room
from office.models.member import Member
from office.models.organisation import Organisation


class BookingState(StrEnum):
    """Where a booking is in its life."""

    CONFIRMED = "confirmed"
    CANCELLED = "cancelled"


class Booking(Record):
    """A branch's use of a room from ``starts_at`` up to, not including, ``ends_at``."""

    __tablename__ = "bookings"
    __table_args__ = (
        CheckConstraint("starts_at < ends_at", name="starts_before_end"),
        CheckConstraint("head_count > 0", name="somebody_comes"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    room_id: Mapped[int] = mapped_column(ForeignKey("rooms.id"), index=True)
    base_id: Mapped[int] = mapped_column(ForeignKey("activity_bases.id"), index=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), index=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"), index=True)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    head_count: Mapped[int]
    purpose: Mapped[str] = mapped_column(String(200))
    state: Mapped[BookingState] = mapped_column(String(20), default=BookingState.CONFIRMED)
    request_key: Mapped[str] = mapped_column(String(80), unique=True)
    """Names the request that made it, so that the same request handled twice books once."""
    created_at: Mapped[datetime]
    room: Mapped[Room] = relationship()
    base: Mapped[ActivityBase] = relationship()
    organisation: Mapped[Organisation] = relationship()
    member: Mapped[Member] = relationship()


class Occupancy(Record):
    """A live booking takes every undivided room it uses; a hall booked whole takes all its parts.

    Rows exist for live bookings only. An exclusion constraint (PostgreSQL) or a trigger (SQLite)
    refuses two that overlap in one room.
    """

    __tablename__ = "occupancies"
    __table_args__ = (Index("ix_occupancies_room_time", "room_id", "starts_at", "ends_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    booking_id: Mapped[int] = mapped_column(ForeignKey("bookings.id"), index=True)
    room_id: Mapped[int] = mapped_column(ForeignKey("rooms.id"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
