"""When, as members say it: "下周三下午两点到四点", "明天上午", "12月5号".

Everything is local time (Asia/Shanghai) and counts from ``now``. jionlp was tried on the phrases in
the tests and read ranges and weekdays too often wrongly (docs/decisions/0006).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time

from bot import days, spans
from bot.hours import PERIOD, bare, colons, hours, pairs, plus
from bot.numerals import figures


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
    unreal_day: bool = False
    """A day was named that does not exist (2月30日)."""
    span: tuple[date, date] | None = None
    """The first and last of several days that it may be: 月底前, 这周末."""
    window: tuple[time, time] | None = None
    """Between what hours it is to be, if that was said: 三点以后."""
    vague_start: bool = False
    """八点 without a part of the day."""
    vague_day: bool = False
    """周三 said on a Wednesday."""
    backwards: bool = False
    """An end was said that is not after the start."""

    @property
    def between(self) -> tuple[time, time] | None:
        """Between what hours it is to be: by the hours said, else by the part of the day."""
        return self.window or (spans.part_of_day(self.period) if self.period else None)


def read(text: str, now: datetime, *, asked: str | None = None, known: time | None = None) -> When:
    """Read a sentence; ``now`` is aware local time.

    ``asked`` is the part of a booking that was asked for, ``known`` the start that is known.
    """
    plain = figures(text)
    if asked in {"start", "end"}:
        plain = bare(plain)
    if asked != "day":
        plain = colons(plain)
    window, plain = spans.window(plain)
    span = None if asked in {"people", "purpose"} else spans.find(plain, now.date())
    clock = hours(span.rest if span else plain, known=known, end_asked=asked == "end")
    found = days.find(clock.rest, now.date(), asked=asked)
    start, end = clock.start, clock.end
    if found.day and start is None and end is None:
        later = hours(pairs(found.rest), known=known)
        start, end = later.start, later.end
    if end is None and clock.minutes and (start or known):
        end = plus(start or known or time(0), clock.minutes)
    period = None
    if start is None and end is None:
        named = re.search(f"{PERIOD}|全天|一整天", found.rest)
        period = named[0] if named else None
        if period in {"全天", "一整天"}:
            start, end, period = time(9), time(17), None
    unreal = found.named and found.day is None
    return When(
        found.day,
        start,
        end,
        clock.minutes,
        period,
        unreal,
        span=(span.first, span.last) if span and not found.named else None,
        window=window,
        vague_start=clock.vague,
        vague_day=found.vague,
        backwards=clock.backwards,
    )
