"""The life of a booking that was made: approved or declined, cancelled."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from office import access, bases
from office.bookings import steps, waitlist
from office.bookings.asking import check_open
from office.bookings.rules import wish_of
from office.errors import InvalidBookingError, NotFoundError
from office.models import Booking, BookingState, EventKind, Member

LONGEST_REASON = 100
MOVABLE = frozenset({BookingState.HELD, BookingState.CONFIRMED})


def approve(session: Session, keeper: Member | None, booking_id: int, *, now: datetime) -> Booking:
    """Agree to a request. ``keeper`` None is the base's own rule for silence.

    The rules are looked at again: raises InvalidBookingError if they forbid it by now, or if it was
    decided already ("already_decided", "already_cancelled"); NotFoundError for anybody who may not
    decide.
    """
    booking = _to_decide(session, keeper, booking_id)
    if booking.starts_at <= now:
        raise InvalidBookingError("in_the_past")
    check_open(session, wish_of(booking))
    steps.change(
        session,
        booking,
        BookingState.CONFIRMED,
        EventKind.APPROVED,
        actor=keeper,
        now=now,
        decided_by_id=keeper.id if keeper else None,
        decide_by=None,
        firm_since=now,
    )
    return booking


def decline(
    session: Session,
    keeper: Member | None,
    booking_id: int,
    reason: str,
    *,
    now: datetime,
    code: str = "",
) -> Booking:
    """Refuse a request, with the reason that the branch is told, and free its room.

    ``code`` is the rule that forbids it, where that is why. Raises as ``approve``.
    """
    booking = _to_decide(session, keeper, booking_id)
    steps.change(
        session,
        booking,
        BookingState.DECLINED,
        EventKind.DECLINED,
        actor=keeper,
        now=now,
        detail={"code": code} if code else None,
        decided_by_id=keeper.id if keeper else None,
        decide_by=None,
        reason=reason.strip()[:LONGEST_REASON],
    )
    free(session, booking, now=now)
    return booking


def to_change(
    session: Session,
    member: Member,
    booking_id: int,
    *,
    now: datetime,
    version: int | None = None,
) -> Booking:
    """The booking, if this member may still cancel or move it; raises as ``cancel``.

    ``version`` is that of the booking as the member saw it: an older one raises InvalidBookingError
    "changed_meanwhile".
    """
    booking = steps.locked(session, booking_id)
    if not access.may_cancel(session, member, booking):
        raise NotFoundError("booking_not_found")
    if version is not None and version != booking.version:
        raise InvalidBookingError("changed_meanwhile")
    _still_coming(booking, now)
    _in_time(session, member, booking, now)
    return booking


def cancel(
    session: Session, member: Member, booking_id: int, *, now: datetime, reason: str = ""
) -> Booking:
    """Cancel a booking that has not begun and free its room for the first who waits.

    Who may is said in ``access.may_cancel``; to anybody else a booking that is not his does not
    exist: NotFoundError. Raises InvalidBookingError where it is too late or was done already.
    """
    booking = to_change(session, member, booking_id, now=now)
    steps.change(
        session,
        booking,
        BookingState.CANCELLED,
        EventKind.CANCELLED,
        actor=member,
        now=now,
        decide_by=None,
        reason=reason.strip()[:LONGEST_REASON],
    )
    free(session, booking, now=now)
    return booking


def free(session: Session, booking: Booking, *, now: datetime) -> None:
    """Give up the place of a booking that ended before its time, to the first who waits."""
    steps.release(session, [booking.id])
    waitlist.serve(session, booking.base, now=now, freed=(booking.starts_at, booking.ends_at))


def _to_decide(session: Session, keeper: Member | None, booking_id: int) -> Booking:
    booking = steps.locked(session, booking_id)
    if keeper is not None and not access.may_decide(session, keeper, booking):
        raise NotFoundError("booking_not_found")
    if booking.state == BookingState.CANCELLED:
        raise InvalidBookingError("already_cancelled")
    if booking.state != BookingState.HELD:
        raise InvalidBookingError("already_decided", state=str(booking.state))
    return booking


def _still_coming(booking: Booking, now: datetime) -> None:
    """Raise InvalidBookingError unless the booking is live and has not begun."""
    if booking.state == BookingState.CANCELLED:
        raise InvalidBookingError("already_cancelled")
    if booking.state == BookingState.DECLINED:
        raise InvalidBookingError("already_declined")
    if booking.state == BookingState.LAPSED:
        raise InvalidBookingError("offer_over")
    if booking.state == BookingState.OFFERED:
        raise InvalidBookingError("offer_open")
    if booking.state not in MOVABLE or booking.starts_at <= now:
        raise InvalidBookingError("already_begun")


def _in_time(session: Session, member: Member, booking: Booking, now: datetime) -> None:
    """Raise InvalidBookingError past the cancel deadline; the base's keeper has none."""
    hours = booking.base.cancel_hours
    if now > booking.starts_at - timedelta(hours=hours) and not access.keeps(
        session, member, booking.base
    ):
        raise InvalidBookingError(
            "cancel_too_late", hours=hours, contact=bases.contact(booking.base)
        )
