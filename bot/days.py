"""Days as members name them: "下周三", "12月5号", "明天", "月底"."""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from bot import festivals
from bot.people import HEADS

WEEKDAYS = {name: day for day, name in enumerate("一二三四五六日")} | {"天": 6, "末": 5}
WEEKDAYS |= {str(number): number - 1 for number in range(1, 8)}
NEAR_DAYS = {"大后": 3, "后": 2, "明": 1, "今": 0, "前": -2, "昨": -1, "大前": -3}
YEARS = {"去年": -1, "今年": 0, "明年": 1, "后年": 2}
MONTHS = {"上": -1, "这": 0, "本": 0, "当": 0, "": 0, "下": 1, "下下": 2}

YEAR = rf"(?:(?P<year>{'|'.join(YEARS)})的?)?"
WEEK = "(?:周|星期|礼拜)"
NUMBERED = "人|楼|馆|厅|线|院|门|路|桥|会议室|教室|报告厅|展厅|场地|文件|公告|令|车"
"""What 3号 may be the number of."""
PLACES = (
    "广场|路|街|大道|桥|村|镇|乡|社区|小区|公园|中学|小学|学校|幼儿园|厂|楼|馆|医院|大厦|站|店|宾馆|"
    "礼堂|会堂|影院|剧院|农场|水库|林场|[之以]?[前后]|党?支部|讲话|勋章|奖|表彰|精神|劳动奖"
)
"""What has its name from a festival."""
NUMERALS = "零〇一二两三四五六七八九十百千"

Make = Callable[[re.Match[str], date], date | None]


@dataclass(frozen=True)
class Found:
    """The day (None if none, or none that exists), and the text without its name."""

    day: date | None
    named: bool
    rest: str
    vague: bool = False
    """A bare weekday that is today's: it may be today or in a week."""


def find(text: str, today: date, *, asked: str | None = None) -> Found:
    """The day named in a text whose numbers are Arabic.

    Where people or the purpose were asked for, 10-12 is no date; a purpose may have its name from
    a festival.
    """
    text = TWICE.sub("", text)
    for pattern, make in PATTERNS:
        if (make is _numeric and asked in {"people", "purpose"}) or (
            make is _festival and asked == "purpose"
        ):
            continue
        found = pattern.search(text)
        if found and not _far(found, make, today, asked):
            rest = f"{text[: found.start()]} {text[found.end() :]}"
            day = make(found, today)
            vague = make is _weekday and not found[1] and day == today
            return Found(day, True, rest, vague and not SAYS_TODAY.search(text))
    alone = ALONE.fullmatch(text) if asked == "day" else None
    if alone:
        return Found(_day_of_month(alone, today), True, "")
    return Found(None, False, text)


def _full_date(found: re.Match[str], today: date) -> date | None:
    return _valid(int(found[1]), int(found[2]), int(found[3]))


def _month_day(found: re.Match[str], today: date) -> date | None:
    """This year's, unless it is over for so long that next year's must be meant."""
    month, day = int(found["month"]), int(found["day"])
    if found["year"]:
        return _valid(today.year + YEARS[found["year"]], month, day)
    this_year = _valid(today.year, month, day)
    if this_year is None or this_year < today - timedelta(days=60):
        return _valid(today.year + 1, month, day)
    return this_year


def _numeric(found: re.Match[str], today: date) -> date | None:
    return _month_day(found, today)


def _far(found: re.Match[str], make: Make, today: date, asked: str | None) -> bool:
    """Whether a 9-11 is too far ahead, or over, to be the day that somebody means to book."""
    if make is not _numeric or "-" not in found[0] or asked == "day":
        return False
    day = _numeric(found, today)
    return day is None or not timedelta(0) <= day - today <= timedelta(days=90)


def _end_of_named_month(found: re.Match[str], today: date) -> date | None:
    month = int(found["month"])
    if not 1 <= month <= 12:
        return None
    year = today.year + (YEARS[found["year"]] if found["year"] else month < today.month)
    return date(year, month, calendar.monthrange(year, month)[1])


def _relative_month(found: re.Match[str], today: date) -> date | None:
    year, month = _month_after(today, MONTHS[found[1]])
    return _valid(year, month, int(found[2]))


