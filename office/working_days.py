"""The Chinese working calendar: weekends, public holidays and make-up working days.

Data: chinesecalendar, which knows the years that the State Council has announced. Any other year is
provisional: Monday to Friday, less the fixed holidays, and marked so.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

import chinese_calendar

FIXED_HOLIDAYS = {
    (1, 1): "元旦",
    (5, 1): "劳动节",
    (10, 1): "国庆节",
    (10, 2): "国庆节",
    (10, 3): "国庆节",
}
"""Holidays whose solar date is fixed by law, for years not announced yet."""
NAMES = {one.value: one.chinese for one in chinese_calendar.Holiday}

Overrides = Mapping[date, bool]
"""Days that an organisation has set itself: True is a working day."""


@dataclass(frozen=True)
class WorkingDay:
    """A working day; ``provisional`` while its year is not announced."""

    day: date
    provisional: bool


def is_working_day(day: date, overrides: Overrides | None = None) -> WorkingDay | None:
    """The day if it is worked on, else None."""
    if overrides and day in overrides:
        return WorkingDay(day, provisional=False) if overrides[day] else None
    worked, provisional = _public(day)
    return WorkingDay(day, provisional) if worked else None


def holiday_name(day: date) -> str | None:
    """The public holiday in whose days off a day lies, as the State Council has announced them."""
    try:
        off, name = chinese_calendar.get_holiday_detail(day)
    except NotImplementedError:
        return FIXED_HOLIDAYS.get((day.month, day.day))
    return NAMES.get(name) if off else None


def is_provisional(day: date) -> bool:
    """Whether the holidays of the day's year are not announced yet."""
    return _public(day)[1]


@cache
def _public(day: date) -> tuple[bool, bool]:
    """Whether a day is worked on by the public calendar, and whether that is provisional."""
    try:
        return chinese_calendar.is_workday(day), False
    except NotImplementedError:
        return day.weekday() < 5 and (day.month, day.day) not in FIXED_HOLIDAYS, True


def working_days(year: int, month: int, overrides: Overrides | None = None) -> Iterator[WorkingDay]:
    """The working days of a month, in order."""
    for number in range(1, calendar.monthrange(year, month)[1] + 1):
        worked = is_working_day(date(year, month, number), overrides)
        if worked is not None:
            yield worked


def first_working_days(
    year: int, month: int, count: int, overrides: Overrides | None = None
) -> list[WorkingDay]:
    """The first ``count`` working days of a month; fewer if the month has not so many."""
    days: list[WorkingDay] = []
    for worked in working_days(year, month, overrides):
        if len(days) == count:
            break
        days.append(worked)
    return days


def working_days_before(day: date, count: int, overrides: Overrides | None = None) -> WorkingDay:
    """The working day so many (at least one) before a day, which itself does not count."""
    found = WorkingDay(day, provisional=False)
    while count:
        day -= timedelta(days=1)
        worked = is_working_day(day, overrides)
        if worked is not None:
            found, count = worked, count - 1
    return found


def next_working_day(day: date, overrides: Overrides | None = None) -> WorkingDay:
    """The first working day after a day."""
    while (worked := is_working_day(day := day + timedelta(days=1), overrides)) is None:
        pass
    return worked


def working_day_after(day: date, count: int, overrides: Overrides | None = None) -> date:
    """The ``count``-th working day after a day, itself not counted."""
    while count:
        day += timedelta(days=1)
        count -= is_working_day(day, overrides) is not None
    return day


def months_between(start: date, end: date) -> Iterator[tuple[int, int]]:
    """(year, month) of every month that a stretch of days touches."""
    day = start.replace(day=1)
    while day <= end:
        yield day.year, day.month
        day = (day + timedelta(days=32)).replace(day=1)
