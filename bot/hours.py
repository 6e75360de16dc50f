"""Clock times and lengths as members say them: "下午两点到四点", "9-11点", "一小时四十分钟"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import time

from bot.numerals import digits
from bot.people import HEADS

NIGHT = ("晚上", "晚间", "夜里", "夜间", "深夜", "半夜", "午夜", "晚", "夜")
AFTERNOON = ("下午", "午后", "傍晚")
NOON = ("中午", "正午")
MORNING = ("凌晨", "清晨", "清早", "早上", "早晨", "上午", "早")
PERIOD = "|".join(sorted((*NIGHT, *AFTERNOON, *NOON, *MORNING), key=len, reverse=True))
MIDNIGHT = time(23, 59)
"""How the end of a day is kept: a booking lies within one day for the office, and a base that is
open till midnight can only say so with the last minute before it."""

GAP = r"(?:的|在|从|大概|大约|约|差不多|,|\s)*"
TO = r"\s*(?:开始|起)?[,、]?\s*(?:一直)?(?:到|至|[-~—–〜]+)\s*"
NO_HOUR = rf"(?!\d|\s*(?:[点时月日号年天分楼层级个]|小时|钟头)|[./:]\d|{HEADS})"
"""After a number: it counts something else than hours or minutes."""
ON_THE_CLOCK = (
    r"(?::(?P<colon{n}>[0-5]\d)(?::\d\d)?(?!\d)"
    r"|(?:点|时(?![间候常代期]))(?!建议|要求|意见|问题|原因|希望|想法|体会)[钟整过]?"
    r"(?:(?P<half{n}>半)|(?P<quarter{n}>[123])刻|(?P<minute{n}>\d{{1,2}})分钟?"
    rf"|(?P<bare{{n}}>\d{{{{2}}}}){NO_HOUR})?[整钟]?)"
)
FIRST, SECOND = ON_THE_CLOCK.format(n=1), ON_THE_CLOCK.format(n=2)
FIRST_HOUR = r"(?<![\d.:/])(?P<hour1>\d{1,2})"
START = rf"(?:(?P<period1>{PERIOD}){GAP})?{FIRST_HOUR}"
END = rf"(?:(?P<next>次日|第二天|隔天){GAP})?(?:(?P<period2>{PERIOD}){GAP})?(?P<hour2>\d{{1,2}})"
RANGES = (
    re.compile(rf"{START}{FIRST}{TO}{END}(?:{SECOND}|{NO_HOUR})"),  # 9点到11点, 9点到11
    re.compile(rf"{START}{TO}{END}{SECOND}"),  # 9-11点
    re.compile(rf"(?P<period1>{PERIOD}){GAP}{FIRST_HOUR}{TO}{END}{NO_HOUR}"),  # 上午9-11
)
EVENING = re.compile(r"(?:晚[上间]|夜[里间]|[今明后当]晚)(?!\D*[不改换])")
"""明天晚上去红星馆，7点到9点: said before the hours, and no other part of the day."""
MOMENT = re.compile(rf"{START}{FIRST}")
FINISH_BEFORE = re.compile(r"(?:结束|散会|截止)(?:时间)?[是在为到:]*\s*$")
FINISH_AFTER = re.compile(r"\s*(?:就|准时|前|左右)?(?:结束|散|完)")
TILL_BEFORE = re.compile(r"[到至](?:大概|大约)?\s*$")
BEGIN_BEFORE = re.compile(r"(?:从|开始(?:时间)?[是在为:]*)\s*$")
BEGIN_AFTER = re.compile(r"\s*(?:就|准时|左右)?(?:开始|起)")

LENGTH = re.compile(
    r"(?<![\d.])(?P<hours>\d{1,3}(?:\.\d)?)\s*个?(?P<half>半)?多?(?:小时|钟头|钟|h(?![a-z]))"
    r"(?P<half_more>半)?(?:零?(?P<more>\d{1,2})分钟?)?"
    r"|(?P<half_hour>半)个?多?(?:小时|钟头)"
    r"|(?<![点时\d])(?P<minutes>\d{1,4})分钟"
    r"|(?<![点时\d])(?P<quarters>[123])刻钟"
)
SHIFT_BEFORE = re.compile(
    r"(?:提前|提早|推迟|推后|延后|延迟|延长|缩短|往[前后]|(?<![最不])多|(?<![至不])少|再|(?<!参)加|减"
    r"|[推挪移延拖]|早(?![上晨])|(?<![今明])晚(?![上间]))[^\d,。到成]{0,2}$"
)
"""往后推一小时, 再加一小时: by how much, not how long."""
LITTLE = re.compile(
    r"(?<![今明昨])[早晚]了?1?点(?!半|钟|整|[0-5]\d)"
    r"|(?:[快慢差有大小少高低近远长短迟前宽]|(?<!不)多|(?<!最)好|(?<!午)后)了?1点(?!半|钟|整|[0-5]\d|\s*[到至~-])"
    r"|(?<!\d)1点(?:1?点|[儿都也不事]|问题|意见|时间|想法)"
)
"""晚一点, 有一点问题: a little, not one o'clock."""
DOTTED = r"\d{1,2}(?:[.:][0-5]\d)?"
DOTTED_RANGE = re.compile(rf"(?<![\d.]){DOTTED}{TO}(?:{PERIOD})?{DOTTED}(?!\d|\.\d|[月日])")
DOTTED_MOMENT = re.compile(rf"((?:{PERIOD})的?\s*)(\d{{1,2}})\.([0-5]\d)(?!\d)")
PAIR = re.compile(rf"(?<![\d:./-])(\d{{1,2}})({TO})(\d{{1,2}}){NO_HOUR}(?!-)")
BARE = re.compile(
    rf"(?P<lead>[^\d第人共]{{0,8}}?)(?P<first>\d{{1,2}})(?:[.:](?P<past>[0-5]\d))?"
    rf"(?:(?P<to>{TO})(?P<period>{PERIOD})?(?P<second>\d{{1,2}})(?:[.:](?P<past_second>[0-5]\d))?)?"
    r"[\s吧呀啊哦呢了的整钟,.!?。]*"
)


