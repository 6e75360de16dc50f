"""Finding activity bases and when their rooms are free."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from office.models import ActivityBase, Occupancy, Room

SHANGHAI = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True)
class FreeTime:
    """A stretch on one day, in local time, in which a base is open and has a room to spare."""

    starts_at: datetime
    ends_at: datetime


def all_bases(session: Session) -> list[ActivityBase]:
    """Every base with its rooms and hours, by code."""
    return list(
        session.scalars(
            select(ActivityBase)
            .options(selectinload(ActivityBase.rooms), selectinload(ActivityBase.hours))
            .order_by(ActivityBase.code)
        )
    )


def by_code(session: Session, code: str) -> ActivityBase | None:
    """The base with this code."""
    return session.scalar(select(ActivityBase).where(ActivityBase.code == code))


def named_in(session: Session, text: str) -> list[ActivityBase]:
    """The bases whose name or other name stands in a sentence, the longest name first."""
    hits: list[tuple[int, ActivityBase]] = []
    for base in all_bases(session):
        named = [len(name) for name in (base.name, *base.aliases.split()) if name in text]
        if named:
            hits.append((max(named), base))
    return [base for _, base in sorted(hits, key=lambda hit: -hit[0])]


def opening(base: ActivityBase, day: date) -> list[tuple[time, time]]:
    """The stretches of local time in which the base is open on a day."""
    return [(row.opens, row.closes) for row in base.hours if row.weekday == day.weekday()]


def is_open(base: ActivityBase, starts_at: datetime, ends_at: datetime) -> bool:
    """Whether the base is open all the time from start to end (aware), on one local day."""
    start, end = starts_at.astimezone(SHANGHAI), ends_at.astimezone(SHANGHAI)
    if start.date() != end.date():
        return False
    return any(
        opens <= start.time() and end.time() <= closes
        for opens, closes in opening(base, start.date())
    )


def undivided(room: Room) -> list[Room]:
    """The rooms that a booking of this one takes: its parts if it is a hall, else itself."""
    return [leaf for part in room.parts for leaf in undivided(part)] if room.parts else [room]


def is_free(session: Session, room: Room, starts_at: datetime, ends_at: datetime) -> bool:
    """Whether nobody has the room, or a part of it, at any moment of [starts_at, ends_at)."""
    ids = [leaf.id for leaf in undivided(room)]
    taken = select(Occupancy.id).where(
        Occupancy.room_id.in_(ids), Occupancy.starts_at < ends_at, Occupancy.ends_at > starts_at
    )
    return session.scalar(taken.limit(1)) is None


def fitting_rooms(base: ActivityBase, head_count: int) -> list[Room]:
    """The rooms that hold so many people, the smallest first."""
    fitting = (room for room in base.rooms if room.capacity >= head_count)
    return sorted(fitting, key=lambda room: (room.capacity, room.id))


def capacity(base: ActivityBase) -> int:
    """How many people the largest room of the base holds."""
    return max((room.capacity for room in base.rooms), default=0)


def largest_capacity(session: Session) -> int:
    """How many people the largest room of all bases holds."""
    return max(map(capacity, all_bases(session)), default=0)


def free_times(
    session: Session, base: ActivityBase, day: date, head_count: int, *, now: datetime
) -> list[FreeTime]:
    """When there is a fitting room on a local day that can still be booked, drawn together.

    Rooms may take turns in such a stretch: what one room gives, ``room_times`` says.
    """
    merged: list[FreeTime] = []
    for gap in _gaps(session, base, day, head_count, now):
        if merged and gap.starts_at <= merged[-1].ends_at:
            last = merged.pop()
            merged.append(FreeTime(last.starts_at, max(last.ends_at, gap.ends_at)))
        else:
            merged.append(gap)
    return merged


def room_times(
    session: Session,
    base: ActivityBase,
    day: date,
    head_count: int,
    *,
    now: datetime,
    lasting: timedelta,
) -> list[FreeTime]:
    """The stretches that a single fitting room can be booked for, if they are ``lasting`` enough.

    One that lies within another is left out.
    """
    found: list[FreeTime] = []
    for gap in _gaps(session, base, day, head_count, now):
        within_another = bool(found) and gap.ends_at <= found[-1].ends_at
        if gap.ends_at - gap.starts_at >= lasting and not within_another:
            found.append(gap)
    return found


def _gaps(
    session: Session, base: ActivityBase, day: date, head_count: int, now: datetime
) -> list[FreeTime]:
    """What is free in each fitting room, by start, of two with the same start the longer first."""
    earliest = _half_hour_from(now + timedelta(hours=base.hours_before))
    gaps: list[FreeTime] = []
    for room in fitting_rooms(base, head_count):
        ids = [leaf.id for leaf in undivided(room)]
        for opens, closes in opening(base, day):
            start = max(datetime.combine(day, opens, SHANGHAI), earliest)
            end = datetime.combine(day, closes, SHANGHAI)
            taken = session.execute(
                select(Occupancy.starts_at, Occupancy.ends_at)
                .where(
                    Occupancy.room_id.in_(ids),
                    Occupancy.starts_at < end,
                    Occupancy.ends_at > start,
                )
                .order_by(Occupancy.starts_at)
            ).all()
            for taken_from, taken_to in taken:
                if taken_from > start:
                    gaps.append(FreeTime(start, taken_from.astimezone(SHANGHAI)))
                start = max(start, taken_to.astimezone(SHANGHAI))
            if start < end:
                gaps.append(FreeTime(start, end))
    return sorted(gaps, key=lambda gap: (gap.starts_at, -gap.ends_at.timestamp()))


def _half_hour_from(moment: datetime) -> datetime:
    """The first full or half hour, in local time, that is not before the moment."""
    local = moment.astimezone(SHANGHAI)
    begun = local.replace(minute=local.minute // 30 * 30, second=0, microsecond=0)
    return begun if begun == local else begun + timedelta(minutes=30)
