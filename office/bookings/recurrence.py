"""On which days something repeats: every week, or every month's nth weekday."""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Any

LAST = -1


@dataclass(frozen=True)
class Rule:
    """Every week, or every month's nth weekday, from the first to the last day, both included."""

    weekday: int
    """0 is Monday."""
    nth: int | None
    """1 to 5, LAST for the last one of a month, None for every week."""
    start: time
    end: time
    """Local; an end that is not after the start lies on the next day."""
    first: date
    last: date

    def as_json(self) -> dict[str, Any]:
        """As it is stored with the series."""
        return {
            "weekday": self.weekday,
            "nth": self.nth,
            "start": self.start.isoformat(),
            "end": self.end.isoformat(),
            "first": self.first.isoformat(),
            "last": self.last.isoformat(),
        }


def days(rule: Rule) -> Iterator[tuple[date, date | None]]:
    """(first of the month, day) of each occurrence; day None where the month has no such day."""
    if rule.nth is None:
        day = rule.first + timedelta(days=(rule.weekday - rule.first.weekday()) % 7)
        while day <= rule.last:
            yield day.replace(day=1), day
            day += timedelta(days=7)
        return
    month = rule.first.replace(day=1)
    while month <= rule.last:
        found = _nth_weekday(month.year, month.month, rule.weekday, rule.nth)
        if found is None or rule.first <= found <= rule.last:
            yield month, found
        month = (month + timedelta(days=32)).replace(day=1)


def _nth_weekday(year: int, month: int, weekday: int, nth: int) -> date | None:
    """The nth (or LAST) such weekday of a month; None if it has not so many."""
    length = calendar.monthrange(year, month)[1]
    first = 1 + (weekday - date(year, month, 1).weekday()) % 7
    all_of_them = range(first, length + 1, 7)
    if nth == LAST:
        return date(year, month, all_of_them[-1])
    return date(year, month, all_of_them[nth - 1]) if 1 <= nth <= len(all_of_them) else None
