"""Finding a base and a time, and what is near to a wish that is taken.

"周末能坐50人的、有讲解的" is ``Wants`` with weekdays, a head count and a guide.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from sqlalchemy.orm import Session

from office import bases
from office.bases import SHANGHAI, Calendar
from office.bases.free import HALF_HOUR, STEP
from office.bookings.rules import Wish
from office.models import ActivityBase, Room

DAY = timedelta(days=1)
EVERY_DAY = frozenset(range(7))
STEPS_OF_A_DAY = DAY // STEP
WHOLE_DAY = (1 << STEPS_OF_A_DAY) - 1
PART_OF_A_DAY = STEPS_OF_A_DAY // 4
"""Of places in the same quarter of a day, as from 6 to 12, only the first is named."""
SOON = timedelta(days=6)
"""Where enough is free within these first days, the other bases are not looked at any further."""
NEAR = timedelta(days=30)
"""So many days after a wish that is taken are looked at."""
HALF_HOURS_OF_A_DAY = sum(1 << step for step in range(0, STEPS_OF_A_DAY, HALF_HOUR))


@dataclass(frozen=True)
class Wants:
    """What somebody looks for; what is left out is all the same to him."""

    first: date
    last: date
    """The days, both included, local."""
    weekdays: frozenset[int] = EVERY_DAY
    """0 is Monday."""
    not_before: time = time()
    not_after: time = time()
    """Start and end lie between these, local; 00:00 as the end is midnight."""
    lasting: timedelta = timedelta(hours=2)
    head_count: int = 1
    guide: bool = False
    equipment: frozenset[str] = frozenset()
    """Words that have to stand in what the base or the room has: "投影", "音响"."""


@dataclass(frozen=True)
class Place:
    """A room that is free for [starts_at, ends_at), in local time."""

    base: ActivityBase
    room: Room
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True)
class Match:
    """A base that fits, and its first free times."""

    base: ActivityBase
    places: list[Place] = field(default_factory=list)


def search(
    session: Session, wants: Wants, *, now: datetime, limit: int = 5, times: int = 3
) -> list[Match]:
    """The bases that have what is wanted, with their first free times, at most one a day and part.

    First those that can be had soonest; on the same day those whose room is filled best.
    """
    last = min(wants.last, wants.first + timedelta(days=366))
    some = [
        base
        for base in bases.all_bases(session)
        if (base.has_guide or not wants.guide) and _rooms(base, wants)
    ]
    soon = min(last, wants.first + SOON)
    matches = _matches(session, some, wants, soon, times, now)
    if soon < last:
        # what is free later comes after it, so of those that are free soon only the rest is missing
        chosen = [match.base for match in matches[:limit]] if len(matches) >= limit else some
        matches = _matches(session, chosen, wants, last, times, now)
    return matches[:limit]


def _matches(
    session: Session,
    some: Sequence[ActivityBase],
    wants: Wants,
    last: date,
    times: int,
    now: datetime,
) -> list[Match]:
    """Those of the bases that have a time up to the last day, the best first."""
    if not some or last < wants.first:
        return []
    calendar = Calendar(session, some, wants.first, last, now=now)
    wanted, half_hours = _wanted(calendar, wants, last), _half_hours(calendar)
    matches = [
        Match(base, places)
        for base in some
        if (places := _first_places(calendar, base, wants, wanted, half_hours, times, now))
    ]
    return sorted(
        matches,
        key=lambda match: (
            match.places[0].starts_at.date(),
            match.places[0].room.capacity,
            match.places[0].starts_at,
            match.base.code,
        ),
    )


def nearest(
    session: Session, wish: Wish, *, now: datetime, limit: int = 3, ignoring: int | None = None
) -> list[Place]:
    """The free times at this base that are nearest to a wish: of its day first, then next days.

    ``ignoring`` is the id of a booking that is to be moved.
    """
    day = wish.starts_at.astimezone(SHANGHAI).date()
    lasting = wish.ends_at - wish.starts_at
    base = wish.base
    calendar = Calendar(session, [base], day, day + NEAR, now=now, ignoring=ignoring)
    rooms = bases.fitting_rooms(base, wish.head_count)
    on_half_hours = _on_half_hours(calendar, wish)
    starts = [
        (room, calendar.starts(calendar.free(room), lasting) & on_half_hours) for room in rooms
    ]
    local = wish.starts_at.astimezone(SHANGHAI)
    wished = local.hour * 60 + local.minute
    latest = now + timedelta(days=base.days_ahead)
    chosen: list[Place] = []
    for midnight in range(0, calendar.steps, STEPS_OF_A_DAY):
        of_day: dict[int, Room] = {}
        for room, steps in starts:
            for step in _bits(steps >> midnight & WHOLE_DAY):
                of_day.setdefault(step, room)
        for step in sorted(of_day, key=lambda step: (abs(step * 5 - wished), step)):
            start = calendar.origin + (midnight + step) * STEP
            if start <= latest and _is_apart(start, chosen):
                chosen.append(Place(base, of_day[step], start, start + lasting))
                if len(chosen) == limit:
                    return chosen
    return chosen


def similar(session: Session, wish: Wish, *, now: datetime, limit: int = 3) -> list[Place]:
    """Other bases with a fitting room at the time of a wish, the likest first.

    Like is: a guide where there was one, the same equipment, the same organisation, and a room of
    about the size.
    """
    first = wish.starts_at.astimezone(SHANGHAI).date()
    last = wish.ends_at.astimezone(SHANGHAI).date()
    others = [base for base in bases.all_bases(session) if base.id != wish.base.id]
    calendar = Calendar(session, others, first, last, now=now)
    wanted = calendar.mask(wish.starts_at, wish.ends_at)
    found: list[tuple[tuple[int, int, int, int], Place]] = []
    for base in others:
        if wish.starts_at > now + timedelta(days=base.days_ahead):
            continue
        for room in bases.fitting_rooms(base, wish.head_count):
            if calendar.free(room) & wanted == wanted:
                start, end = (at.astimezone(SHANGHAI) for at in (wish.starts_at, wish.ends_at))
                found.append((_unlike(wish.base, base, room), Place(base, room, start, end)))
                break
    found.sort(key=lambda pair: pair[0])
    return [place for _, place in found[:limit]]


def _rooms(base: ActivityBase, wants: Wants) -> list[Room]:
    """The rooms of the base that hold so many and have what is wanted."""
    return [
        room
        for room in bases.fitting_rooms(base, wants.head_count)
        if all(
            any(word in thing for thing in (*base.equipment, *room.equipment))
            for word in wants.equipment
        )
    ]


def _wanted(calendar: Calendar, wants: Wants, last: date) -> int:
    """The steps that lie on wanted days between the wanted times."""
    wanted, day = 0, wants.first
    while day <= last:
        if day.weekday() in wants.weekdays:
            start = datetime.combine(day, wants.not_before, SHANGHAI)
            end = datetime.combine(day, wants.not_after, SHANGHAI)
            wanted |= calendar.mask(start, end if wants.not_after > time() else end + DAY)
        day += DAY
    return wanted


def _first_places(
    calendar: Calendar,
    base: ActivityBase,
    wants: Wants,
    wanted: int,
    half_hours: int,
    times: int,
    now: datetime,
) -> list[Place]:
    """The base's first free times: per day one in the morning, afternoon and evening each."""
    latest = now + timedelta(days=base.days_ahead)
    options: list[tuple[int, int, Room]] = []
    for room in _rooms(base, wants):
        starts = calendar.starts(calendar.free(room) & wanted, wants.lasting) & half_hours
        for _ in range(times):  # the first of each part of a day
            if not starts:
                break
            step = (starts & -starts).bit_length() - 1
            part = step // PART_OF_A_DAY
            options.append((part, step, room))
            starts = starts >> (part + 1) * PART_OF_A_DAY << (part + 1) * PART_OF_A_DAY
    places: dict[int, Place] = {}
    for part, step, room in sorted(options, key=lambda option: (*option[:2], option[2].capacity)):
        start = calendar.origin + step * STEP
        if start <= latest and part not in places and len(places) < times:
            places[part] = Place(base, room, start, start + wants.lasting)
    return list(places.values())


