"""The life of a booking: asked for or booked, approved or declined, moved, cancelled.

A request that waits for the keeper holds its room like a booking that stands (decision 11).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from office import access, bases
from office.access import Action
from office.bookings import steps, waitlist
from office.bookings.rules import LONGEST_PURPOSE, Wish, check, check_place, decide_by
from office.errors import InvalidBookingError, NotFoundError, SlotTakenError
from office.models import (
    Approval,
    Booking,
    BookingState,
    EventKind,
    Member,
    Organisation,
    Room,
)
from office.organisations import branch_of

LONGEST_REASON = 100
MOVABLE = frozenset({BookingState.HELD, BookingState.CONFIRMED})


def book(
    session: Session, member: Member, wish: Wish, *, request_key: str, now: datetime
) -> Booking:
    """Book the wish for the member's branch: confirmed, or held where the keeper has to agree.

    The same ``request_key`` gives the booking it made before. Raises what ``check`` raises, and
    NotAllowedError.
    """
    branch = branch_of(session, member.organisation_id)
    access.require(session, member, Action.BOOK, branch.id)
    bases.is_open(wish.base, wish.starts_at, wish.ends_at)  # read the rules before others wait
    bases.closed_rooms(wish.base, wish.starts_at, wish.ends_at)
    steps.lock(session, wish.base)
    earlier = session.scalar(select(Booking).where(Booking.request_key == request_key))
    if earlier is not None:
        return earlier
    room = check(session, wish, now=now, branch=branch)
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
    """Write a booking that was checked, its occupancy and its event.

    Raises SlotTakenError if it is taken after all: the transaction has to be rolled back then.
    """
    if wish.purpose is None:
        raise InvalidBookingError("no_purpose")
    held = wish.base.approval == Approval.KEEPER
    booking = Booking(
        room_id=room.id,
        base_id=wish.base.id,
        organisation_id=branch.id,
        member_id=member.id,
        series_id=series_id,
        starts_at=wish.starts_at,
        ends_at=wish.ends_at,
        head_count=wish.head_count,
        purpose=wish.purpose.strip()[:LONGEST_PURPOSE],
        guide=wish.guide,
        state=BookingState.HELD if held else BookingState.CONFIRMED,
        decide_by=decide_by(wish.base, wish.starts_at, now) if held else None,
        firm_since=None if held else now,
        request_key=request_key,
        created_at=now,
    )
    session.add(booking)
    session.flush()
    steps.occupy(session, booking, room)
    kind = EventKind.ASKED if held else EventKind.BOOKED
    steps.record(session, booking, kind, actor=member, now=now, detail={"room": room.id})
    return booking


def approve(session: Session, keeper: Member | None, booking_id: int, *, now: datetime) -> Booking:
    """Agree to a request. ``keeper`` None is the base's own rule for silence.

    The rules are looked at again: raises InvalidBookingError if they forbid it by now, or if it was
    decided already ("already_decided", "already_cancelled"); NotFoundError for anybody who may not
    decide.
    """
    booking = _to_decide(session, keeper, booking_id)
    if booking.starts_at <= now:
        raise InvalidBookingError("in_the_past")
    check_place(wish_of(booking))
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


def to_change(session: Session, member: Member, booking_id: int, *, now: datetime) -> Booking:
    """The booking, if this member may still cancel or move it; raises as ``cancel``."""
    booking = _to_change(session, member, booking_id)
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


def move(
    session: Session,
    member: Member,
    booking_id: int,
    *,
    now: datetime,
    starts_at: datetime | None = None,
    ends_at: datetime | None = None,
    head_count: int | None = None,
    purpose: str | None = None,
    guide: bool | None = None,
    version: int | None = None,
) -> Booking:
    """Give a booking another time, head count, purpose or guide; what is None stays.

    The old place is given up only when the new one is taken. Where the keeper has to agree, another
    time or room is a new request. ``version`` is that of the booking as the member saw it: an older
    one raises InvalidBookingError "changed_meanwhile". Raises otherwise what ``check`` and
    ``cancel`` raise.
    """
    booking = _to_change(session, member, booking_id)
    if version is not None and version != booking.version:
        raise InvalidBookingError("changed_meanwhile")
    _still_coming(booking, now)
    _in_time(session, member, booking, now)
    wish = Wish(
        base=booking.base,
        starts_at=starts_at or booking.starts_at,
        ends_at=ends_at or booking.ends_at,
        head_count=booking.head_count if head_count is None else head_count,
        purpose=booking.purpose if purpose is None else purpose,
        guide=booking.guide if guide is None else guide,
    )
    room = _room_for(session, booking, wish, now)
    old = (booking.starts_at, booking.ends_at, booking.room_id)
    moved = old != (wish.starts_at, wish.ends_at, room.id)
    before = (booking.head_count, booking.purpose, booking.guide)
    if not moved and (wish.head_count, wish.purpose, wish.guide) == before:
        return booking
    asks = moved and booking.base.approval == Approval.KEEPER
    values: dict[str, object] = {}
    if asks:
        limit = decide_by(booking.base, wish.starts_at, now)
        values = {"decide_by": limit, "firm_since": None, "escalated_at": None}
    elif moved and booking.state == BookingState.CONFIRMED:
        values = {"firm_since": now}
    steps.change(
        session,
        booking,
        BookingState.HELD if asks else booking.state,
        EventKind.MOVED,
        actor=member,
        now=now,
        detail={
            "from": [old[0].isoformat(), old[1].isoformat(), old[2]],
            "moved": moved,
        },
        room_id=room.id,
        starts_at=wish.starts_at,
        ends_at=wish.ends_at,
        head_count=wish.head_count,
        purpose=(wish.purpose or "").strip()[:LONGEST_PURPOSE],
        guide=wish.guide,
        **values,
    )
    if moved:
        steps.release(session, [booking.id])
        steps.occupy(session, booking, room)
        waitlist.serve(session, booking.base, now=now, freed=old[:2])
    return booking


def free(session: Session, booking: Booking, *, now: datetime) -> None:
    """Give up the place of a booking that ended before its time, to the first who waits."""
    steps.release(session, [booking.id])
    waitlist.serve(session, booking.base, now=now, freed=(booking.starts_at, booking.ends_at))


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


def _room_for(session: Session, booking: Booking, wish: Wish, now: datetime) -> Room:
    """Where the changed booking goes: it stays in its room if it can."""
    branch = booking.organisation
    try:
        return check(
            session, replace(wish, room=booking.room), now=now, branch=branch, ignoring=booking.id
        )
    except (InvalidBookingError, SlotTakenError):
        return check(session, wish, now=now, branch=branch, ignoring=booking.id)


def _to_decide(session: Session, keeper: Member | None, booking_id: int) -> Booking:
    booking = steps.locked(session, booking_id)
    if keeper is not None and not access.may_decide(session, keeper, booking):
        raise NotFoundError("booking_not_found")
    if booking.state == BookingState.CANCELLED:
        raise InvalidBookingError("already_cancelled")
    if booking.state != BookingState.HELD:
        raise InvalidBookingError("already_decided", state=str(booking.state))
    return booking


def _to_change(session: Session, member: Member, booking_id: int) -> Booking:
    booking = steps.locked(session, booking_id)
    if not access.may_cancel(session, member, booking):
        raise NotFoundError("booking_not_found")
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
