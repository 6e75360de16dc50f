"""A file of bases: its rows checked against each other and the records, then as office rows.

Everything is checked before anything is changed; each fault names sheet, row and column.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from library.errors import DocumentRefusedError
from office import bases
from office.bases import SHANGHAI
from office.bookings.imports import BaseRow, ClosureRow, RoomRow, SpecialDayRow
from office.models import Organisation
from sheets.columns import RULES, SHEETS, title_of
from sheets.reading import Row
from sheets.tables import Fault, Table, table


@dataclass(frozen=True)
class Known:
    """What the records hold already: room names with their halls, by the code of the base."""

    organisations: frozenset[str] = frozenset()
    names: Mapping[str, str] = field(default_factory=dict)
    """Code of the base by its name."""
    rooms: Mapping[str, Mapping[str, str | None]] = field(default_factory=dict)


def known(session: Session) -> Known:
    """Read what the file is checked against."""
    all_bases = bases.all_bases(session)
    names = {base.code: {room.id: room.name for room in base.rooms} for base in all_bases}
    return Known(
        organisations=frozenset(session.scalars(select(Organisation.code))),
        names={base.name: base.code for base in all_bases},
        rooms={
            base.code: {room.name: names[base.code].get(room.parent_id or 0) for room in base.rooms}
            for base in all_bases
        },
    )


def parse(sheets: Mapping[str, Sequence[Row]], records: Known) -> tuple[list[BaseRow], list[Fault]]:
    """The bases of the file, or all its faults. Raises DocumentRefusedError without any base."""
    if not sheets.get(title_of("bases")):
        raise DocumentRefusedError("import_no_bases", sheet=title_of("bases"))
    tables = {name: table(name, sheets) for name in SHEETS}
    if not any(one.faults for one in tables.values()):
        _across(tables, records)
    faults = [fault for one in tables.values() for fault in one.faults]
    return ([] if faults else _rows(tables)), faults


def _across(tables: Mapping[str, Table], records: Known) -> None:
    """What a cell alone does not show."""
    rooms = {code: dict(there) for code, there in records.rooms.items()}
    new = _bases(tables["bases"], records)
    codes = {record["code"] for _, record in tables["bases"].records}
    for name in ("rooms", "hours", "days", "closures", "menu"):
        for row, record in tables[name].records:
            if record["base"] not in codes:
                tables[name].wrong(row, "base", "base_unknown", value=record["base"])
    _rooms(tables["rooms"], rooms, records)
    for code, row in new.items():
        if not rooms.get(code):
            tables["bases"].wrong(row, "code", "no_rooms")
    _hours(tables["hours"])
    _days(tables["days"])
    for row, record in tables["closures"].records:
        if record.get("room") and record["room"] not in rooms.get(record["base"], {}):
            tables["closures"].wrong(row, "room", "room_unknown", value=record["room"])
        if _moment(record, "to") <= _moment(record, "from"):
            tables["closures"].wrong(row, "to_day", "closure_order")
    seen: set[tuple[str, str]] = set()
    for row, record in tables["menu"].records:
        if (record["base"], record["title"]) in seen:
            tables["menu"].wrong(row, "title", "room_twice", value=record["title"])
        seen.add((record["base"], record["title"]))


def _bases(found: Table, records: Known) -> dict[str, int]:
    """Check the bases; the rows of the new ones by code."""
    new: dict[str, int] = {}
    seen: set[str] = set()
    names = dict(records.names)
    for row, record in found.records:
        code, name = record["code"], record["name"]
        if code in seen:
            found.wrong(row, "code", "base_twice", value=code)
        seen.add(code)
        if names.get(name, code) != code:
            found.wrong(row, "name", "name_taken", value=name)
        names[name] = code
        if code not in records.rooms:
            new[code] = row
        if record["organisation"] not in records.organisations:
            found.wrong(row, "organisation", "organisation_unknown", value=record["organisation"])
    return new


def _rooms(found: Table, rooms: dict[str, dict[str, str | None]], records: Known) -> None:
    seen: set[tuple[str, str]] = set()
    for row, record in found.records:
        code, name, hall = record["base"], record["name"], record.get("hall")
        there = rooms.setdefault(code, {})
        if (code, name) in seen:
            found.wrong(row, "name", "room_twice", value=name)
        seen.add((code, name))
        if hall is not None and (hall not in there or hall == name):
            found.wrong(row, "hall", "hall_unknown", value=hall)
        elif name in records.rooms.get(code, {}) and records.rooms[code][name] != hall:
            found.wrong(row, "hall", "hall_changed")
        if record.get("capacity_min", 1) > record["capacity"]:
            found.wrong(row, "capacity_min", "fewest_over_most")
        there[name] = hall


def _hours(found: Table) -> None:
    taken: dict[tuple[str, int], list[tuple[time, time]]] = {}
    for row, record in found.records:
        stretch = (record["opens"], record["closes"])
        for weekday in record["weekday"]:
            others = taken.setdefault((record["base"], weekday), [])
            if any(_overlap(stretch, other) for other in others):
                found.wrong(row, "opens", "hours_overlap")
                break
            others.append(stretch)


def _days(found: Table) -> None:
    taken: dict[tuple[str, date], list[tuple[time, time] | None]] = {}
    for row, record in found.records:
        opens, closes = record.get("opens"), record.get("closes")
        if (opens is None) != (closes is None):
            found.wrong(row, "opens" if opens is None else "closes", "both_clocks")
            continue
        others = taken.setdefault((record["base"], record["day"]), [])
        stretch = (opens, closes) if opens is not None and closes is not None else None
        if others and (stretch is None or None in others):
            found.wrong(row, "opens", "day_mixed")
        elif stretch and any(_overlap(stretch, other) for other in others if other):
            found.wrong(row, "opens", "hours_overlap")
        others.append(stretch)


def _overlap(one: tuple[time, time], other: tuple[time, time]) -> bool:
    """Whether two stretches of a day overlap; one past midnight reaches to its end here."""
    first, second = sorted((one, other))
    return first[1] <= first[0] or second[0] < first[1]


def _moment(record: Mapping[str, Any], which: str) -> datetime:
    return datetime.combine(record[f"{which}_day"], record[f"{which}_time"], SHANGHAI)


def _rows(tables: Mapping[str, Table]) -> list[BaseRow]:
    return [_row(record, tables) for _, record in tables["bases"].records]


def _row(record: Mapping[str, Any], tables: Mapping[str, Table]) -> BaseRow:
    code = record["code"]

    def own(name: str) -> list[dict[str, Any]]:
        return [one for _, one in tables[name].records if one["base"] == code]

    hours = [
        (weekday, one["opens"], one["closes"]) for one in own("hours") for weekday in one["weekday"]
    ]
    menu = [(one["title"], one["minutes"], one.get("description", "")) for one in own("menu")]
    days: dict[date, SpecialDayRow] = {}
    for one in own("days"):
        stretch = [(one["opens"], one["closes"])] if "opens" in one else []
        before = days.get(one["day"])
        days[one["day"]] = SpecialDayRow(
            one["day"],
            [*(before.hours if before else []), *stretch],
            one.get("note", "") or (before.note if before else ""),
        )
    return BaseRow(
        code=code,
        organisation=record["organisation"],
        name=record["name"],
        address=record["address"],
        rules={c.name: record[c.name] for c in RULES if c.name in record},
        hours=hours or None,
        rooms=[
            RoomRow(
                name=one["name"],
                capacity=one["capacity"],
                capacity_min=one.get("capacity_min", 1),
                hall=one.get("hall"),
                equipment=one.get("equipment", ()),
            )
            for one in own("rooms")
        ],
        menu=menu or None,
        special_days=list(days.values()),
        closures=[
            ClosureRow(
                _moment(one, "from"), _moment(one, "to"), one.get("room"), one.get("reason", "")
            )
            for one in own("closures")
        ],
    )
