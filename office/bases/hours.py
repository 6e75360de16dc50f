"""When a base is open: hours by weekday, special days instead of them, less closures.

Hours are local; a base may be open past midnight. Somebody may stay from one stretch into the next
where they touch.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from office.bases.records import undivided
from office.models import ActivityBase

SHANGHAI = ZoneInfo("Asia/Shanghai")
DAY = timedelta(days=1)


def opening(base: ActivityBase, day: date) -> list[tuple[time, time]]:
    """The stretches in which the base is open on a local day; one may end on the next day."""
    special = [row for row in base.special_days if row.day == day]
    if special:
        return sorted((row.opens, row.closes) for row in special if row.opens and row.closes)
    return [(row.opens, row.closes) for row in base.hours if row.weekday == day.weekday()]


def stretches(base: ActivityBase, first: date, last: date) -> list[tuple[datetime, datetime]]:
    """When the base is open from the first to the last local day (aware), touching ones joined.

    Closures are not taken off: see ``closed_rooms``.
    """
    joined: list[tuple[datetime, datetime]] = []
    for start, end in _each(base, first - DAY, last):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    return joined


def _each(base: ActivityBase, first: date, last: date) -> Iterator[tuple[datetime, datetime]]:
    weekly: dict[int, list[tuple[time, time]]] = {}
    for row in base.hours:
        weekly.setdefault(row.weekday, []).append((row.opens, row.closes))
    special = {row.day for row in base.special_days}
    day = first
    while day <= last:
        hours = opening(base, day) if day in special else weekly.get(day.weekday(), [])
        for opens, closes in sorted(hours):
            until = day if closes > opens else day + DAY
            yield (
                datetime.combine(day, opens, SHANGHAI),
                datetime.combine(until, closes, SHANGHAI),
            )
        day += DAY


def is_open(base: ActivityBase, starts_at: datetime, ends_at: datetime) -> bool:
    """Whether the base's hours allow all of [starts_at, ends_at), both aware."""
    start, end = starts_at.astimezone(SHANGHAI), ends_at.astimezone(SHANGHAI)
    return any(
        opens <= start and end <= closes
        for opens, closes in stretches(base, start.date(), end.date())
    )


def closed_rooms(base: ActivityBase, starts_at: datetime, ends_at: datetime) -> set[int]:
    """Ids of the undivided rooms that are closed at some moment of [starts_at, ends_at)."""
    closed: set[int] = set()
    for closure in base.closures:
        if closure.starts_at < ends_at and closure.ends_at > starts_at:
            rooms = [room for room in base.rooms if closure.room_id in {None, room.id}]
            closed |= {leaf.id for room in rooms for leaf in undivided(room)}
    return closed