def _end_of_relative_month(found: re.Match[str], today: date) -> date | None:
    year, month = _month_after(today, MONTHS[found[1] or ""])
    return date(year, month, calendar.monthrange(year, month)[1])


def _day_of_month(found: re.Match[str], today: date) -> date | None:
    for ahead in range(3):
        year, month = _month_after(today, ahead)
        day = _valid(year, month, int(found[1]))
        if day is not None and day >= today:
            return day
    return None


def _near_day(found: re.Match[str], today: date) -> date | None:
    return today + timedelta(days=NEAR_DAYS[found[1]])


def _days_later(found: re.Match[str], today: date) -> date | None:
    return today + timedelta(days=int(found[1]))


def _weekday(found: re.Match[str], today: date) -> date | None:
    """下周三 is the Wednesday of next week; a bare 周三 the next one from today on."""
    monday = today - timedelta(days=today.weekday())
    wanted = monday + timedelta(days=WEEKDAYS[found[2]])
    weeks = found[1].count("下") - found[1].count("上")
    if not found[1] and wanted < today:
        weeks = 1
    return wanted + timedelta(weeks=weeks)


def _festival(found: re.Match[str], today: date) -> date | None:
    name = found["name"]
    if found["year"]:
        return festivals.day_of(name, today.year + YEARS[found["year"]])
    this_year = festivals.day_of(name, today.year)
    past = this_year is not None and this_year < today
    return festivals.day_of(name, today.year + 1) if past else this_year


def _month_after(day: date, months: int) -> tuple[int, int]:
    index = day.year * 12 + day.month - 1 + months
    return index // 12, index % 12 + 1


def _valid(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


SAYS_TODAY = re.compile("今[天日晚早儿]|今(?=[上下]午)")
TWICE = re.compile(rf"{WEEK}[里的内,、\s]*(?={WEEK}[{''.join(WEEKDAYS)}])")
"""下周的周三 is 下周三."""
NEAREST = "(?<![证说声])(?:明|今|昨)(?=[天日儿早晚]|上午|中午|下午)"
ALONE = re.compile(r"\W*(?:就|那|选|改)*(\d{1,2})[吧呀啊哦呢了的\W]*")
PATTERNS: tuple[tuple[re.Pattern[str], Make], ...] = (
    (re.compile(r"(?<!\d)(20\d\d)[年./-](\d{1,2})[月./-](\d{1,2})[日号]?"), _full_date),
    (
        re.compile(
            rf"{YEAR}(?P<month>\d{{1,2}})月(?:份的?)?(?P<day>\d{{1,2}})(?:[日号]|(?![\d点时:]|{HEADS}))"
        ),
        _month_day,
    ),
    (re.compile(rf"{YEAR}(?P<month>\d{{1,2}})月份?的?[底末](?![之以]?前)"), _end_of_named_month),
    (re.compile(r"(下下|[上下这本当])个?月的?(\d{1,2})[日号]?"), _relative_month),
    (re.compile(r"(下下|[上下这本当])?个?月[底末](?![之以]?前)"), _end_of_relative_month),
    (
        re.compile(
            rf"((?:下|这|本|(?<![晚早马占约订定排选赶])上)*)个?{WEEK}"
            r"([一二三四五六日天末](?![次程常])|[1-7](?![\d点时:人个名位天月日号]))"
        ),
        _weekday,
    ),
    (re.compile(rf"(大后(?=天)|大前(?=天)|后(?=[天儿])|前(?=天)|{NEAREST})[天日儿]?"), _near_day),
    (re.compile(r"(?<!\d)(\d{1,3})天[以之]?后"), _days_later),
    (
        re.compile(
            rf"(?<![{NUMERALS}\d]){YEAR}(?P<name>{'|'.join(festivals.NAMES)})节?"
            rf"(?!{PLACES}|[{NUMERALS}\d点月号日人个名位])"
        ),
        _festival,
    ),
    (re.compile(rf"(?<![\d:./])(\d{{1,2}})[日号](?!{NUMBERED})"), _day_of_month),
    (
        re.compile(
            rf"(?<![\d:./-]){YEAR}(?P<month>0?[1-9]|1[0-2])[-./](?P<day>0?[1-9]|[12]\d|3[01])[日号]?"
            rf"(?!\d|[-:./]\d|[点时]|{HEADS})"
        ),
        _numeric,
    ),
)
