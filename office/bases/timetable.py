"""When bases are open: hours by weekday, special days instead of them, less closures.

Hours are local; a base may be open past midnight. Somebody may stay from one stretch into the next
where they touch. The timetables of any number of bases are read by one statement.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import (
    BindParameter,
    CompoundSelect,
    Date,
    Integer,
    Time,
    bindparam,
    cast,
    null,
    select,
    union_all,
)
from sqlalchemy.orm import Session

from office.bases.records import leaves
from office.database import UtcDateTime
from office.models import ActivityBase, Closure, OpeningHours, SpecialDay

SHANGHAI = ZoneInfo("Asia/Shanghai")
DAY = timedelta(days=1)
Stretch = tuple[time, time]


@dataclass(frozen=True)
class Timetable:
    """The hours of one base, and its special days and closures around the days asked about."""

    weekly: dict[int, list[Stretch]] = field(default_factory=dict)
    """By weekday, 0 is Monday."""
    special: dict[date, list[Stretch]] = field(default_factory=dict)
    """No stretch: closed all day."""
    closures: list[tuple[int | None, datetime, datetime]] = field(default_factory=list)
    """(room or None for the whole base, start, end)."""

    def opening(self, day: date) -> list[Stretch]:
        """The stretches in which the base is open on a local day; one may end on the next day."""
        found = self.special.get(day)
        return sorted(self.weekly.get(day.weekday(), ()) if found is None else found)

    def stretches(self, first: date, last: date) -> list[tuple[datetime, datetime]]:
        """When the base is open from the first to the last local day (aware), touching ones joined.

        Closures are not taken off: see ``closed_rooms``.
        """
        joined: list[tuple[datetime, datetime]] = []
        for start, end in self._each(first - DAY, last):
            if joined and start <= joined[-1][1]:
                joined[-1] = (joined[-1][0], max(joined[-1][1], end))
            else:
                joined.append((start, end))
        return joined

    def _each(self, first: date, last: date) -> Iterator[tuple[datetime, datetime]]:
        day = first
        while day <= last:
            for opens, closes in self.opening(day):
                until = day if closes > opens else day + DAY
                yield (
                    datetime.combine(day, opens, SHANGHAI),
                    datetime.combine(until, closes, SHANGHAI),
                )
            day += DAY

    def is_open(self, starts_at: datetime, ends_at: datetime) -> bool:
        """Whether the hours allow all of [starts_at, ends_at), both aware."""
        start, end = starts_at.astimezone(SHANGHAI), ends_at.astimezone(SHANGHAI)
        return any(
            opens <= start and end <= closes
            for opens, closes in self.stretches(start.date(), end.date())
        )

    def closed_rooms(self, base: ActivityBase, starts_at: datetime, ends_at: datetime) -> set[int]:
        """Ids of the undivided rooms that are closed at some moment of [starts_at, ends_at)."""
        meeting = {
            room_id
            for room_id, closed_from, closed_to in self.closures
            if closed_from < ends_at and closed_to > starts_at
        }
        if not meeting:
            return set()
        return {
            leaf
            for room_id, parts in leaves(base).items()
            if room_id in meeting or None in meeting
            for leaf in parts
        }


_ids: BindParameter[list[int]] = bindparam("ids", expanding=True)
_rows: CompoundSelect[*tuple[Any, ...]] = union_all(
    select(
        OpeningHours.base_id,
        OpeningHours.weekday,
        cast(null(), Date).label("day"),
        OpeningHours.opens,
        OpeningHours.closes,
        cast(null(), UtcDateTime).label("starts_at"),
        cast(null(), UtcDateTime).label("ends_at"),
        cast(null(), Integer).label("room_id"),
    ).where(OpeningHours.base_id.in_(_ids)),
    select(
        SpecialDay.base_id,
        cast(null(), Integer),
        SpecialDay.day,
        SpecialDay.opens,
        SpecialDay.closes,
        cast(null(), UtcDateTime),
        cast(null(), UtcDateTime),
        cast(null(), Integer),
    ).where(
        SpecialDay.base_id.in_(_ids),
        SpecialDay.day.between(bindparam("first"), bindparam("last")),
    ),
    select(
        Closure.base_id,
        cast(null(), Integer),
        cast(null(), Date),
        cast(null(), Time),
        cast(null(), Time),
        Closure.starts_at,
        Closure.ends_at,
        Closure.room_id,
    ).where(
        Closure.base_id.in_(_ids),
        Closure.starts_at < bindparam("end"),
        Closure.ends_at > bindparam("start"),
    ),
)


def timetables(
    session: Session, bases: Iterable[ActivityBase], first: date, last: date
) -> dict[int, Timetable]:
    """By id of the base, all that says when it is open from the first to the last local day.

    The days before and after are in it: a base may be open past midnight.
    """
    tables = {base.id: Timetable() for base in bases}
    values = {
        "ids": list(tables),
        "first": first - DAY,
        "last": last + DAY,
        "start": datetime.combine(first - DAY, time(), SHANGHAI),
        "end": datetime.combine(last + 2 * DAY, time(), SHANGHAI),
    }
    for base_id, weekday, day, opens, closes, start, end, room in session.execute(_rows, values):
        table = tables[base_id]
        if weekday is not None:
            table.weekly.setdefault(weekday, []).append((opens, closes))
        elif day is None:
            table.closures.append((room, start, end))
        else:
            stretches = table.special.setdefault(day, [])
            if opens is not None:
                stretches.append((opens, closes))
    return tables


def timetable(
    session: Session, base: ActivityBase, starts_at: datetime, ends_at: datetime
) -> Timetable:
    """All that says whether the base is open from one moment to another, both aware."""
    first, last = (moment.astimezone(SHANGHAI).date() for moment in (starts_at, ends_at))
    return timetables(session, [base], first, last)[base.id]


def is_open(session: Session, base: ActivityBase, starts_at: datetime, ends_at: datetime) -> bool:
    """Whether the base's hours allow all of [starts_at, ends_at), both aware."""
    return timetable(session, base, starts_at, ends_at).is_open(starts_at, ends_at)


def opens_on(session: Session, base: ActivityBase, day: date) -> bool:
    """Whether the base is open at all on a local day."""
    return bool(timetables(session, [base], day, day)[base.id].opening(day))
