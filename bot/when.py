"""Dates and times as members say them: "下周三下午两点到四点", "明天上午", "12月5号".

Everything is local time (Asia/Shanghai) and counts from ``now``. jionlp was tried on the phrases in
the tests and read ranges and weekdays too often wrongly (docs/decisions/0006).
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from bot.numerals import arabic

WEEKDAYS = {name: day for day, name in enumerate("一二三四五六日")} | {"天": 6, "末": 5}
NEAR_DAYS = {"大后天": 3, "后天": 2, "后儿": 2, "明": 1, "今": 0, "前天": -2, "昨": -1}
FESTIVALS = {"元旦": (1, 1), "妇女节": (3, 8), "劳动节": (5, 1), "五一": (5, 1), "青年节": (5, 4)}
FESTIVALS |= {"儿童节": (6, 1), "七一": (7, 1), "建党节": (7, 1), "八一": (8, 1)}
FESTIVALS |= {"建军节": (8, 1), "国庆": (10, 1), "十一当天": (10, 1)}

MORNING = ("凌晨", "清晨", "早上", "早晨", "上午", "明早", "今早")
AFTERNOON = ("下午", "傍晚", "晚上", "晚间", "今晚", "明晚", "午后", "晚")
PERIOD = "凌晨|清晨|早上|早晨|上午|中午|下午|午后|傍晚|晚上|晚间|今晚|明晚|明早|今早|早|晚"
MOMENT = (
    rf"(?P<period{{n}}>{PERIOD})?的?\s*"
    r"(?:(?P<hour{n}>\d{{1,2}})(?:[::](?P<colon{n}>\d{{2}})"
    r"|[点时](?:(?P<half{n}>半)|(?P<quarter{n}>[1一3三])刻|(?P<minute{n}>\d{{1,2}})分?)?[整钟]?))"
)
END_MAY_BE_BARE = (
    rf"(?P<period{{n}}>{PERIOD})?的?\s*"
    r"(?P<hour{n}>\d{{1,2}})(?:[::](?P<colon{n}>\d{{2}})"
    r"|[点时](?:(?P<half{n}>半)|(?P<quarter{n}>[1一3三])刻|(?P<minute{n}>\d{{1,2}})分?)?[整钟]?)?"
)
TO = r"\s*(?:开始|起)?[,,、]?\s*(?:到|至|[-~—–－])\s*"
RANGE = re.compile(MOMENT.format(n=1) + TO + END_MAY_BE_BARE.format(n=2))
BARE_RANGE = re.compile(
    rf"(?P<period1>{PERIOD})?的?\s*(?P<hour1>\d{{1,2}})(?P<colon1>)(?P<half1>)(?P<quarter1>)(?P<minute1>)"
    + r"\s*(?:到|至)\s*"
    + MOMENT.format(n=2)
)
SINGLE = re.compile(MOMENT.format(n=1))
FINISH = re.compile(MOMENT.format(n=1) + r"(?:结束|完|散)")
HOURS = re.compile(r"(\d+(?:\.5)?)个?(半)?(?:小时|钟头)|(半)个?(?:小时|钟头)|(\d+)分钟")


@dataclass(frozen=True)
class When:
    """What a sentence says of time; None where it is silent."""

    day: date | None = None
    start: time | None = None
    end: time | None = None
    minutes: int | None = None
    """How long, if it was said as a length."""
    period: str | None = None
    """A part of the day named without an hour, e.g. 上午."""


def read(text: str, now: datetime) -> When:
    """Read a sentence; ``now`` is aware local time."""
    plain = arabic(text)
    day, rest = _day(plain, now.date())
    start, end = times(rest)
    minutes = _minutes(rest)
    if start is not None and end is None and minutes:
        end = plus(start, minutes)
    period = None
    if start is None:
        named = re.search(f"{PERIOD}|全天|一整天", rest)
        period = named[0][-2:] if named else None
        if named and named[0] in {"全天", "一整天"}:
            start, end, period = time(9), time(17), None
    return When(day, start, end, minutes, period)


def _day(text: str, today: date) -> tuple[date | None, str]:
    """The day named (None if there is no such day), and the text without its name."""
    for pattern, make in _DAY_PATTERNS:
        found = pattern.search(text)
        if found:
            return make(found, today), text[: found.start()] + " " + text[found.end() :]
    return None, text


def _full_date(found: re.Match[str], today: date) -> date | None:
    return _valid(int(found[1]), int(found[2]), int(found[3]))


def _month_day(found: re.Match[str], today: date) -> date | None:
    """This year's, unless it is over for so long that next year's must be meant."""
    month, day = int(found[1]), int(found[2])
    this_year = _valid(today.year, month, day)
    if this_year is None or this_year < today - timedelta(days=60):
        return _valid(today.year + 1, month, day)
    return this_year


def _relative_month(found: re.Match[str], today: date) -> date | None:
    ahead = {"这": 0, "本": 0, "当": 0, "下": 1, "下下": 2}[found[1]]
    year, month = _month_after(today, ahead)
    return _valid(year, month, int(found[2]))


def _day_of_month(found: re.Match[str], today: date) -> date | None:
    for ahead in range(3):
        year, month = _month_after(today, ahead)
        day = _valid(year, month, int(found[1]))
        if day is not None and day >= today:
            return day
    return None


def _month_end(found: re.Match[str], today: date) -> date | None:
    year, month = _month_after(today, 1 if found[0].startswith("下") else 0)
    return date(year, month, calendar.monthrange(year, month)[1])


def _near_day(found: re.Match[str], today: date) -> date | None:
    return today + timedelta(
        days=next(n for name, n in NEAR_DAYS.items() if found[0].startswith(name))
    )


def _days_later(found: re.Match[str], today: date) -> date | None:
    days = int(found[1])
    return today + timedelta(days=days) if days < 1000 else None


def _weekday(found: re.Match[str], today: date) -> date | None:
    """下周三 is the Wednesday of next week; a bare 周三 the next one from today on."""
    monday = today - timedelta(days=today.weekday())
    wanted = monday + timedelta(days=WEEKDAYS[found[2]])
    if found[1].startswith("下"):
        return wanted + timedelta(weeks=found[1].count("下"))
    if not found[1] and wanted < today:
        return wanted + timedelta(weeks=1)
    return wanted


def _festival(found: re.Match[str], today: date) -> date | None:
    month, day = FESTIVALS[found[0]]
    this_year = date(today.year, month, day)
    return this_year if this_year >= today else date(today.year + 1, month, day)


_DAY_PATTERNS = (
    (re.compile(r"(20\d\d)[年./-](\d{1,2})[月./-](\d{1,2})[日号]?"), _full_date),
    (re.compile(r"(\d{1,2})月(?:份的?)?(\d{1,2})[日号]?"), _month_day),
    (re.compile(r"(这|本|当|下下|下)个?月的?(\d{1,2})[日号]?"), _relative_month),
    (re.compile(r"(?:这个|本|下个|下)?月(?:底|末)"), _month_end),
    (re.compile(r"((?:下|这|本)*)个?(?:周|星期|礼拜)([一二三四五六日天末])"), _weekday),
    (
        re.compile(
            r"大后天|后天|后儿|明[天日儿]?(?=[早晚])|明[天日儿]|今[天日儿]?(?=[早晚])|今[天日儿]|前天|昨[天日]"
        ),
        _near_day,
    ),
    (re.compile(r"(\d+)天[以之]?后"), _days_later),
    (re.compile("|".join(FESTIVALS)), _festival),
    (re.compile(r"(?<![\d:])(\d{1,2})[日号](?!楼|馆|厅|线|院|门)"), _day_of_month),
    (re.compile(r"(?<![\d:.])(\d{1,2})[./](\d{1,2})(?![\d:])"), _month_day),
)


def times(text: str) -> tuple[time | None, time | None]:
    """Start and end on a clock; the text's numbers are Arabic."""
    for pattern in (RANGE, BARE_RANGE):
        found = pattern.search(text)
        if found:
            start = _moment(found, 1, found["period1"])
            end = _moment(found, 2, found["period2"] or found["period1"])
            if start and end and end <= start and not found["period2"] and end.hour + 12 < 24:
                end = end.replace(hour=end.hour + 12)
            return start, end
    finish = FINISH.search(text)
    starts = [
        found for found in SINGLE.finditer(text) if not finish or found.start() < finish.start()
    ]
    period = starts[0]["period1"] if starts else None
    start = _moment(starts[0], 1, period) if starts else None
    end = _moment(finish, 1, finish["period1"] or period) if finish else None
    return start, end


