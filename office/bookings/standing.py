"""What stands already where somebody wants to book, read by one statement.

A branch's bookings of the month and the rooms that are taken are looked at with the base locked.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum

from sqlalchemy import ColumnElement, and_, func, literal_column, select, union_all
from sqlalchemy.orm import Session

from office.bases.free import LONGEST_OCCUPANCY
from office.bookings.rules import COUNTED, Wish, month_of
from office.models import ActivityBase, Booking, Occupancy, Organisation


@dataclass(frozen=True)
class Standing:
    """What a wish meets."""

    taken: frozenset[int]
    """Ids of the undivided rooms that somebody has at a moment of it, or in its buffers."""
    used: int
    """How many bookings count against the branch's quota; 0 where that was not looked at."""
    earlier: int | None
    """Id of the booking that the same request made before."""


class _What(IntEnum):
    TAKEN = 0
    USED = 1
    EARLIER = 2


def standing(
    session: Session,
    wish: Wish,
    *,
    branch: Organisation | None,
    ignoring: int | None = None,
    request_key: str | None = None,
) -> Standing:
    """Look; ``ignoring`` is the id of a booking that is to be moved and is in nobody's way."""
    base = wish.base
    before, after = timedelta(minutes=base.buffer_before), timedelta(minutes=base.buffer_after)
    taken = select(_kind(_What.TAKEN), Occupancy.room_id).where(
        Occupancy.room_id.in_([room.id for room in base.rooms]),
        Occupancy.starts_at < wish.ends_at + after,
        Occupancy.starts_at > wish.starts_at - before - LONGEST_OCCUPANCY,
        Occupancy.ends_at > wish.starts_at - before,
    )
    if ignoring is not None:
        taken = taken.where(Occupancy.booking_id != ignoring)
    looks = [taken]
    if branch is not None and base.quota_per_month is not None:
        counted = _counts(base, branch, wish.starts_at, ignoring)
        looks.append(select(_kind(_What.USED), func.count(Booking.id)).where(counted))
    if request_key is not None:
        same = Booking.request_key == request_key
        looks.append(select(_kind(_What.EARLIER), Booking.id).where(same))
    found = [(kind, value) for kind, value in session.execute(union_all(*looks))]
    return Standing(
        taken=frozenset(value for kind, value in found if kind == _What.TAKEN),
        used=sum(value for kind, value in found if kind == _What.USED),
        earlier=next((value for kind, value in found if kind == _What.EARLIER), None),
    )


def booked_in_month(
    session: Session, base: ActivityBase, branch: Organisation, moment: datetime
) -> int:
    """How many bookings of that local month count against the branch's quota."""
    counted = select(func.count(Booking.id)).where(_counts(base, branch, moment, None))
    return session.scalar(counted) or 0


def _kind(what: _What) -> ColumnElement[int]:
    return literal_column(str(int(what)))


def _counts(
    base: ActivityBase, branch: Organisation, moment: datetime, ignoring: int | None
) -> ColumnElement[bool]:
    start, end = month_of(moment)
    return and_(
        Booking.base_id == base.id,
        Booking.organisation_id == branch.id,
        Booking.state.in_(COUNTED),
        Booking.starts_at >= start,
        Booking.starts_at < end,
        Booking.id != (ignoring or 0),
    )
