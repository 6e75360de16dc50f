"""Moving a booking: another time, room, head count, purpose or guide at its base."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from office.bookings import steps, waitlist
from office.bookings.asking import check
from office.bookings.life import to_change
from office.bookings.rules import LONGEST_PURPOSE, Wish, decide_by
from office.errors import InvalidBookingError, SlotTakenError
from office.models import Approval, Booking, BookingState, EventKind, Member, Room


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
    booking = to_change(session, member, booking_id, now=now, version=version)
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


def _room_for(session: Session, booking: Booking, wish: Wish, now: datetime) -> Room:
    """Where the changed booking goes: it stays in its room if it can."""
    branch = booking.organisation
    try:
        return check(
            session, replace(wish, room=booking.room), now=now, branch=branch, ignoring=booking.id
        )
    except (InvalidBookingError, SlotTakenError):
        return check(session, wish, now=now, branch=branch, ignoring=booking.id)
