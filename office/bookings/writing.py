"""Writing one booking: its row, what it occupies and its first event, a statement each."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from office.bookings import steps
from office.bookings.rules import LONGEST_PURPOSE, Wish
from office.errors import InvalidBookingError
from office.models import Booking, BookingState, EventKind, Member, Organisation, Room


def write(
    session: Session,
    member: Member,
    branch: Organisation,
    wish: Wish,
    room: Room,
    state: BookingState,
    kind: EventKind,
    *,
    actor: Member | None,
    now: datetime,
    request_key: str,
    decide_by: datetime | None = None,
    series_id: int | None = None,
    detail: dict[str, object] | None = None,
) -> Booking:
    """The member's booking of a room that was looked at with the base locked.

    Raises SlotTakenError if it is taken after all: the transaction has to be rolled back then.
    """
    if wish.purpose is None:
        raise InvalidBookingError("no_purpose")
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
        state=state,
        decide_by=decide_by,
        firm_since=now if state == BookingState.CONFIRMED else None,
        request_key=request_key,
        created_at=now,
    )
    session.add(booking)
    session.flush()
    steps.occupy(session, booking, room)
    what = {**(detail or {}), "room": room.id}
    steps.record(session, booking, kind, actor=actor, now=now, detail=what)
    return booking
