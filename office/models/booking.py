"""Bookings, what happened to them, and the occupancy by which the database keeps two apart."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from office.database import Record
from office.models.base import ActivityBase, Room
from office.models.member import Member
from office.models.organisation import Organisation


class BookingState(StrEnum):
    """Where a booking is in its life. What holds its room is in ``HOLDING``."""

    OFFERED = "offered"  # kept for the first of the waiting list until ``decide_by``
    HELD = "held"  # asked for; the keeper has until ``decide_by``
    CONFIRMED = "confirmed"
    CHECKED_IN = "checked_in"
    DONE = "done"
    NO_SHOW = "no_show"
    DECLINED = "declined"
    CANCELLED = "cancelled"
    LAPSED = "lapsed"  # an offer that nobody took


HOLDING = frozenset(
    {
        BookingState.OFFERED,
        BookingState.HELD,
        BookingState.CONFIRMED,
        BookingState.CHECKED_IN,
        BookingState.DONE,
    }
)
"""Exactly the bookings in these states have occupancy."""
COMING = frozenset({BookingState.HELD, BookingState.CONFIRMED, BookingState.CHECKED_IN})
"""What a member means by his bookings that are not over."""


class Booking(Record):
    """A branch's use of a room from ``starts_at`` up to, not including, ``ends_at``."""

    __tablename__ = "bookings"
    __table_args__ = (
        CheckConstraint("starts_at < ends_at", name="starts_before_end"),
        CheckConstraint("head_count > 0", name="somebody_comes"),
        Index("ix_bookings_state_decide_by", "state", "decide_by"),
        Index("ix_bookings_state_ends_at", "state", "ends_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    room_id: Mapped[int] = mapped_column(ForeignKey("rooms.id"), index=True)
    base_id: Mapped[int] = mapped_column(ForeignKey("activity_bases.id"), index=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), index=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"), index=True)
    series_id: Mapped[int | None] = mapped_column(ForeignKey("booking_series.id"), index=True)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    head_count: Mapped[int]
    purpose: Mapped[str] = mapped_column(String(200))
    guide: Mapped[bool] = mapped_column(default=False)
    """Whether a guide is asked for."""
    state: Mapped[BookingState] = mapped_column(String(20), default=BookingState.CONFIRMED)
    version: Mapped[int] = mapped_column(default=0)
    """Rises with every change; a change is made only to the version that was looked at."""
    decide_by: Mapped[datetime | None]
    """Until when the keeper (held) or the one who waits (offered) has to answer."""
    escalated_at: Mapped[datetime | None]
    firm_since: Mapped[datetime | None]
    """Since when it stands, at the time it has now; what fell due earlier is not sent."""
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    """Who approved or declined; None if nobody did, or the base's rule for silence."""
    reason: Mapped[str] = mapped_column(String(100), default="")
    """Why it was declined or cancelled, in the words of who did it."""
    request_key: Mapped[str] = mapped_column(String(80), unique=True)
    """Names the request that made it, so that the same request handled twice books once."""
    created_at: Mapped[datetime]
    room: Mapped[Room] = relationship()
    base: Mapped[ActivityBase] = relationship()
    organisation: Mapped[Organisation] = relationship()
    member: Mapped[Member] = relationship(foreign_keys=[member_id])
    decided_by: Mapped[Member | None] = relationship(foreign_keys=[decided_by_id])


class Occupancy(Record):
    """A holding booking takes every undivided room it uses; a hall booked whole all its parts.

    It reaches from the booking's start less the base's buffer to its end and the buffer after it.
    Rows exist for holding bookings only. An exclusion constraint (PostgreSQL) or a trigger (SQLite)
    refuses two that overlap in one room.
    """

    __tablename__ = "occupancies"
    __table_args__ = (
        Index("ix_occupancies_room_time", "room_id", "starts_at", "ends_at"),
        Index("ix_occupancies_starts_at", "starts_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    booking_id: Mapped[int] = mapped_column(ForeignKey("bookings.id"), index=True)
    room_id: Mapped[int] = mapped_column(ForeignKey("rooms.id"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]


class EventKind(StrEnum):
    """What happened to a booking."""

    ASKED = "asked"  # -> held
    BOOKED = "booked"  # -> confirmed
    OFFERED = "offered"  # to the first of the waiting list
    TAKEN = "taken"  # the offer; -> confirmed or held
    LAPSED = "lapsed"  # the offer ran out or was refused
    APPROVED = "approved"
    DECLINED = "declined"
    ESCALATED = "escalated"
    MOVED = "moved"  # other time, room, head count or purpose
    CANCELLED = "cancelled"
    CLASH = "clash"  # a rule of the base has changed and now forbids it
    CHECKED_IN = "checked_in"
    NO_SHOW = "no_show"
    DONE = "done"
    RATED = "rated"


class BookingEvent(Record):
    """One change of one booking: the audit of bookings, and what has to be told to whom."""

    __tablename__ = "booking_events"
    __table_args__ = (
        Index(
            "ix_booking_events_untold",
            "id",
            sqlite_where=text("told_at IS NULL"),
            postgresql_where=text("told_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    booking_id: Mapped[int] = mapped_column(ForeignKey("bookings.id"), index=True)
    at: Mapped[datetime]
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    """Who did it; None is the clock."""
    kind: Mapped[EventKind] = mapped_column(String(20))
    from_state: Mapped[BookingState | None] = mapped_column(String(20))
    to_state: Mapped[BookingState] = mapped_column(String(20))
    detail: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """Ids, states, codes and times; never personal data."""
    told_at: Mapped[datetime | None]
    booking: Mapped[Booking] = relationship()


class Rating(Record):
    """What a member says of a base after an activity. Reports never say who."""

    __tablename__ = "ratings"
    __table_args__ = (
        UniqueConstraint("booking_id", "member_id"),
        CheckConstraint("stars BETWEEN 1 AND 5", name="one_to_five"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    booking_id: Mapped[int] = mapped_column(ForeignKey("bookings.id"))
    base_id: Mapped[int] = mapped_column(ForeignKey("activity_bases.id"), index=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    """Only so that nobody rates an activity twice."""
    stars: Mapped[int]
    sentence: Mapped[str] = mapped_column(String(200), default="")
    at: Mapped[datetime]


class WaitState(StrEnum):
    """How far somebody on the waiting list has come."""

    WAITING = "waiting"
    OFFERED = "offered"
    TAKEN = "taken"
    LAPSED = "lapsed"  # the offer ran out, or the time passed without one
    LEFT = "left"


class WaitlistEntry(Record):
    """Somebody who waits for a time that is taken; first come, first served."""

    __tablename__ = "waitlist"
    __table_args__ = (Index("ix_waitlist_base_state", "base_id", "state", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    base_id: Mapped[int] = mapped_column(ForeignKey("activity_bases.id"))
    room_id: Mapped[int | None] = mapped_column(ForeignKey("rooms.id"))
    """Only this room will do; None is any that fits."""
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"), index=True)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    head_count: Mapped[int]
    purpose: Mapped[str] = mapped_column(String(200))
    guide: Mapped[bool] = mapped_column(default=False)
    state: Mapped[WaitState] = mapped_column(String(20), default=WaitState.WAITING)
    booking_id: Mapped[int | None] = mapped_column(ForeignKey("bookings.id"), index=True)
    """The booking that keeps the place while it is offered, and after it was taken."""
    created_at: Mapped[datetime]
    base: Mapped[ActivityBase] = relationship()
    member: Mapped[Member] = relationship()
    booking: Mapped[Booking | None] = relationship()


class BookingSeries(Record):
    """A rule by which bookings were made together, such as every month's second Friday."""

    __tablename__ = "booking_series"

    id: Mapped[int] = mapped_column(primary_key=True)
    base_id: Mapped[int] = mapped_column(ForeignKey("activity_bases.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), index=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    rule: Mapped[dict[str, Any]] = mapped_column(JSON)
    """As ``office.bookings.recurrence.Rule`` writes it."""
    request_key: Mapped[str] = mapped_column(String(80), unique=True)
    created_at: Mapped[datetime]