@dataclass(frozen=True)
class Hours:
    """What a sentence says of the clock, and what is left of it without that."""

    start: time | None
    end: time | None
    minutes: int | None
    rest: str
    vague: bool = False
    """The start was said without a part of the day: 八点 may be in the morning or evening."""
    backwards: bool = False
    """An end was said that is not after the start."""


def hours(text: str, *, known: time | None = None, end_asked: bool = False) -> Hours:
    """Start, end and length; the text's numbers are Arabic.

    ``known`` is the start that is known already: 到五点 is then the end, and so is a single time
    where the end was asked for.
    """
    length, text = _length(LITTLE.sub(" ", text))
    evening = "晚上" if EVENING.search(text) and len(set(re.findall(PERIOD, text))) == 1 else None
    for pattern in RANGES:
        found = pattern.search(text)
        if found:
            period = found["period1"] or evening
            start, end = _clock(found, 1, period), _clock(found, 2, found["period2"] or period)
            if not _past_midnight(found, start, end, period):
                end = _after(start, end, fixed=bool(found["period2"]))
            rest = f"{text[: found.start('hour1')]} {text[found.end() :]}"
            vague = not (period or found["period2"]) and _vague(found) and start is not None
            return Hours(start, end, length, rest, vague, start is not None and end is None)
    start = end = period = None
    fixed = vague = next_day = False
    rest = text
    for found in MOMENT.finditer(text):
        before, after = text[: found.start()], text[found.end() :]
        period = period or found["period1"]
        at = _clock(found, 1, found["period1"] or period or evening)
        if _is_end(before, after, known or start, end_asked=end_asked and known is not None):
            end, fixed = end or at, bool(found["period1"])
            next_day = found["period1"] == "凌晨" and (start or known or time()).hour >= 18
        else:
            vague = vague or (start is None and not (period or evening) and _vague(found))
            start = start or at
        blank = " " * (found.end() - found.start("hour1"))
        rest = rest[: found.start("hour1")] + blank + rest[found.end() :]
    end = end if next_day else _after(start or known, end, fixed=fixed)
    return Hours(start, end, length, rest, vague and start is not None)


def colons(text: str) -> str:
    """The text with 14.30-16.00 and 下午2.30 written with colons."""
    text = DOTTED_RANGE.sub(lambda found: found[0].replace(".", ":"), text)
    return DOTTED_MOMENT.sub(r"\1\2:\3", text)


