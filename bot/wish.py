"""Reading the parts of a booking out of what a member says, in any order and any number.

Pure: text and what is known go in, the parts that the sentence gives come out. Whether they are
allowed is the office's business.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from difflib import SequenceMatcher

from bot import when
from bot.people import people_in

QUESTION = re.compile(
    r"[??]\s*$|[吗呢]\s*[??]?$|怎么|什么|多少|多久|几[次个点号月]|如何|为啥|为什么|能不能|是不是|要不要|有没有"
)
PURPOSES = [
    "重温入党誓词",
    "主题党日",
    "组织生活会",
    "支部党员大会",
    "党员大会",
    "党小组会",
    "民主评议",
    "参观学习",
    "志愿服务",
    "集中学习",
    "红色教育",
    "廉政教育",
    "现场教学",
    "上党课",
    "党课",
    "座谈会",
    "座谈",
    "宣誓",
    "观影",
    "参观",
    "学习",
    "培训",
]
BARE_HOURS = re.compile(r"\s*(\d{1,2})\s*(?:[-~到至—–])\s*(\d{1,2})\s*")
BARE_HOUR = re.compile(r"\D{0,3}?(\d{1,2})(?:[::](\d{2}))?\s*[点时]?\s*")
CLOSE_ENOUGH = 0.6


@dataclass(frozen=True)
class Parts:
    """The parts of a booking; None where nothing was said. ``bases`` are codes that fit."""

    bases: tuple[str, ...] = ()
    day: date | None = None
    start: time | None = None
    end: time | None = None
    people: int | None = None
    purpose: str | None = None
    unreal_day: bool = False
    """A date was named that does not exist (2月30日)."""

    def __bool__(self) -> bool:
        return self != Parts()


def is_question(text: str) -> bool:
    """Whether a sentence asks rather than tells."""
    return bool(QUESTION.search(text))


def read(
    text: str,
    *,
    now: datetime,
    names: dict[str, str],
    asked: str | None = None,
    start: time | None = None,
) -> Parts:
    """The parts that a sentence gives.

    ``names`` maps every name of a base to its code, ``asked`` is the part that was asked for
    (base, day, start, end, people, purpose), ``start`` the start that is known already.
    """
    bases, rest = _bases(text, names, guess=asked == "base")
    said = when.read(rest, now)
    parts = Parts(
        bases=bases,
        day=said.day,
        start=said.start,
        end=said.end,
        people=people_in(rest, asked=asked == "people"),
        purpose=next((purpose for purpose in PURPOSES if purpose in rest), None),
        unreal_day=said.day is None and when.names_a_day(rest),
    )
    if asked == "purpose" and parts.purpose is None and not _other_than_purpose(parts):
        parts = replace(parts, purpose=text.strip()[:60])
    if asked == "start" and parts.start is None:
        parts = _bare_hours(rest, parts)
    if asked == "end" and parts.end is None and start is not None:
        parts = _end(rest, parts, said.minutes, start)
    return parts


def _other_than_purpose(parts: Parts) -> bool:
    return bool(replace(parts, purpose=None))


def _bases(text: str, names: dict[str, str], *, guess: bool) -> tuple[tuple[str, ...], str]:
    """Codes of the bases named, and the text without their names."""
    named = sorted((name for name in names if name in text), key=len, reverse=True)
    if named:
        longest = named[0]
        others = [name for name in named if name not in longest]
        codes = dict.fromkeys(names[name] for name in [longest, *others])
        for name in named:
            text = text.replace(name, " ")
        return tuple(codes), text
    if guess:
        likeness = {name: SequenceMatcher(None, name, text).ratio() for name in names}
        best = max(likeness, key=lambda name: likeness[name], default=None)
        if best is not None and likeness[best] >= CLOSE_ENOUGH:
            return (names[best],), ""
    return (), text


def _bare_hours(text: str, parts: Parts) -> Parts:
    """9-11 or 9 where the time was asked for; then 9-11 is no day of September."""
    found = BARE_HOURS.fullmatch(text)
    if found:
        start, end = when.times(f"{found[1]}点到{found[2]}点")
        return replace(parts, day=None, start=start, end=end)
    alone = BARE_HOUR.fullmatch(text)
    if alone and parts.day is None:
        return replace(parts, start=when.times(f"{alone[1]}点{alone[2] or 0}")[0])
    return parts


def _end(text: str, parts: Parts, minutes: int | None, start: time) -> Parts:
    """A single time, or a length, where the end was asked for."""
    if minutes:
        return replace(parts, start=None, end=when.plus(start, minutes))
    end = parts.start
    alone = BARE_HOUR.fullmatch(text)
    if end is None and alone:
        end = when.times(f"{alone[1]}点{alone[2] or 0}")[0]
    if end is not None and end <= start and end.hour + 12 < 24:
        end = end.replace(hour=end.hour + 12)
    return replace(parts, start=None, end=end)
