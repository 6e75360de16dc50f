"""The working calendar, checked against a second, independent source."""

from __future__ import annotations

from datetime import date, timedelta

import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from office.working_days import (
    first_working_days,
    holiday_name,
    is_working_day,
    months_between,
    working_days,
)

ANNOUNCED = range(2018, 2027)


def test_two_sources_agree_on_every_day_of_the_announced_years() -> None:
    """`holidays` knows make-up working days for these years as `chinesecalendar` does."""
    other = holidays.country_holidays("CN", years=ANNOUNCED)
    day, differ = date(ANNOUNCED.start, 1, 1), []
    while day.year in ANNOUNCED:
        ours = is_working_day(day)
        if (ours is not None) != other.is_working_day(day):
            differ.append(day)
        assert ours is None or not ours.provisional
        day += timedelta(days=1)
    # The extra days off of spring 2020, and days that the two sources record differently.
    assert [day for day in differ if day.year != 2020] == []


@pytest.mark.parametrize(
    ("month", "expected"),
    [
        (10, [date(2026, 10, 8), date(2026, 10, 9), date(2026, 10, 10), date(2026, 10, 12)]),
        (2, [date(2026, 2, 2), date(2026, 2, 3), date(2026, 2, 4), date(2026, 2, 5)]),
        (12, [date(2026, 12, 1), date(2026, 12, 2), date(2026, 12, 3), date(2026, 12, 4)]),
    ],
)
def test_the_first_week_begins_after_the_holiday_and_counts_make_up_days(
    month: int, expected: list[date]
) -> None:
    """1 to 7 October 2026 are days off; Saturday the 10th is worked on."""
    assert [one.day for one in first_working_days(2026, month, 4)] == expected


def test_a_year_that_is_not_announced_is_provisional() -> None:
    days = first_working_days(2031, 10, 5)
    assert all(one.provisional for one in days)
    assert days[0].day == date(2031, 10, 6)


def test_an_override_decides_and_is_not_provisional() -> None:
    saturday, monday = date(2031, 10, 4), date(2031, 10, 6)
    overrides = {saturday: True, monday: False}
    worked = is_working_day(saturday, overrides)
    assert worked is not None
    assert not worked.provisional
    assert is_working_day(monday, overrides) is None


@given(st.integers(2004, 2060), st.integers(1, 12), st.integers(1, 10))
def test_the_first_days_are_the_beginning_of_all(year: int, month: int, count: int) -> None:
    assert first_working_days(year, month, count) == list(working_days(year, month))[:count]


@given(st.dates(date(2000, 1, 1), date(2060, 1, 1)), st.integers(0, 800))
def test_every_month_that_is_touched_is_named_once(start: date, days: int) -> None:
    end = start + timedelta(days=days)
    touched = {(start + timedelta(days=n)).replace(day=1) for n in range(days + 1)}
    assert list(months_between(start, end)) == [(d.year, d.month) for d in sorted(touched)]


def test_a_day_off_has_the_name_of_its_holiday() -> None:
    """Made-up weekends are worked on; of a year not announced yet only fixed days are known."""
    named = {
        date(2026, 10, 2): "国庆节",
        date(2026, 10, 10): None,  # a Saturday that is worked on for it
        date(2026, 11, 28): None,  # a Saturday
        date(2099, 10, 1): "国庆节",
        date(2099, 10, 8): None,
    }
    assert {day: holiday_name(day) for day in named} == named
