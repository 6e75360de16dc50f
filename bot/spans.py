"""Stretches of days and of a day: "月底前", "这周末", "下周", "三点以后", "上午"."""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, time, timedelta

from bot import days
from bot.hours import AFTERNOON, MIDNIGHT, MORNING, NIGHT, NOON, PERIOD

WEEK_OF = r"(?P<week>下下|[这本下])?个?"
NOT_A_DAY = f"(?![{''.join(days.WEEKDAYS)}])"
BEFORE = re.compile(r"[之以]?前(?![天年后面提台])")
WINDOW = re.compile(
    rf"(?P<period>{PERIOD})?的?(?<![\d.:/])(?P<hour>\d{{1,2}})(?:点|时)(?P<half>半)?[钟整]?"
    r"(?:[以之]?(?P<after>后)(?![天年面])|[以之]?前(?![天年面])(?!\s*(?:结束|散|完)))"
)
PARTS_OF_DAY = (
    (MORNING, time(6), time(12)),
    (NOON, time(11), time(14)),
    (AFTERNOON, time(12), time(18)),
    (NIGHT, time(18), MIDNIGHT),
)
Window = tuple[time, time]


@dataclass(frozen=True)
class Span:
    """Days from the first to the last, both included, and the text without their name."""

    first: date
    last: date
    rest: str


def find(text: str, today: date) -> Span | None:
    """The stretch of days that a text whose numbers are Arabic names; None if it names none."""
    text = days.TWICE.sub("", text)
    for pattern, make in PATTERNS:
        found = pattern.search(text)
        if found:
            first, last = make(found, today)
            rest = f"{text[: found.start()]} {text[found.end() :]}"
            return Span(max(first, today), last, rest) if last >= today else None
    return _before_a_day(text, today)


def window(text: str) -> tuple[Window | None, str]:
    """What 三点以后 or 下午五点前 leaves of a day, and the text without it."""
    found = WINDOW.search(text)
    if not found:
        return None, text
    hour = int(found["hour"])
    afternoon = found["period"] in (*NIGHT, *AFTERNOON) or (not found["period"] and 1 <= hour <= 6)
    hour += 12 if afternoon and hour < 12 else 0
    if hour > 23:
        return None, text
    at = time(hour, 30 if found["half"] else 0)
    rest = f"{text[: found.start()]} {text[found.end() :]}"
    return ((at, MIDNIGHT) if found["after"] else (time(), at)), rest


def part_of_day(period: str) -> Window | None:
    """From when to when a part of the day such as 上午 lasts."""
    return next(((start, end) for names, start, end in PARTS_OF_DAY if period in names), None)


def _before_a_day(text: str, today: date) -> Span | None:
    """元旦前, 12月5号之前: the day itself no longer."""
    for before in BEFORE.finditer(text):
        found = days.find(text[: before.start()], today)
        if found.day and found.day > today and found.rest.endswith(" "):
            rest = f"{found.rest}{text[before.end() :]}"
            return Span(today, found.day - timedelta(days=1), rest)
    return None


def _monday(found: re.Match[str], today: date) -> date:
    weeks = (found["week"] or "").count("下")
    return today - timedelta(days=today.weekday()) + timedelta(weeks=weeks)


def _weekend(found: re.Match[str], today: date) -> tuple[date, date]:
    monday = _monday(found, today)
    return monday + timedelta(days=5), monday + timedelta(days=6)


def _week(found: re.Match[str], today: date) -> tuple[date, date]:
    monday = _monday(found, today)
    return monday, monday + timedelta(days=6)


def _month(found: re.Match[str], today: date) -> tuple[date, date]:
    return of_month(today, days.MONTHS[found["month"] or ""])


def _named_month(found: re.Match[str], today: date) -> tuple[date, date]:
    month = int(found["number"])
    if not 1 <= month <= 12:
        return today, today - timedelta(days=1)
    return of_month(today, (month - today.month) % 12)


def _third(found: re.Match[str], today: date) -> tuple[date, date]:
    """上旬, 中旬, 下旬."""
    if found["number"]:
        first, last = _named_month(found, today)
    else:
        first, last = _month(found, today)
    if first > last:
        return first, last
    begins = first + timedelta(days=10 * "上中下".index(found["third"]))
    return begins, last if found["third"] == "下" else begins + timedelta(days=9)


def of_month(today: date, months: int) -> tuple[date, date]:
    """The first and last day of the month so many months after today's."""
    index = today.year * 12 + today.month - 1 + months
    year, month = index // 12, index % 12 + 1
    return date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1])


def _until_end_of_month(found: re.Match[str], today: date) -> tuple[date, date]:
    return today, (_named_month if found["number"] else _month)(found, today)[1]


def _next_days(found: re.Match[str], today: date) -> tuple[date, date]:
    count = found["count"]
    return today, today + timedelta(days=3 if count == "几" else int(count))


Make = Callable[[re.Match[str], date], tuple[date, date]]
MONTH = r"(?P<number>\d{1,2})月份?的?|(?P<month>下下|[这本当下])?个?月的?"
PATTERNS: tuple[tuple[re.Pattern[str], Make], ...] = (
    (re.compile(rf"(?:{MONTH})[底末][之以]?前"), _until_end_of_month),
    (re.compile(rf"(?:{MONTH})?(?P<third>[上中下])旬"), _third),
    (re.compile(rf"{WEEK_OF}(?:双休日|{days.WEEK}末)"), _weekend),
    (re.compile(rf"(?P<week>下下|[这本下])个?{days.WEEK}(?!\d){NOT_A_DAY}"), _week),
    (re.compile(r"(?P<month>下下|[这本当下])个?月(?![\d底末初头中的]|份?的?\d)"), _month),
    (re.compile(r"(?<!\d)(?P<number>\d{1,2})月份(?!的?\d|底|末)"), _named_month),
    (re.compile(r"(?:未来|最近|接下来|近|这)(?P<count>\d{1,3}|几)[天日]"), _next_days),
    (re.compile(r"(?<!\d)(?P<count>\d{1,3})[天日][之以]?内"), _next_days),
)
