"""When a work meeting was held: a day that is over, or today."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from bot.when import When, read

NAMES_YEAR = re.compile(r"\d{4}\s*[年./-]")
NAMES_MONTH = re.compile(r"月|\d[./-]\d")
NAMES_WEEKDAY = re.compile("周|星期|礼拜")


@dataclass(frozen=True)
class Held:
    """The day, and the hour if it was said; ``unreal`` when a day was named that is none."""

    day: date | None = None
    starts: time | None = None
    unreal: bool = False


def held(text: str, now: datetime) -> Held:
    """Read a day out of a text, ``now`` in local time: 3号 is the last one, not the next."""
    said = read(text, now, asked="day")
    if said.unreal_day:
        return Held(unreal=True)
    if said.day is None:
        return Held()
    return Held(_past(said, text, now.date()), said.start)


def _past(said: When, text: str, today: date) -> date | None:
    """The last such day, where the year, the month or the week is not said."""
    day = said.day
    if day is None or day <= today or NAMES_YEAR.search(text):
        return day
    if NAMES_WEEKDAY.search(text):
        earlier: date | None = day - timedelta(weeks=1)
    elif NAMES_MONTH.search(text):
        earlier = _in(day.year - 1, day.month, day.day)
    else:
        month = day.replace(day=1) - timedelta(days=1)
        earlier = _in(month.year, month.month, day.day)
    near = earlier is not None and timedelta(0) <= today - earlier <= timedelta(days=92)
    return earlier if near else day


def _in(year: int, month: int, day: int) -> date | None:
    return date(year, month, day) if day <= calendar.monthrange(year, month)[1] else None