def _moment(found: re.Match[str], n: int, period: str | None) -> time | None:
    """A clock time. Without a part of the day, 1 to 6 o'clock is in the afternoon."""
    hour = int(found[f"hour{n}"])
    quarter = found[f"quarter{n}"]
    if found[f"half{n}"]:
        minute = 30
    elif quarter:
        minute = 45 if quarter in "3三" else 15
    else:
        minute = int(found[f"colon{n}"] or found[f"minute{n}"] or 0)
    if (
        (period in AFTERNOON and hour < 12)
        or (period == "中午" and hour < 3)
        or (period is None and 1 <= hour <= 6 and not found[f"colon{n}"])
    ):
        hour += 12
    return time(hour, minute) if hour < 24 and minute < 60 else None


def _minutes(text: str) -> int | None:
    found = HOURS.search(text)
    if not found:
        return None
    if found[4]:
        minutes = int(found[4])
    elif found[3]:
        minutes = 30
    else:
        minutes = int(float(found[1]) * 60) + (30 if found[2] else 0)
    return minutes if 0 < minutes <= 24 * 60 else None


def plus(start: time, minutes: int) -> time | None:
    """The clock time so many minutes later on the same day; None past midnight."""
    total = start.hour * 60 + start.minute + minutes
    return time(total // 60, total % 60) if total < 24 * 60 else None


def _month_after(day: date, months: int) -> tuple[int, int]:
    index = day.year * 12 + day.month - 1 + months
    return index // 12, index % 12 + 1


def _valid(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def names_a_day(text: str) -> bool:
    """Whether a day is named at all, be it one that does not exist."""
    plain = arabic(text)
    return any(pattern.search(plain) for pattern, _ in _DAY_PATTERNS)
