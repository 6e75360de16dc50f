"""The day by which a task is to be done, as it is written: "15号前", "月底", "下周五之前"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from bot import days, festivals, spans
from bot.numerals import figures

NUMERAL = r"(?:\d{1,2}|[一二三四五六七八九十廿]{1,3})"
DEADLINE = re.compile(
    r"(?:最迟|截止到?|截至|务必|争取|力争)?(?:在|于|到)?"
    r"(?P<day>"
    rf"(?:(?:20\d\d|今|明|本)年\s?)?{NUMERAL}月份?\s?(?:{NUMERAL}[日号]?|[底末]|[上中下]旬)"
    rf"|(?:(?:20\d\d|今|明)年)?(?:{NUMERAL}月份?(?!{NUMERAL})(?=[内之以]|前|完成))"
    r"|20\d\d[-./]\d{1,2}[-./]\d{1,2}"
    r"|(?<![\d.])\d{1,2}[./]\d{1,2}(?=[日号之以]?前|[日号]|[)\s,]|$)(?![\d人户])"
    rf"|(?:下下|[本这当下])个?月(?:{NUMERAL}[日号]|[底末]|[上中下]旬)?"
    r"|[月年][底末]"
    rf"|(?:下下|[本这下])?个?(?:周|星期|礼拜)[一二三四五六日天](?!次)"
    r"|(?:下下|[本这下])个?(?:周末|周|星期|礼拜)(?![一二三四五六日天])"
    r"|(?:大后|后|明|今)天"
    rf"|{NUMERAL}[日号](?!楼)"
    rf"|(?:未来|接下来)?{NUMERAL}天(?=[之以]?内)"
    rf"|(?:{'|'.join(festivals.NAMES)})节?(?=[之以]?前)"
    r")"
    r"\s*(?P<before>[之以]?前|[之以]?内|为止|截止)?"
)


RELATIVE = re.compile(r"周|星期|礼拜|天|[本这当下]个?月")


@dataclass(frozen=True)
class Since:
    """From when days count: 15号 from the meeting, 下周五 from the day on which it is written."""

    meeting: date
    today: date


@dataclass(frozen=True)
class Deadline:
    """A day (None if it does not exist) and where in the text it stands."""

    day: date | None
    begins: int
    ends: int


def find(text: str, since: Since) -> Deadline | None:
    """The last deadline that a text in half width names.

    15号前 is the 15th itself; 元旦前 is the day before it, for a festival is a day off.
    """
    all_of_them = list(DEADLINE.finditer(text))
    if not all_of_them:
        return None
    found = all_of_them[-1]
    words, before = found["day"], "前" in (found["before"] or "")
    day = value(words, since.today if RELATIVE.search(words) else since.meeting, before=before)
    return Deadline(day, found.start(), found.end())


def value(words: str, since: date, *, before: bool = False) -> date | None:
    """The day that the words mean; None if there is no such day."""
    plain = figures(words)
    if plain in {"年底", "年末"}:
        return date(since.year, 12, 31)
    if re.fullmatch(r"\d+天", plain):
        count = int(plain[:-1])
        return since + timedelta(days=count)
    whole = re.fullmatch(r"(?:(?P<year>20\d\d)年|[今本明]年)?(\d{1,2})月份?", plain)
    if whole:
        return days.find(f"{plain.removesuffix('份')}底", since).day
    found = days.find(plain, since, asked="day")
    if found.named:
        festival = before and plain.removesuffix("节") in festivals.NAMES
        return found.day - timedelta(days=1) if found.day and festival else found.day
    span = spans.find(plain, since)
    return span.last if span else None
