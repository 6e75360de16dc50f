"""What a keeper's form says about the rules of his base: read, or refused in a sentence."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time

from office.bases import SHANGHAI
from office.errors import InvalidRuleError
from office.models import ActivityBase

STRETCHES = 2
"""A day's form has fields for so many stretches; it shows more where the day has more."""
MOST_OF_A_DAY = 6
Form = Mapping[str, str]


def hours(form: Form) -> list[tuple[int, time, time]]:
    """The opening hours of the week."""
    return [
        (weekday, opens, closes)
        for weekday in range(7)
        for opens, closes in stretches(form, f"d{weekday}_")
    ]


def stretches(form: Form, prefix: str) -> list[tuple[time, time]]:
    """The stretches of a day; a field left empty beside a filled one is refused."""
    found = []
    for n in range(MOST_OF_A_DAY):
        opens, closes = (form.get(f"{prefix}{n}_{end}", "") for end in ("from", "to"))
        if opens or closes:
            found.append((clock(opens), clock(closes)))
    return found


def clock(text: str) -> time:
    """A time of the day."""
    try:
        return time.fromisoformat(text).replace(second=0, microsecond=0, tzinfo=None)
    except ValueError as error:
        raise InvalidRuleError(rule="time") from error


def day(text: str) -> date:
    """A day."""
    try:
        found = date.fromisoformat(text)
    except ValueError as error:
        raise InvalidRuleError(rule="day") from error
    if not 2000 <= found.year <= 2100:
        raise InvalidRuleError(rule="day")
    return found


def moment(day_text: str, clock_text: str) -> datetime:
    """A local day and time."""
    return datetime.combine(day(day_text), clock(clock_text), SHANGHAI)


def number(text: str, rule: str) -> int:
    """A whole number."""
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise InvalidRuleError(rule=rule)
    return int(text)


def of_hours(base: ActivityBase) -> dict[str, str]:
    """The fields that show the base's opening hours."""
    filled: dict[str, str] = {}
    for weekday in range(7):
        rows = [row for row in base.hours if row.weekday == weekday]
        for n, row in enumerate(sorted(rows, key=lambda row: row.opens)):
            filled[f"d{weekday}_{n}_from"] = f"{row.opens:%H:%M}"
            filled[f"d{weekday}_{n}_to"] = f"{row.closes:%H:%M}"
    return filled


def of_limits(base: ActivityBase) -> dict[str, str]:
    """The fields that show how many may come and how often."""
    filled = {"quota": "" if base.quota_per_month is None else str(base.quota_per_month)}
    for room in base.rooms:
        filled[f"r{room.id}_min"] = str(room.capacity_min)
        filled[f"r{room.id}_max"] = str(room.capacity)
    return filled
