"""What may be booked: the rules of a base, with all that they need in hand."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import datetime, timedelta

from office import bases
from office.bases import SHANGHAI, Timetable
from office.errors import InvalidBookingError
from office.models import HOLDING, ActivityBase, Booking, BookingState, Room

SHORTEST = timedelta(minutes=15)
LONGEST = timedelta(hours=24)
LONGEST_PURPOSE = 60
COUNTED = HOLDING | {BookingState.NO_SHOW}
"""What counts against a branch's quota: a place that was kept and not used counts too."""


@dataclass(frozen=True)
class Wish:
    """What somebody wants to book: [starts_at, ends_at), aware."""

    base: ActivityBase
    starts_at: datetime
    ends_at: datetime
    head_count: int
    purpose: str | None
    """None while it was not said yet."""
    room: Room | None = None
    """Only this room will do; None is the smallest that fits."""
    guide: bool = False
    """Whether a guide is asked for."""


def wish_of(booking: Booking) -> Wish:
    """The booking as the wish it came from."""
    return Wish(
        base=booking.base,
        starts_at=booking.starts_at,
        ends_at=booking.ends_at,
        head_count=booking.head_count,
        purpose=booking.purpose,
        room=booking.room,
        guide=booking.guide,
    )


def check_time(wish: Wish, *, now: datetime) -> None:
    """Raise InvalidBookingError where the wish makes no sense or comes too early or too late."""
    base = wish.base
    if wish.ends_at <= wish.starts_at:
        raise InvalidBookingError("end_before_start")
    if wish.ends_at - wish.starts_at < SHORTEST:
        raise InvalidBookingError("too_short", minutes=int(SHORTEST.total_seconds() // 60))
    if wish.starts_at <= now:
        raise InvalidBookingError("in_the_past")
    if wish.starts_at < now + timedelta(hours=base.hours_before):
        raise InvalidBookingError("too_late", hours=base.hours_before)
    if wish.starts_at > now + timedelta(days=base.days_ahead):
        raise InvalidBookingError("too_far_ahead", days=base.days_ahead)
    if wish.head_count < 1:
        raise InvalidBookingError("nobody_comes")
    if wish.purpose is not None and not says_something(wish.purpose):
        raise InvalidBookingError("no_purpose")


def check_place(wish: Wish, table: Timetable) -> list[Room]:
    """The rooms that fit and are open, the smallest first; InvalidBookingError if there is none."""
    base = wish.base
    if not table.is_open(wish.starts_at, wish.ends_at):
        raise InvalidBookingError("closed")
    if wish.ends_at - wish.starts_at > LONGEST:
        raise InvalidBookingError("too_long_booking", hours=int(LONGEST.total_seconds() // 3600))
    rooms = bases.fitting_rooms(base, wish.head_count)
    if wish.room is not None:
        rooms = [room for room in rooms if room.id == wish.room.id]
    if not rooms:
        most = wish.room.capacity if wish.room else bases.capacity(base)
        if wish.head_count > most:
            raise InvalidBookingError("too_many", capacity=most)
        fewest = [room.capacity_min for room in base.rooms if room.capacity >= wish.head_count]
        raise InvalidBookingError("too_few", minimum=min(fewest, default=1))
    closed = table.closed_rooms(base, wish.starts_at, wish.ends_at)
    parts = bases.leaves(base)
    still = [room for room in rooms if closed.isdisjoint(parts[room.id])]
    if not still:
        raise InvalidBookingError("closed_then")
    return still


def decide_by(base: ActivityBase, starts_at: datetime, now: datetime) -> datetime:
    """Until when the keeper has to answer: the base's hours, at most half of what is left."""
    return now + min(timedelta(hours=base.approval_hours), (starts_at - now) / 2)


def answered_by(base: ActivityBase, starts_at: datetime, now: datetime) -> datetime:
    """Until when a request made now is decided at the latest, should the keeper stay silent."""
    first = decide_by(base, starts_at, now)
    return first + min(timedelta(hours=base.escalation_hours), (starts_at - first) / 2)


def month_of(moment: datetime) -> tuple[datetime, datetime]:
    """The local calendar month of a moment, half open."""
    local = moment.astimezone(SHANGHAI)
    start = local.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    days = calendar.monthrange(start.year, start.month)[1]
    return start, start + timedelta(days=days)


def says_something(text: str) -> bool:
    """Whether there is a letter, a character or a figure in it, not signs and pictures alone."""
    return any(character.isalnum() for character in text)
