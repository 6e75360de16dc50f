"""Festivals, stretches of days and of a day, and what has two meanings. Wednesday, 25 November."""

from __future__ import annotations

from datetime import date, datetime, time

import holidays
import pytest

from bot import festivals
from bot.when import read
from office.bases import SHANGHAI

NOW = datetime(2026, 11, 25, 10, 0, tzinfo=SHANGHAI)
MIDNIGHT = time(23, 59)


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("春节", date(2027, 2, 6)),
        ("明年春节上午", date(2027, 2, 6)),
        ("大年三十", date(2027, 2, 5)),
        ("除夕", date(2027, 2, 5)),
        ("元宵节", date(2027, 2, 20)),
        ("清明", date(2027, 4, 5)),
        ("清明节", date(2027, 4, 5)),
        ("端午节", date(2027, 6, 9)),
        ("中秋", date(2027, 9, 15)),
        ("重阳节下午两点", date(2027, 10, 8)),
        ("去年重阳", date(2025, 10, 29)),
        ("国庆节", date(2027, 10, 1)),
        ("清明路", None),
        ("中秋广场", None),
        ("下下周三", date(2026, 12, 9)),
    ],
)
def test_reads_festivals(said: str, day: date | None) -> None:
    assert read(said, NOW).day == day


@pytest.mark.parametrize("year", sorted(festivals.LUNAR_DAYS))
def test_the_table_of_lunar_days_is_right(year: int) -> None:
    china = holidays.country_holidays("CN", years=year, language="en_US")
    macao = holidays.country_holidays("MO", years=year, language="en_US")
    known = {name: day for day, name in sorted(china.items(), reverse=True)}
    assert festivals.day_of("春节", year) == known["Chinese New Year (Spring Festival)"]
    assert festivals.day_of("端午", year) == known["Dragon Boat Festival"]
    assert festivals.day_of("中秋", year) == _with(china, "Mid-Autumn")
    assert festivals.day_of("清明", year) == known["Tomb-Sweeping Day"]
    assert festivals.day_of("重阳", year) == _with(macao, "Double Ninth")


def _with(known: dict[date, str], word: str) -> date:
    """The first day whose name has the word."""
    return min(day for day, name in known.items() if word in name)


def test_a_year_beyond_the_table_is_not_guessed() -> None:
    assert festivals.day_of("春节", 2041) is None


@pytest.mark.parametrize(
    ("said", "first", "last"),
    [
        ("月底前", date(2026, 11, 25), date(2026, 11, 30)),
        ("下个月底之前", date(2026, 11, 25), date(2026, 12, 31)),
        ("12月底前", date(2026, 11, 25), date(2026, 12, 31)),
        ("周末", date(2026, 11, 28), date(2026, 11, 29)),
        ("这周末", date(2026, 11, 28), date(2026, 11, 29)),
        ("下周末", date(2026, 12, 5), date(2026, 12, 6)),
        ("这周", date(2026, 11, 25), date(2026, 11, 29)),
        ("下周哪个馆下午有空，30个人", date(2026, 11, 30), date(2026, 12, 6)),
        ("下个月", date(2026, 12, 1), date(2026, 12, 31)),
        ("12月份", date(2026, 12, 1), date(2026, 12, 31)),
        ("12月上旬", date(2026, 12, 1), date(2026, 12, 10)),
        ("2月下旬", date(2027, 2, 21), date(2027, 2, 28)),
        ("最近几天", date(2026, 11, 25), date(2026, 11, 28)),
        ("三天内", date(2026, 11, 25), date(2026, 11, 28)),
        ("元旦前", date(2026, 11, 25), date(2026, 12, 31)),
        ("12月5号之前", date(2026, 11, 25), date(2026, 12, 4)),
    ],
)
def test_reads_several_days(said: str, first: date, last: date) -> None:
    when = read(said, NOW)
    assert (when.day, when.span) == (None, (first, last))


@pytest.mark.parametrize("said", ["下周三", "月底", "12月5号", "下个月3号", "周三", "13月份"])
def test_one_day_is_not_several(said: str) -> None:
    assert read(said, NOW).span is None


@pytest.mark.parametrize(
    ("said", "between"),
    [
        ("上午", (time(6), time(12))),
        ("明天中午", (time(11), time(14))),
        ("下午", (time(12), time(18))),
        ("晚上", (time(18), MIDNIGHT)),
        ("三点以后", (time(15), MIDNIGHT)),
        ("上午十点之后", (time(10), MIDNIGHT)),
        ("下午五点前", (time(), time(17))),
        ("九点半之前", (time(), time(9, 30))),
        ("三点到五点", None),
        ("五点前结束", None),
        ("25点以后", None),
        ("三天后", None),
    ],
)
def test_reads_between_what_hours(said: str, between: tuple[time, time] | None) -> None:
    assert read(said, NOW).between == between


@pytest.mark.parametrize(
    ("said", "start", "day"),
    [
        ("周三", False, True),
        ("今天周三", False, False),
        ("下周三", False, False),
        ("周四", False, False),
        ("三点", True, False),
        ("八点到十点", True, False),
        ("上午八点", False, False),
        ("8:00-10:00", False, False),
        ("14点", False, False),
        ("08点", False, False),
    ],
)
def test_what_has_two_meanings_is_marked(said: str, start: bool, day: bool) -> None:
    when = read(said, NOW)
    assert (when.vague_start, when.vague_day) == (start, day)


@pytest.mark.parametrize("said", ["两点到两点", "下午4点到下午2点", "9点到9点"])
def test_an_end_that_is_not_after_the_start_is_told(said: str) -> None:
    when = read(said, NOW)
    assert (when.end, when.backwards) == (None, True)
