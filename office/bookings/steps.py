"""The steps that every change of a booking is made of, all within the caller's transaction.

First the base is locked, so that changes of its bookings queue up; then the booking is looked at;
then it is changed by compare-and-set, and what happened is written down.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import Integer, bindparam, delete, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from office import bases
from office.database import Record, UtcDateTime
from office.errors import InvalidBookingError, NotFoundError, SlotTakenError
from office.models import (
    ActivityBase,
    Booking,
    BookingState,
    EventKind,
    Member,
    Occupancy,
    Room,
)

BIGGEST_ID = 2**31 - 1
OCCUPANCIES = Record.metadata.tables["occupancies"]
EVENTS = Record.metadata.tables["booking_events"]
"""Written as tables: as records it costs twice as much."""
LEAVES = select(
    bindparam("booking", type_=Integer),
    Room.id,
    bindparam("start", type_=UtcDateTime),
    bindparam("end", type_=UtcDateTime),
).where(Room.id.in_(bindparam("leaves", expanding=True)))
COLUMNS = ("booking_id", "room_id", "starts_at", "ends_at")
"""What a booking occupies: a row a room, by one statement."""


def find(session: Session, booking_id: int) -> Booking:
    """The booking with this id, or NotFoundError."""
    booking = session.get(Booking, booking_id) if 0 < booking_id <= BIGGEST_ID else None
    if booking is None:
        raise NotFoundError("booking_not_found")
    return booking


def lock(session: Session, base: ActivityBase) -> bool:
    """Queue up behind other changes at the base; whether one of them has changed its rules.

    The base is seen as they left it; what was read of its hours has to be read again then. On
    SQLite a writing session is alone from its start.
    """
    if session.get_bind().dialect.name != "postgresql":
        return False
    session.flush()
    own = select(ActivityBase.rules_version).where(ActivityBase.id == base.id)
    if session.scalar(own.with_for_update(key_share=True)) == base.rules_version:
        return False
    for room in base.rooms:
        session.expire(room)
    session.expire(base)
    return True


def locked(session: Session, booking_id: int) -> Booking:
    """The booking as it is now, its base locked; NotFoundError if there is none."""
    booking = find(session, booking_id)
    lock(session, booking.base)
    session.refresh(booking)
    return booking


def change(
    session: Session,
    booking: Booking,
    to: BookingState,
    kind: EventKind,
    *,
    actor: Member | None,
    now: datetime,
    detail: dict[str, object] | None = None,
    **values: object,
) -> None:
    """Bring the booking from the state it was seen in to another, and write the event.

    Raises InvalidBookingError "changed_meanwhile" if it is not as it was seen any more.
    """
    seen = booking.state
    changed = session.execute(
        update(Booking)
        .where(Booking.id == booking.id, Booking.state == seen, Booking.version == booking.version)
        .values(state=to, version=Booking.version + 1, **values)
        .returning(Booking.id)
        .execution_options(synchronize_session=False)
    ).scalar_one_or_none()
    if changed is None:
        raise InvalidBookingError("changed_meanwhile")
    session.refresh(booking)
    record(session, booking, kind, actor=actor, now=now, seen=seen, detail=detail)


def record(
    session: Session,
    booking: Booking,
    kind: EventKind,
    *,
    actor: Member | None,
    now: datetime,
    seen: BookingState | None = None,
    detail: dict[str, object] | None = None,
) -> None:
    """Write down what happened to a booking."""
    session.execute(
        insert(EVENTS).values(
            booking_id=booking.id,
            at=now,
            actor_id=actor.id if actor else None,
            kind=kind,
            from_state=seen,
            to_state=booking.state,
            detail=detail or {},
        )
    )


def occupy(session: Session, booking: Booking, room: Room) -> None:
    """Take the room and its parts for the booking's time and the base's buffers.

    Raises SlotTakenError, by the database itself, if a moment of it is taken: the transaction has
    to be rolled back then. With the base locked and the room looked at it does not come to that.
    """
    before = timedelta(minutes=room.base.buffer_before)
    after = timedelta(minutes=room.base.buffer_after)
    try:
        session.execute(
            insert(OCCUPANCIES).from_select(list(COLUMNS), LEAVES),
            {
                "booking": booking.id,
                "start": booking.starts_at - before,
                "end": booking.ends_at + after,
                "leaves": bases.leaves(room.base)[room.id],
            },
        )
    except IntegrityError as error:
        raise SlotTakenError from error


def release(session: Session, booking_ids: Iterable[int]) -> None:
    """Give up what bookings occupy."""
    session.execute(
        delete(Occupancy)
        .where(Occupancy.booking_id.in_(list(booking_ids)))
        .execution_options(synchronize_session=False)
    )