def _half_hours(calendar: Calendar) -> int:
    """The steps at full and half hours."""
    return HALF_HOURS_OF_A_DAY * _each_day(calendar)


def _on_half_hours(calendar: Calendar, wish: Wish) -> int:
    """Full and half hours, and the minute of the wish itself on each day."""
    same = (wish.starts_at - calendar.origin) % DAY // STEP
    return _half_hours(calendar) | _each_day(calendar) << same


def _each_day(calendar: Calendar) -> int:
    """The first step of each day."""
    return sum(1 << step for step in range(0, calendar.steps, STEPS_OF_A_DAY))


def _bits(mask: int) -> Sequence[int]:
    """The positions of the bits that are set, in order."""
    written = f"{mask:b}"[::-1]
    found, at = [], written.find("1")
    while at >= 0:
        found.append(at)
        at = written.find("1", at + 1)
    return found


def _is_apart(start: datetime, chosen: list[Place]) -> bool:
    """Whether it is not a mere half hour beside one that was taken already."""
    return all(abs(start - other.starts_at) >= timedelta(hours=1) for other in chosen)


def _unlike(one: ActivityBase, other: ActivityBase, room: Room) -> tuple[int, int, int, int]:
    """How unlike another base is to the one that was wished for; smaller is liker."""
    return (
        int(one.has_guide and not other.has_guide),
        -len({*one.equipment} & {*other.equipment, *room.equipment}),
        int(one.organisation_id != other.organisation_id),
        room.capacity,
    )