def pairs(text: str) -> str:
    """The text with 9-11 written as hours."""
    return PAIR.sub(r"\1点\2\3点", text)


def bare(text: str) -> str:
    """The text with its only number or two written as hours, for where the hour was asked for."""
    found = BARE.fullmatch(digits(text))
    if found is None or max(int(found["first"]), int(found["second"] or 0)) > 24:
        return text
    start = f"{found['lead']}{found['first']}点{found['past'] or ''}"
    if not found["second"]:
        return start
    end = f"{found['period'] or ''}{found['second']}点{found['past_second'] or ''}"
    return f"{start}{found['to']}{end}"


def plus(start: time, minutes: int) -> time | None:
    """The clock time so many minutes later on the same day; None past midnight."""
    total = start.hour * 60 + start.minute + minutes
    return time(total // 60, total % 60) if total < 24 * 60 else None


def _is_end(before: str, after: str, start: time | None, *, end_asked: bool) -> bool:
    if FINISH_BEFORE.search(before) or FINISH_AFTER.match(after):
        return True
    if BEGIN_BEFORE.search(before) or BEGIN_AFTER.match(after):
        return False
    return end_asked or (start is not None and bool(TILL_BEFORE.search(before)))


def _clock(found: re.Match[str], n: int, period: str | None) -> time | None:
    """A clock time. Without a part of the day, 1 to 6 o'clock is in the afternoon."""
    said, parts = found[f"hour{n}"], found.groupdict()
    hour = int(said)
    if parts.get(f"half{n}"):
        minute = 30
    elif parts.get(f"quarter{n}"):
        minute = 15 * int(parts[f"quarter{n}"])
    else:
        names = ("colon", "minute", "bare")
        minute = next((int(parts[f"{x}{n}"]) for x in names if parts.get(f"{x}{n}")), 0)
    if (
        (period in NIGHT and 5 <= hour <= 12)
        or (period in AFTERNOON and hour < 12)
        or (period in NOON and hour < 3)
        or (period is None and 1 <= hour <= 6 and not said.startswith("0"))
    ):
        hour += 12
    elif period == "凌晨" and hour == 12:
        hour = 0
    if (hour, minute) == (24, 0):
        return MIDNIGHT
    return time(hour, minute) if hour < 24 and minute < 60 else None


def _vague(found: re.Match[str]) -> bool:
    """Whether an hour without a part of the day is not written as on a railway clock (8:00, 08)."""
    said = found["hour1"]
    written = found.groupdict().get("colon1")
    return 1 <= int(said) <= 11 and not said.startswith("0") and not written


def _after(start: time | None, end: time | None, *, fixed: bool) -> time | None:
    """The end as it must be meant: in the afternoon if it were before the start. Else None."""
    if start is None or end is None or end > start:
        return end
    if end == time(0):
        return MIDNIGHT
    if fixed or end.hour >= 12 or end == start:
        return None
    later = end.replace(hour=end.hour + 12)
    return later if later > start else None


def _past_midnight(
    found: re.Match[str], start: time | None, end: time | None, period: str | None
) -> bool:
    """晚上十点到凌晨一点, 到次日一点: whether the end is meant to be on the next day."""
    if start is None or end is None or end > start:
        return False
    said = bool(found["next"]) or found["period2"] == "凌晨"
    return said or (period in NIGHT and start.hour >= 18 and not found["period2"] and end.hour < 6)


def _length(text: str) -> tuple[int | None, str]:
    """A length in minutes, and the text without it."""
    found = LENGTH.search(text)
    if not found:
        return None, text
    rest = f"{text[: found.start()]} {text[found.end() :]}"
    if SHIFT_BEFORE.search(text[: found.start()]):
        return None, rest
    if found["hours"]:
        halves = 30 * bool(found["half"] or found["half_more"])
        minutes = int(float(found["hours"]) * 60) + halves + int(found["more"] or 0)
    elif found["half_hour"]:
        minutes = 30
    else:
        minutes = int(found["minutes"] or 0) or 15 * int(found["quarters"] or 0)
    return (minutes if 0 < minutes <= 24 * 60 else None), rest
