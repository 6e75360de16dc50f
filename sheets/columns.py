"""The sheets and columns of a file of bases, for the template and for reading."""

from __future__ import annotations

from dataclasses import dataclass

from office.bookings.values import CHOICES, MOST_PEOPLE, NUMBERS, TEXTS
from sheets import readers
from sheets.readers import Reader
from texts import has, say


@dataclass(frozen=True)
class Column:
    """A column; ``width`` is in characters."""

    name: str
    read: Reader
    needed: bool = False
    width: float = 14


CODE = readers.text(20)
PEOPLE = readers.whole(range(1, MOST_PEOPLE + 1))
RULES = (
    Column("aliases", readers.text(TEXTS["aliases"])),
    Column("introduction", readers.text(TEXTS["introduction"]), width=30),
    Column("map_url", readers.https, width=24),
    Column("photo", readers.text(TEXTS["photo"])),
    Column("contact_name", readers.text(TEXTS["contact_name"])),
    Column("contact_phone", readers.text(TEXTS["contact_phone"])),
    Column("has_guide", readers.yes_no, width=9),
    Column("equipment", readers.things, width=20),
    *(
        Column(
            name,
            readers.whole(span, none=say("sheets.no_limit") if name == "quota_per_month" else None),
            width=12,
        )
        for name, span in NUMBERS.items()
    ),
    *(Column(name, readers.choice(name, kind), width=12) for name, kind in CHOICES.items()),
    Column("uses_check_in", readers.yes_no, width=9),
)
"""The columns of a base that are rules of its own."""
SHEETS: dict[str, tuple[Column, ...]] = {
    "bases": (
        Column("code", CODE, needed=True, width=10),
        Column("organisation", CODE, needed=True),
        Column("name", readers.text(80), needed=True, width=22),
        Column("address", readers.text(TEXTS["address"]), needed=True, width=26),
        *RULES,
    ),
    "rooms": (
        Column("base", CODE, needed=True, width=10),
        Column("name", readers.text(80), needed=True, width=20),
        Column("hall", readers.text(80), width=20),
        Column("capacity_min", PEOPLE, width=10),
        Column("capacity", PEOPLE, needed=True, width=10),
        Column("equipment", readers.things, width=24),
    ),
    "hours": (
        Column("base", CODE, needed=True, width=10),
        Column("weekday", readers.weekdays, needed=True, width=10),
        Column("opens", readers.clock, needed=True, width=10),
        Column("closes", readers.clock, needed=True, width=10),
    ),
    "days": (
        Column("base", CODE, needed=True, width=10),
        Column("day", readers.day, needed=True, width=14),
        Column("opens", readers.clock, width=10),
        Column("closes", readers.clock, width=10),
        Column("note", readers.text(100), width=28),
    ),
    "closures": (
        Column("base", CODE, needed=True, width=10),
        Column("room", readers.text(80), width=20),
        Column("from_day", readers.day, needed=True, width=14),
        Column("from_time", readers.clock, needed=True, width=10),
        Column("to_day", readers.day, needed=True, width=14),
        Column("to_time", readers.clock, needed=True, width=10),
        Column("reason", readers.text(100), width=28),
    ),
    "menu": (
        Column("base", CODE, needed=True, width=10),
        Column("title", readers.text(80), needed=True, width=24),
        Column("minutes", readers.whole(range(1, 1441)), needed=True, width=14),
        Column("description", readers.text(300), width=40),
    ),
}


def title_of(sheet: str) -> str:
    """The title of a sheet."""
    return say(f"sheets.sheet_{sheet}")


def column_title(sheet: str, name: str) -> str:
    """The title of a column."""
    return say(f"sheets.{sheet}_{name}")


def name_of(what: str) -> str:
    """The name of what differs in a base, as the sheets have it."""
    if has(f"sheets.what_{what}"):
        return say(f"sheets.what_{what}")
    return say(f"sheets.bases_{what}") if has(f"sheets.bases_{what}") else what
