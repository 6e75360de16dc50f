"""Bookings that repeat, as members say it: "每月第二个周五，三次", "每周三，到年底"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, time, timedelta
from itertools import islice

from bot import days, spans
from bot.numerals import figures, number
from office.bookings import recurrence
from office.bookings.recurrence import LAST, Rule
from office.bookings.series import MOST

DAY = timedelta(days=1)
FAR = timedelta(days=MOST * 31)
WEEKDAY = rf"{days.WEEK}(?P<weekday>[一二三四五六日天1-7])(?!\d|[点时:次天个])"
MONTHLY = re.compile(
    rf"每个?月的?(?:第?(?P<nth>[一二三四五1-5])个?|(?P<last>最后一?1?个?))(?:的)?{WEEKDAY}"
)
WEEKLY = re.compile(rf"每个?(?:{days.WEEK}的?{WEEKDAY}|{WEEKDAY.replace('weekday', 'same')})")
TIMES = re.compile(
    r"(?:一共|总共|连续|连着|先|共|就)*(?:[约订定办来搞做])?\s*"
    r"(?<!第)(?P<times>\d{1,3}|[一二两三四五六七八九十])次(?!活动|会)"
)
MONTH = r"(?:(?P<year>[今明]年)的?)?(?P<month>1[0-2]|[1-9])月份?"
UNTIL = re.compile(
    rf"(?:一直|持续)?(?:到|至)(?:(?P<end_of>[今明]?年[底末])"
    rf"|(?P<relative>下下|[这本下])个?月[底末]?|{MONTH}(?:[底末]|(?P<day>\d{{1,2}})[日号]?)?)"
    r"(?:为止)?"
)
FROM = re.compile(
    rf"(?:从|自)(?:(?P<relative>下下|[这本下])个?月|{MONTH})(?:(?P<day>\d{{1,2}})[日号])?(?:份)?"
    r"(?:开始|起)?"
)


@dataclass(frozen=True)
class Repeat:
    """Every week, or every month's nth such weekday, from the first to the last day."""

    weekday: int
    nth: int | None
    first: date
    last: date | None = None
    """None where nothing was said of an end: as far ahead as the base may be booked."""

    @classmethod
    def of(cls, slot: str | None) -> Repeat | None:
        """As the slot holds it; None for what is none."""
        try:
            nth, weekday, first, last = (slot or "").split(" ")
            return cls(
                int(weekday),
                None if nth == "-" else int(nth),
                date.fromisoformat(first),
                None if last == "-" else date.fromisoformat(last),
            )
        except ValueError:
            return None

    def as_slot(self) -> str:
        """As ``of`` reads it."""
        nth = "-" if self.nth is None else str(self.nth)
        return f"{nth} {self.weekday} {self.first} {self.last or '-'}"

    def rule(self, start: time, end: time, latest: date) -> Rule:
        """The office's rule; ``latest`` is the last day where none was said."""
        return Rule(self.weekday, self.nth, start, end, self.first, self.last or latest)

    def days(self) -> Iterator[date]:
        """The days on which it falls."""
        rule = self.rule(time(), time(1), self.first + FAR)
        return (day for _, day in recurrence.days(rule) if day is not None)


def find(text: str, today: date) -> tuple[Repeat | None, str]:
    """How a sentence says that a booking repeats, and the sentence without it."""
    plain = figures(text)
    found = MONTHLY.search(plain) or WEEKLY.search(plain)
    if not found:
        return None, text
    parts = found.groupdict()
    nth = None
    if "nth" in parts:
        nth = LAST if parts["last"] else _value(parts["nth"])
    weekday = days.WEEKDAYS[parts["weekday"] or parts["same"]]
    rest = _without(plain, found)
    rest, first = _first(rest, today)
    rest, last = _last(rest, today)
    repeat = Repeat(weekday, nth, first, last)
    times = TIMES.search(rest)
    if times:
        count = _value(times["times"])
        fallen = list(islice(repeat.days(), count))
        if fallen:
            repeat = Repeat(weekday, nth, first, fallen[-1])
        rest = _without(rest, times)
    return repeat, rest


def _value(said: str) -> int:
    return int(said) if said.isdigit() else number(said)


def _without(text: str, found: re.Match[str]) -> str:
    return f"{text[: found.start()]} {text[found.end() :]}"


def _first(text: str, today: date) -> tuple[str, date]:
    """从下个月起: from when on; from tomorrow where nothing was said."""
    found = FROM.search(text)
    if not found:
        return text, today + DAY
    begin = _month(found, today)[0]
    with_day = int(found["day"] or 1)
    if with_day <= 28 or begin + DAY * (with_day - 1) <= _month(found, today)[1]:
        begin += DAY * (with_day - 1)
    return _without(text, found), max(begin, today + DAY)


def _last(text: str, today: date) -> tuple[str, date | None]:
    """到年底, 到明年3月, 到6月15号: the last day."""
    found = UNTIL.search(text)
    if not found:
        return text, None
    if found["end_of"]:
        year = today.year + found["end_of"].startswith("明")
        return _without(text, found), date(year, 12, 31)
    begin, end = _month(found, today)
    if found["day"]:
        end = min(end, begin + DAY * (int(found["day"]) - 1))
    return _without(text, found), end


def _month(found: re.Match[str], today: date) -> tuple[date, date]:
    """First and last day of the month that was said; one that is over is next year's."""
    if found["relative"]:
        months = days.MONTHS[found["relative"]]
    else:
        months = (int(found["month"]) - today.month) % 12
        if found["year"]:
            year = today.year + days.YEARS[found["year"]]
            months = (year - today.year) * 12 + int(found["month"]) - today.month
    return spans.of_month(today, months)
