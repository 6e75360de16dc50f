"""Checking in: by the keeper, or by the code on the poster at the base."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from office import access
from office.access import Action
from office.bookings import steps
from office.errors import InvalidBookingError, NotFoundError
from office.models import ActivityBase, Booking, BookingState, EventKind, Member
from office.organisations import branch_of

EARLY = timedelta(minutes=30)
"""One may check in from so long before the start up to the end."""
PREFIX = "checkin_"
"""What a poster's deep link begins with, before the token: ``?start=checkin_<token>``."""


def hash_of(token: str) -> str:
    """What is stored of a code."""
    return hashlib.sha256(token.encode()).hexdigest()


def base_of(session: Session, token: str) -> ActivityBase | None:
    """The base on whose poster this code stands."""
    return session.scalar(select(ActivityBase).where(ActivityBase.checkin_hash == hash_of(token)))


def check_in(session: Session, member: Member, token: str, *, now: datetime) -> Booking:
    """Check the member's branch in at the base whose code it is.

    Checking in again gives the booking and changes nothing. Raises NotFoundError
    "checkin_unknown" for a wrong code, InvalidBookingError "nothing_to_check_in" where the branch
    has no confirmed booking there now.
    """
    base = base_of(session, token)
    if base is None:
        raise NotFoundError("checkin_unknown")
    branch = branch_of(session, member.organisation_id)
    access.require(session, member, Action.BOOK, branch.id)
    steps.lock(session, base)
    here = session.scalars(
        select(Booking)
        .where(
            Booking.base_id == base.id,
            Booking.organisation_id == branch.id,
            Booking.state.in_([BookingState.CONFIRMED, BookingState.CHECKED_IN]),
            Booking.starts_at <= now + EARLY,
            Booking.ends_at > now,
        )
        .order_by(Booking.starts_at)
        .execution_options(populate_existing=True)
    ).all()
    if not here:
        raise InvalidBookingError("nothing_to_check_in", base=base.name)
    coming = [booking for booking in here if booking.state == BookingState.CONFIRMED]
    return _came(session, (coming or here)[0], member, now)


def check_in_by_keeper(
    session: Session, keeper: Member, booking_id: int, *, now: datetime
) -> Booking:
    """Note that the branch has come, from half an hour before the start up to the end.

    Raises NotFoundError for anybody but the base's keepers, InvalidBookingError
    "nothing_to_check_in" outside that time or where the booking does not stand.
    """
    booking = steps.locked(session, booking_id)
    if not access.keeps(session, keeper, booking.base):
        raise NotFoundError("booking_not_found")
    stands = booking.state in {BookingState.CONFIRMED, BookingState.CHECKED_IN}
    if not stands or not booking.starts_at - EARLY <= now < booking.ends_at:
        raise InvalidBookingError("nothing_to_check_in", base=booking.base.name)
    return _came(session, booking, keeper, now)


def _came(session: Session, booking: Booking, actor: Member, now: datetime) -> Booking:
    if booking.state == BookingState.CONFIRMED:
        steps.change(
            session, booking, BookingState.CHECKED_IN, EventKind.CHECKED_IN, actor=actor, now=now
        )
    return booking
