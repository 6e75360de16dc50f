"""Bases as a spreadsheet gives them: what is missing is made, what differs is changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time

from sqlalchemy import select
from sqlalchemy.orm import Session

from office import audit, bases
from office.bookings import keeping, values
from office.bookings.clashes import Clash
from office.errors import InvalidRuleError, NotFoundError
from office.models import ActivityBase, Closure, Member, Organisation, Room, TeachingItem


@dataclass(frozen=True)
class RoomRow:
    """A room; ``hall`` names the room of the same base that it is a part of."""

    name: str
    capacity: int
    capacity_min: int = 1
    hall: str | None = None
    equipment: Sequence[str] = ()


@dataclass(frozen=True)
class ClosureRow:
    """A stretch in which a room, or without a name the whole base, is closed."""

    starts_at: datetime
    ends_at: datetime
    room: str | None = None
    reason: str = ""


@dataclass(frozen=True)
class SpecialDayRow:
    """A day with hours of its own; without hours it is closed."""

    day: date
    hours: Sequence[tuple[time, time]] = ()
    note: str = ""


@dataclass(frozen=True)
class BaseRow:
    """A base. What is None or left out stays as it is; a new one needs name, address and rooms."""

    code: str
    organisation: str
    """Code of the organisation that owns it."""
    name: str
    address: str
    rules: Mapping[str, object] = field(default_factory=dict)
    """What ``keeping.set_rules`` takes, by the same names."""
    hours: Sequence[tuple[int, time, time]] | None = None
    """(weekday, opens, closes)."""
    rooms: Sequence[RoomRow] = ()
    menu: Sequence[tuple[str, int, str]] | None = None
    """(title, minutes, description)."""
    special_days: Sequence[SpecialDayRow] = ()
    """Other days stay as they are."""
    closures: Sequence[ClosureRow] = ()
    """Added if they are not there; none is taken back."""


@dataclass
class Applied:
    """What an import did; ``clashes`` are those there are at the bases that were changed."""

    created: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    what: dict[str, list[str]] = field(default_factory=dict)
    """Of each changed base what differs: a rule's name, or the name of a part of ``BaseRow``."""
    clashes: list[Clash] = field(default_factory=list)


def apply(
    session: Session, by: Member | None, rows: Sequence[BaseRow], *, now: datetime
) -> Applied:
    """Bring the bases to what the rows say, in the order of their codes.

    ``by`` None is the operator at the command line; a new base wants him. Raises
    InvalidRuleError, NotAllowedError, and NotFoundError "no_such_organisation"; roll back then, and
    for a trial run. A room that is in no row is left: it may be booked.
    """
    applied = Applied()
    for row in sorted(rows, key=lambda row: row.code):
        base = bases.by_code(session, row.code)
        if base is None:
            base = _create(session, by, row, now)
            _bring(session, by, base, row, now)
            applied.created.append(row.code)
        else:
            before = _seen(base)
            found = _bring(session, by, base, row, now)
            after = _seen(base)
            differing = [name for name in after if after[name] != before[name]]
            (applied.changed if differing else applied.unchanged).append(row.code)
            if differing:
                applied.what[row.code] = differing
                applied.clashes += found
    return applied


def _create(session: Session, by: Member | None, row: BaseRow, now: datetime) -> ActivityBase:
    if by is not None:
        raise NotFoundError("no_such_base")
    owner = session.scalar(select(Organisation).where(Organisation.code == row.organisation))
    if owner is None:
        raise NotFoundError("no_such_organisation")
    if not (row.code.strip() and row.rooms):
        raise InvalidRuleError(rule="rooms")
    base = ActivityBase(code=row.code, name=row.name, address=row.address, organisation_id=owner.id)
    session.add(base)
    session.flush()
    audit.record(session, at=now, member_id=None, action="create_base", subject=f"base:{base.id}")
    return base


