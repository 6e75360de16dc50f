"""Lists of bookings: a member's, a branch's, a base's, and what waits for a keeper."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import func, select, true
from sqlalchemy.orm import Session, selectinload

from office import access
from office.bookings import steps
from office.database import UtcDateTime
from office.errors import NotFoundError
from office.models import (
    COMING,
    HOLDING,
    ActivityBase,
    Booking,
    BookingEvent,
    BookingState,
    Member,
)

WITH_ALL = (
    selectinload(Booking.base),
    selectinload(Booking.room),
    selectinload(Booking.organisation),
    selectinload(Booking.member),
)
"""What a list shows of each booking, read at once."""


def by_id(session: Session, member: Member, booking_id: int) -> Booking:
    """A booking of the member, his branch or his base; to others it does not exist."""
    booking = steps.find(session, booking_id)
    if not access.may_see(session, member, booking):
        raise NotFoundError("booking_not_found")
    return booking


def coming(session: Session, member: Member, *, now: datetime, limit: int = 10) -> list[Booking]:
    """The member's own bookings that are not over, the next one first."""
    return list(
        session.scalars(
            select(Booking)
            .where(
                Booking.member_id == member.id,
                Booking.state.in_(COMING),
                Booking.ends_at > now,
            )
            .order_by(Booking.starts_at)
            .limit(limit)
        )
    )


def to_decide(session: Session, keeper: Member) -> list[Booking]:
    """The requests that this keeper may decide, the most urgent first."""
    held = session.scalars(
        select(Booking).where(Booking.state == BookingState.HELD).order_by(Booking.decide_by)
    )
    return [booking for booking in held if access.may_decide(session, keeper, booking)]


def at_base(session: Session, base: ActivityBase, start: datetime, end: datetime) -> list[Booking]:
    """What holds a room of the base at some moment of [start, end), by time."""
    return _between(session, start, end, Booking.base_id == base.id)


def of_branch(
    session: Session, organisation_ids: Collection[int], start: datetime, end: datetime
) -> list[Booking]:
    """What branches have booked at some moment of [start, end), by time."""
    return _between(session, start, end, Booking.organisation_id.in_(organisation_ids))


def for_calendar(
    session: Session, start: datetime, *, base_id: int | None = None, branch_id: int | None = None
) -> list[tuple[Booking, datetime]]:
    """Bookings that end after ``start``, in every state but offers, each with its last change."""
    changed = (
        select(BookingEvent.booking_id, func.max(BookingEvent.at).label("at"))
        .group_by(BookingEvent.booking_id)
        .subquery()
    )
    rows = session.execute(
        select(Booking, func.coalesce(changed.c.at, Booking.created_at, type_=UtcDateTime()))
        .outerjoin(changed, changed.c.booking_id == Booking.id)
        .where(
            Booking.base_id == base_id if branch_id is None else true(),
            Booking.organisation_id == branch_id if base_id is None else true(),
            Booking.state.not_in([BookingState.OFFERED, BookingState.LAPSED]),
            Booking.ends_at > start,
        )
        .options(*WITH_ALL)
        .order_by(Booking.starts_at, Booking.id)
    )
    return [(booking, at) for booking, at in rows]


def between(
    session: Session,
    start: datetime,
    end: datetime,
    *,
    base_ids: Collection[int] | None = None,
    branch_id: int | None = None,
) -> list[Booking]:
    """What begins in [start, end), in every state but offers; None is every base or branch."""
    return list(
        session.scalars(
            select(Booking)
            .where(
                Booking.base_id.in_(base_ids) if base_ids is not None else true(),
                Booking.organisation_id == branch_id if branch_id is not None else true(),
                Booking.state.not_in([BookingState.OFFERED, BookingState.LAPSED]),
                Booking.starts_at >= start,
                Booking.starts_at < end,
            )
            .options(*WITH_ALL)
            .order_by(Booking.starts_at, Booking.id)
        )
    )


def history(session: Session, booking: Booking) -> list[BookingEvent]:
    """What happened to a booking, in order."""
    return list(
        session.scalars(
            select(BookingEvent)
            .where(BookingEvent.booking_id == booking.id)
            .order_by(BookingEvent.id)
        )
    )


def _between(session: Session, start: datetime, end: datetime, whose: object) -> list[Booking]:
    return list(
        session.scalars(
            select(Booking)
            .where(
                whose,  # type: ignore[arg-type]
                Booking.state.in_(HOLDING),
                Booking.starts_at < end,
                Booking.ends_at > start,
            )
            .options(*WITH_ALL)
            .order_by(Booking.starts_at, Booking.id)
        )
    )
