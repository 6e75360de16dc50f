"""Asking for a place: what may be had, and the booking that is made of it.

A request that waits for the keeper holds its room like a booking that stands (decision 11).
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from office import access, bases
from office.access import Action
from office.bases import Timetable
from office.bookings import steps
from office.bookings.rules import Wish, check_place, check_time, decide_by
from office.bookings.standing import Standing, standing
from office.bookings.writing import write
from office.errors import InvalidBookingError, SlotTakenError
from office.models import Approval, Booking, BookingState, EventKind, Member, Organisation, Room
from office.organisations import branch_of


def check(
    session: Session,
    wish: Wish,
    *,
    now: datetime,
    branch: Organisation | None = None,
    ignoring: int | None = None,
    table: Timetable | None = None,
) -> Room:
    """The smallest room that is free for the wish.

    Raises InvalidBookingError if a rule of the base forbids the wish, SlotTakenError if every
    fitting room is taken. The quota is looked at where the branch is given. ``ignoring`` is the id
    of a booking that is to be moved and is in nobody's way. ``table`` is that of the base around
    the wish, where the caller has read it.
    """
    check_time(wish, now=now)
    table = table or bases.timetable(session, wish.base, wish.starts_at, wish.ends_at)
    rooms = check_place(wish, table)
    return _choose(wish, rooms, standing(session, wish, branch=branch, ignoring=ignoring))


def check_open(session: Session, wish: Wish) -> None:
    """Raise InvalidBookingError where the base has no fitting room that is open then."""
    check_place(wish, bases.timetable(session, wish.base, wish.starts_at, wish.ends_at))


def book(
    session: Session, member: Member, wish: Wish, *, request_key: str, now: datetime
) -> Booking:
    """Book the wish for the member's branch: confirmed, or held where the keeper has to agree.

    The same ``request_key`` gives the booking it made before. Raises what ``check`` raises, and
    NotAllowedError.
    """
    branch = branch_of(session, member.organisation_id)
    access.require(session, member, Action.BOOK, branch.id)
    around = (wish.base, wish.starts_at, wish.ends_at)
    table = bases.timetable(session, *around)  # so that others need not wait for it
    if steps.lock(session, wish.base):
        table = bases.timetable(session, *around)
    there = standing(session, wish, branch=branch, request_key=request_key)
    if there.earlier is not None:
        return session.get_one(Booking, there.earlier)
    check_time(wish, now=now)
    room = _choose(wish, check_place(wish, table), there)
    return make(session, member, branch, wish, room, request_key=request_key, now=now)


def make(
    session: Session,
    member: Member,
    branch: Organisation,
    wish: Wish,
    room: Room,
    *,
    request_key: str,
    now: datetime,
    series_id: int | None = None,
) -> Booking:
    """Write a booking that was checked: confirmed, or held where the keeper has to agree.

    Raises SlotTakenError if it is taken after all: the transaction has to be rolled back then.
    """
    held = wish.base.approval == Approval.KEEPER
    return write(
        session,
        member,
        branch,
        wish,
        room,
        BookingState.HELD if held else BookingState.CONFIRMED,
        EventKind.ASKED if held else EventKind.BOOKED,
        actor=member,
        now=now,
        request_key=request_key,
        decide_by=decide_by(wish.base, wish.starts_at, now) if held else None,
        series_id=series_id,
    )


def _choose(wish: Wish, rooms: list[Room], there: Standing) -> Room:
    """The first room that nobody has; raises as ``check``."""
    quota = wish.base.quota_per_month
    if quota is not None and there.used >= quota:
        raise InvalidBookingError("quota_reached", quota=quota)
    parts = bases.leaves(wish.base)
    for room in rooms:
        if there.taken.isdisjoint(parts[room.id]):
            return room
    raise SlotTakenError
