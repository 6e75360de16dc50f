"""When rooms are free: every base and day that is asked about is read at once.

Time is counted in steps of five minutes; a room's free time is one whole number, a bit a step.
What begins or ends between steps counts as taken for all of them, so what is shown as free is free.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import BigInteger, ColumnElement, cast, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from office.bases.records import fitting_rooms, leaves
from office.bases.timetable import DAY, SHANGHAI, Stretch, timetables
from office.models import ActivityBase, Occupancy, Room

STEP = timedelta(minutes=5)
STEP_SECONDS = 300
HALF_HOUR = 6
LONGEST_OCCUPANCY = timedelta(days=2)
"""A booking lasts a day at most, and a buffer some hours."""


@dataclass(frozen=True)
class FreeTime:
    """A stretch, in local time, in which a base is open and has a room to spare."""

    starts_at: datetime
    ends_at: datetime


class Calendar:
    """What is free at some bases from the first to the last local day.

    ``now`` cuts off what may not be booked any more; ``ignoring`` is a booking that is to be moved.
    """

    def __init__(
        self,
        session: Session,
        bases: Sequence[ActivityBase],
        first: date,
        last: date,
        *,
        now: datetime,
        ignoring: int | None = None,
    ) -> None:
        self.origin = datetime.combine(first, time(), SHANGHAI)
        self._origin = int(self.origin.timestamp())
        self.steps = ((last - first).days + 2) * (DAY // STEP)
        """A day more than asked for: a base may be open past midnight."""
        self._bases = {base.id: base for base in bases}
        self._leaves = {room_id: ids for base in bases for room_id, ids in leaves(base).items()}
        self._first, self._last, self._now = first, last, now
        self._open: dict[int, int] = {}
        self._tables = timetables(session, bases, first, last)
        self._weekly: dict[tuple[tuple[int, tuple[Stretch, ...]], ...], int] = {}
        """Many bases have the same hours."""
        self._taken: dict[int, int] = {}
        self._read(session, ignoring)

    def _read(self, session: Session, ignoring: int | None) -> None:
        """Read what is taken in all rooms; a room's base wants its buffers free besides."""
        start, end = self.origin, self.origin + self.steps * STEP
        base_of = {room.id: base for base in self._bases.values() for room in base.rooms}
        begins, ends = _seconds(session, Occupancy.starts_at), _seconds(session, Occupancy.ends_at)
        taken = select(Occupancy.room_id, begins, ends).where(
            Occupancy.starts_at >= start - LONGEST_OCCUPANCY,
            Occupancy.starts_at < end + DAY,
            Occupancy.ends_at > start - DAY,
        )
        if len(self._bases) < 20:
            taken = taken.where(Occupancy.room_id.in_(base_of))
        if ignoring is not None:
            taken = taken.where(Occupancy.booking_id != ignoring)
        origin = self._origin
        wants = {
            room_id: (origin + base.buffer_after * 60, origin - base.buffer_before * 60)
            for room_id, base in base_of.items()
        }
        steps, masks = self.steps, self._taken
        for room_id, taken_from, taken_to in session.execute(taken):  # thousands: as _mask, inline
            if room_id in wants:
                after, before = wants[room_id]
                at, to = (
                    (taken_from - after) // STEP_SECONDS,
                    -((before - taken_to) // STEP_SECONDS),
                )
                at, to = at if at > 0 else 0, to if to < steps else steps
                if to > at:
                    masks[room_id] = masks.get(room_id, 0) | ((1 << (to - at)) - 1) << at
        for base in self._bases.values():
            for closed_id, closed_from, closed_to in self._tables[base.id].closures:
                closed = self.mask(closed_from, closed_to)
                rooms = [room.id for room in base.rooms if closed_id in {None, room.id}]
                for leaf in (leaf for room_id in rooms for leaf in self._leaves[room_id]):
                    masks[leaf] = masks.get(leaf, 0) | closed

    def mask(self, starts_at: datetime, ends_at: datetime) -> int:
        """The steps that a stretch touches."""
        return self._mask(int(starts_at.timestamp()), -int(-ends_at.timestamp() // 1))

    def _mask(self, begins: int, ends: int) -> int:
        first = max(0, (begins - self._origin) // STEP_SECONDS)
        last = min(self.steps, -((self._origin - ends) // STEP_SECONDS))
        return ((1 << (last - first)) - 1) << first if last > first else 0

    def open(self, base: ActivityBase) -> int:
        """The steps in which the base is open and may still be booked."""
        if base.id not in self._open:
            table = self._tables[base.id]
            hours = tuple((day, tuple(found)) for day, found in sorted(table.weekly.items()))
            if table.special or hours not in self._weekly:
                merged = 0
                for starts_at, ends_at in table.stretches(self._first, self._last):
                    merged |= self.mask(starts_at, ends_at)
                if not table.special:
                    self._weekly[hours] = merged
            else:
                merged = self._weekly[hours]
            earliest = half_hour_from(self._now + timedelta(hours=base.hours_before))
            self._open[base.id] = merged & ~self.mask(self.origin, earliest)
        return self._open[base.id]

    def free(self, room: Room) -> int:
        """The steps in which nobody has the room or a part of it."""
        taken = 0
        for leaf in self._leaves[room.id]:
            taken |= self._taken.get(leaf, 0)
        return self.open(self._bases[room.base_id]) & ~taken

    def runs(self, mask: int) -> Iterator[FreeTime]:
        """The stretches of a mask, by time."""
        at = 0
        while mask:
            skipped = (mask & -mask).bit_length() - 1
            mask >>= skipped
            length = (~mask & (mask + 1)).bit_length() - 1
            mask >>= length
            at += skipped
            yield FreeTime(self.origin + at * STEP, self.origin + (at + length) * STEP)
            at += length

    def starts(self, mask: int, lasting: timedelta) -> int:
        """The steps from which all of the mask is free for so long."""
        have, want = 1, -(-lasting // STEP)
        while have < want:
            shift = min(have, want - have)
            mask &= mask >> shift
            have += shift
        return mask


def _seconds(session: Session, column: InstrumentedAttribute[datetime]) -> ColumnElement[int]:
    """A moment as whole seconds since 1970, which is read much faster than a datetime."""
    if session.get_bind().dialect.name == "postgresql":
        return cast(func.extract("epoch", column), BigInteger)
    return func.unixepoch(column, type_=BigInteger)


def free_times(
    session: Session,
    base: ActivityBase,
    day: date,
    head_count: int,
    *,
    now: datetime,
    ignoring: int | None = None,
) -> list[FreeTime]:
    """When there is a fitting room on a local day that can still be booked, drawn together.

    Rooms may take turns in such a stretch: what one room gives, ``room_times`` says. ``ignoring``
    is the id of a booking that is to be moved.
    """
    calendar = Calendar(session, [base], day, day, now=now, ignoring=ignoring)
    together = 0
    for room in fitting_rooms(base, head_count):
        together |= calendar.free(room)
    return list(_on(day, calendar.runs(together)))


def room_times(
    session: Session,
    base: ActivityBase,
    day: date,
    head_count: int,
    *,
    now: datetime,
    lasting: timedelta,
    ignoring: int | None = None,
) -> list[FreeTime]:
    """The stretches that a single fitting room can be booked for, if they are ``lasting`` enough.

    One that lies within another is left out. ``ignoring`` is the id of a booking to be moved.
    """
    calendar = Calendar(session, [base], day, day, now=now, ignoring=ignoring)
    gaps = [
        gap
        for room in fitting_rooms(base, head_count)
        for gap in _on(day, calendar.runs(calendar.free(room)))
        if gap.ends_at - gap.starts_at >= lasting
    ]
    found: list[FreeTime] = []
    for gap in sorted(gaps, key=lambda gap: (gap.starts_at, -gap.ends_at.timestamp())):
        if not found or gap.ends_at > found[-1].ends_at:
            found.append(gap)
    return found


def _on(day: date, gaps: Iterator[FreeTime]) -> Iterator[FreeTime]:
    """The gaps that begin on the day."""
    return (gap for gap in gaps if gap.starts_at.date() == day)


def half_hour_from(moment: datetime) -> datetime:
    """The first full or half hour, in local time, that is not before the moment."""
    local = moment.astimezone(SHANGHAI)
    begun = local.replace(minute=local.minute // 30 * 30, second=0, microsecond=0)
    return begun if begun == local else begun + timedelta(minutes=30)
