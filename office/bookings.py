"""Booking an activity base: the rules, and the overlap that the database itself refuses."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from office import access, audit, bases
from office.access import Action
from office.errors import InvalidBookingError, NotFoundError, SlotTakenError
from office.models import (
    ActivityBase,
    Booking,
    BookingState,
    Member,
    MemberState,
    Occupancy,
    Room,
)
from office.organisations import branch_of

SHORTEST = timedelta(minutes=15)
LONGEST_PURPOSE = 60


@dataclass(frozen=True)
class Wish:
    """What somebody wants to book: [starts_at, ends_at), aware."""

    base: ActivityBase
    starts_at: datetime
    ends_at: datetime
    head_count: int
    purpose: str


def check(session: Session, wish: Wish, *, now: datetime) -> Room:
    """The smallest room that is free for the wish.

    Raises InvalidBookingError if a rule of the base forbids the wish, SlotTakenError if every
    fitting room is taken.
    """
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
    if not wish.purpose.strip():
        raise InvalidBookingError("no_purpose")
    if not bases.is_open(base, wish.starts_at, wish.ends_at):
        raise InvalidBookingError("closed")
    rooms = bases.fitting_rooms(base, wish.head_count)
    if not rooms:
        raise InvalidBookingError("too_many", capacity=bases.capacity(base))
    for room in rooms:
        if bases.is_free(session, room, wish.starts_at, wish.ends_at):
            return room
    raise SlotTakenError


def book(
    session: Session, member: Member, wish: Wish, *, request_key: str, now: datetime
) -> Booking:
    """Book the wish for the member's branch and return the booking.

    The same ``request_key`` gives the booking it made before. Raises what ``check`` raises, and
    NotAllowedError.
    """
    earlier = session.scalar(select(Booking).where(Booking.request_key == request_key))
    if earlier is not None:
        return earlier
    branch = branch_of(session, member.organisation_id)
    access.require(session, member, Action.BOOK, branch.id)
    _lock_rooms(session, wish.base)
    room = check(session, wish, now=now)
    booking = Booking(
        room=room,
        base=wish.base,
        organisation=branch,
        member=member,
        starts_at=wish.starts_at,
        ends_at=wish.ends_at,
        head_count=wish.head_count,
        purpose=wish.purpose.strip()[:LONGEST_PURPOSE],
        request_key=request_key,
        created_at=now,
    )
    try:
        with session.begin_nested():
            session.add(booking)
            session.flush()
            session.add_all(
                Occupancy(
                    booking_id=booking.id,
                    room_id=leaf.id,
                    starts_at=wish.starts_at,
                    ends_at=wish.ends_at,
                )
                for leaf in bases.undivided(room)
            )
            session.flush()
    except IntegrityError as error:
        raise SlotTakenError from error
    audit.record(
        session,
        at=now,
        member_id=member.id,
        action="book",
        subject=f"booking:{booking.id}",
        room=room.id,
    )
    return booking


def cancel(session: Session, member: Member, booking_id: int, *, now: datetime) -> Booking:
    """Cancel a booking that has not begun and free its room.

    The one who booked may, even if he has moved to another branch since, and whoever may cancel
    any booking of the branch or of the base.
    To anybody else a booking that is not his does not exist: NotFoundError.
    """
    booking = session.get(Booking, booking_id)
    if booking is None or not _may_cancel(session, member, booking):
        raise NotFoundError("booking_not_found")
    if booking.starts_at <= now:
        raise InvalidBookingError("already_begun")
    changed = session.execute(
        update(Booking)
        .where(Booking.id == booking_id, Booking.state == BookingState.CONFIRMED)
        .values(state=BookingState.CANCELLED)
        .returning(Booking.id)
    ).scalar_one_or_none()
    if changed is None:
        raise InvalidBookingError("already_cancelled")
    for row in session.scalars(select(Occupancy).where(Occupancy.booking_id == booking_id)):
        session.delete(row)
    audit.record(
        session, at=now, member_id=member.id, action="cancel", subject=f"booking:{booking_id}"
    )
    session.flush()
    session.refresh(booking)
    return booking


def coming(session: Session, member: Member, *, now: datetime, limit: int = 10) -> list[Booking]:
    """The member's own bookings that are not over, the next one first."""
    return list(
        session.scalars(
            select(Booking)
            .where(
                Booking.member_id == member.id,
                Booking.state == BookingState.CONFIRMED,
                Booking.ends_at > now,
            )
            .order_by(Booking.starts_at)
            .limit(limit)
        )
    )


def _may_cancel(session: Session, member: Member, booking: Booking) -> bool:
    if booking.member_id == member.id:  # in whatever branch he is by now
        return member.state == MemberState.ACTIVE
    return any(
        access.may(session, member, Action.CANCEL_ANY_BOOKING, organisation_id)
        for organisation_id in (booking.organisation_id, booking.base.organisation_id)
    )


def _lock_rooms(session: Session, base: ActivityBase) -> None:
    """Queue up behind other bookings of the base (PostgreSQL; on SQLite the writer is alone)."""
    session.execute(
        select(Room.id).where(Room.base_id == base.id).order_by(Room.id).with_for_update()
    )
