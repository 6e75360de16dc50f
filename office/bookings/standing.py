"""What stands already where somebody wants to book, read by one statement.

A branch's bookings of the month and the rooms that are taken are looked at with the base locked.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Integer,
    and_,
    bindparam,
    func,
    literal_column,
    select,
    union_all,
)
from sqlalchemy.orm import Session

from office.bases.free import LONGEST_OCCUPANCY
from office.bookings.rules import COUNTED, Wish, month_of
from office.database import UtcDateTime
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


def _kind(what: _What) -> ColumnElement[int]:
    return literal_column(str(int(what)))


_rooms: BindParameter[list[int]] = bindparam("rooms", expanding=True)
_ignoring: BindParameter[int] = bindparam("ignoring", type_=Integer)
_start, _end = bindparam("start", type_=UtcDateTime), bindparam("end", type_=UtcDateTime)
_counts = and_(
    Booking.base_id == bindparam("base"),
    Booking.organisation_id == bindparam("branch"),
    Booking.state.in_(sorted(COUNTED)),
    Booking.starts_at >= bindparam("month"),
    Booking.starts_at < bindparam("next_month"),
    Booking.id != _ignoring,
)
_taken = select(_kind(_What.TAKEN), Occupancy.room_id).where(
    Occupancy.room_id.in_(_rooms),
    Occupancy.starts_at < _end,
    Occupancy.starts_at > bindparam("longest_before", type_=UtcDateTime),
    Occupancy.ends_at > _start,
    Occupancy.booking_id != _ignoring,
)
_earlier = select(_kind(_What.EARLIER), Booking.id).where(
    Booking.request_key == bindparam("request_key")
)
_used = select(_kind(_What.USED), func.count(Booking.id)).where(_counts)
_without_quota, _with_quota = union_all(_taken, _earlier), union_all(_taken, _earlier, _used)


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
    start = wish.starts_at - timedelta(minutes=base.buffer_before)
    values = {
        "rooms": [room.id for room in base.rooms],
        "start": start,
        "longest_before": start - LONGEST_OCCUPANCY,
        "end": wish.ends_at + timedelta(minutes=base.buffer_after),
        "ignoring": ignoring or 0,
        "request_key": request_key,
    }
    looks = _without_quota
    if branch is not None and base.quota_per_month is not None:
        looks = _with_quota
        values |= _month(base, branch, wish.starts_at)
    found = [(kind, value) for kind, value in session.execute(looks, values)]
    return Standing(
        taken=frozenset(value for kind, value in found if kind == _What.TAKEN),
        used=sum(value for kind, value in found if kind == _What.USED),
        earlier=next((value for kind, value in found if kind == _What.EARLIER), None),
    )


def booked_in_month(
    session: Session, base: ActivityBase, branch: Organisation, moment: datetime
) -> int:
    """How many bookings of that local month count against the branch's quota."""
    values = {"ignoring": 0} | _month(base, branch, moment)
    return session.scalar(select(func.count(Booking.id)).where(_counts), values) or 0


def _month(base: ActivityBase, branch: Organisation, moment: datetime) -> dict[str, object]:
    start, end = month_of(moment)
    return {"base": base.id, "branch": branch.id, "month": start, "next_month": end}
