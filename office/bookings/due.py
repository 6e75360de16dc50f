"""What the clock does to bookings. It may run twice, late or after a stop: due is ``<= now``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from office.bookings import life, steps, waitlist
from office.errors import InvalidBookingError
from office.models import (
    ActivityBase,
    Booking,
    BookingState,
    EventKind,
    OnSilence,
    WaitlistEntry,
    WaitState,
)

GRACE = timedelta(minutes=30)
"""So long after the end a branch that never checked in counts as not having come."""
WORTH_ASKING = timedelta(minutes=10)
"""With less time left than this nobody else is asked any more."""


def step(session: Session, *, now: datetime, limit: int = 500) -> Counter[str]:
    """Do what is due: silence, offers that ran out, activities that are over, who waits.

    What was done, by name. Bases are taken in order, so that two at once do not block each other.
    """
    done: Counter[str] = Counter()
    for booking_id in _due(session, now, limit):
        booking = steps.locked(session, booking_id)
        done[_do(session, booking, now)] += 1
    waiting = session.scalars(
        select(WaitlistEntry.base_id).where(WaitlistEntry.state == WaitState.WAITING).distinct()
    )
    for base_id in sorted(waiting):
        base = session.get_one(ActivityBase, base_id)
        steps.lock(session, base)
        done["offered"] += len(waitlist.serve(session, base, now=now))
    return +done


def _due(session: Session, now: datetime, limit: int) -> Sequence[int]:
    """Ids of the bookings that the clock has to look at, by base."""
    undecided = Booking.state.in_([BookingState.HELD, BookingState.OFFERED])
    over = Booking.state.in_([BookingState.CONFIRMED, BookingState.CHECKED_IN])
    no_show = ActivityBase.uses_check_in & (Booking.state == BookingState.CONFIRMED)
    return session.scalars(
        select(Booking.id)
        .join(ActivityBase, ActivityBase.id == Booking.base_id)
        .where(
            or_(
                undecided & (Booking.decide_by <= now),
                over & ~no_show & (Booking.ends_at <= now),
                over & no_show & (Booking.ends_at <= now - GRACE),
            )
        )
        .order_by(Booking.base_id, Booking.decide_by, Booking.id)
        .limit(limit)
    ).all()


def _do(session: Session, booking: Booking, now: datetime) -> str:
    """Bring one booking on, as it is now that its base is locked; what was done."""
    undecided = booking.decide_by is not None and booking.decide_by <= now
    if booking.state == BookingState.OFFERED and undecided:
        waitlist.lapse(session, booking, now=now)
        return "lapsed"
    if booking.state == BookingState.HELD and undecided:
        return _silence(session, booking, now)
    if booking.state == BookingState.CHECKED_IN and booking.ends_at <= now:
        return _over(session, booking, BookingState.DONE, now)
    if booking.state == BookingState.CONFIRMED and booking.ends_at <= now:
        if not booking.base.uses_check_in:
            return _over(session, booking, BookingState.DONE, now)
        if booking.ends_at + GRACE <= now:
            steps.release(session, [booking.id])
            return _over(session, booking, BookingState.NO_SHOW, now)
    return "unchanged"


def _silence(session: Session, booking: Booking, now: datetime) -> str:
    """Nobody answered: ask the next, once; then do as the base's rule says."""
    left = booking.starts_at - now
    if booking.escalated_at is None and left >= WORTH_ASKING:
        steps.change(
            session,
            booking,
            BookingState.HELD,
            EventKind.ESCALATED,
            actor=None,
            now=now,
            escalated_at=now,
            decide_by=now + min(timedelta(hours=booking.base.escalation_hours), left / 2),
        )
        return "escalated"
    code = ""
    if booking.base.on_silence == OnSilence.APPROVE:
        try:
            life.approve(session, None, booking.id, now=now)
        except InvalidBookingError as error:
            code = error.code
        else:
            return "approved"
    life.decline(session, None, booking.id, "", now=now, code=code)
    return "declined"


def _over(session: Session, booking: Booking, to: BookingState, now: datetime) -> str:
    kind = EventKind.DONE if to == BookingState.DONE else EventKind.NO_SHOW
    steps.change(session, booking, to, kind, actor=None, now=now)
    return str(to)