def _bring(
    session: Session, by: Member | None, base: ActivityBase, row: BaseRow, now: datetime
) -> list[Clash]:
    """Set everything the row says; the clashes there are afterwards."""
    if not row.name.strip() or len(row.name) > 80:
        raise InvalidRuleError(rule="name")
    rules = {"address": row.address, **row.rules}
    differing = {
        name: value
        for name, value in rules.items()
        if not hasattr(base, name) or getattr(base, name) != value
    }
    with keeping.changing(session, by, base, now, "import") as found:
        base.name = row.name.strip()
        for name, value in differing.items():
            setattr(base, name, values.sound(name, value))
        if row.hours is not None:
            keeping.replace_hours(session, base, row.hours)
        for room in row.rooms:
            _bring_room(session, base, room)
        if row.menu is not None:
            _bring_menu(session, base, row.menu)
        for special in row.special_days:
            _bring_special_day(session, base, special)
        for closure in row.closures:
            _bring_closure(base, closure)
    return found


def _bring_room(session: Session, base: ActivityBase, row: RoomRow) -> None:
    if not 1 <= row.capacity_min <= row.capacity <= values.MOST_PEOPLE or not row.name.strip():
        raise InvalidRuleError(rule="capacity")
    named = {room.name: room for room in base.rooms}
    if row.hall is not None and (row.hall not in named or row.hall == row.name):
        raise InvalidRuleError(rule="hall")
    room = named.get(row.name)
    if room is None:
        room = Room(name=row.name[:80], capacity=row.capacity)
        base.rooms.append(room)
        room.parent_id = named[row.hall].id if row.hall else None
    elif room.parent_id != (named[row.hall].id if row.hall else None):
        raise InvalidRuleError(rule="hall")  # what is booked already would not fit any more
    room.capacity_min, room.capacity = row.capacity_min, row.capacity
    room.equipment = list(row.equipment)
    session.flush()


def _bring_menu(session: Session, base: ActivityBase, menu: Sequence[tuple[str, int, str]]) -> None:
    wanted = [(title.strip()[:80], minutes, text.strip()[:300]) for title, minutes, text in menu]
    if any(not title or not 0 < minutes <= 1440 for title, minutes, _ in wanted):
        raise InvalidRuleError(rule="menu")
    if wanted == [(item.title, item.minutes, item.description) for item in base.menu]:
        return
    base.menu.clear()
    session.flush()
    base.menu.extend(
        TeachingItem(title=title, minutes=minutes, description=text)
        for title, minutes, text in wanted
    )


def _bring_special_day(session: Session, base: ActivityBase, row: SpecialDayRow) -> None:
    wanted: list[tuple[time | None, time | None]] = [*row.hours] or [(None, None)]
    there = {(one.opens, one.closes, one.note) for one in base.special_days if one.day == row.day}
    note = row.note.strip()[:100]
    if there != {(opens, closes, note) for opens, closes in wanted}:
        keeping.replace_special_day(session, base, row.day, row.hours, note)


def _bring_closure(base: ActivityBase, row: ClosureRow) -> None:
    named = {room.name: room.id for room in base.rooms}
    if row.ends_at <= row.starts_at or (row.room is not None and row.room not in named):
        raise InvalidRuleError(rule="closure")
    room_id = named[row.room] if row.room else None
    there = {(one.room_id, one.starts_at, one.ends_at) for one in base.closures}
    if (room_id, row.starts_at, row.ends_at) not in there:
        base.closures.append(
            Closure(
                base_id=base.id,
                room_id=room_id,
                starts_at=row.starts_at,
                ends_at=row.ends_at,
                reason=row.reason.strip()[:100],
            )
        )


def _seen(base: ActivityBase) -> dict[str, object]:
    """All that an import may change, by name."""
    return {
        "name": base.name,
        **{name: str(getattr(base, name)) for name in values.RULES},
        "rooms": [(r.name, r.capacity_min, r.capacity, list(r.equipment)) for r in base.rooms],
        "hours": sorted((row.weekday, row.opens, row.closes) for row in base.hours),
        "menu": [(item.title, item.minutes, item.description) for item in base.menu],
        "special_days": {(row.day, row.opens, row.closes, row.note) for row in base.special_days},
        "closures": {(row.room_id, row.starts_at, row.ends_at) for row in base.closures},
    }
