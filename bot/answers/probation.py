"""Dates that follow from the branch meeting which admitted somebody.

Probation lasts one year from the day of the meeting; standing (党龄) counts from the day of
becoming a full member at its end (发展党员工作细则 2026, 31 and 33; 党章, 7). Whatever else the
question mentions (an extension, a postponement …) is left to the cards.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date

from bot.numerals import arabic

YEAR = r"(?:(?P<year>(?:19|20)\d\d)年|(?P<near>去年|今年|前年))?的?"
DAY = rf"{YEAR}(?P<month>\d{{1,2}})月(?P<day>\d{{1,2}})[日号]"
MEETING = re.compile(rf"{DAY}[^\d,,。;;]{{0,10}}(?:通过|接收|吸收|入党|成为预备|当上预备|发展)")
ASKS_END = re.compile(
    r"(?:预备期|预备)[^,,。]{0,8}(?:满|到期|结束|到哪|到什么)|满(?:预备期|期|1年)|[能可](?:以)?转正"
    r"|转正[^,,。]{0,6}(?:时候|哪天|几号|几月)|(?:时候|哪天|几号|几月)[^,,。]{0,4}(?:转正|满|到期)"
)
ASKS_STANDING = re.compile(r"党龄")
ASKS_WHEN = re.compile(
    r"什么时候|啥时候?|何时|哪[天年月]|几[号月]|多会|起点|从哪|咋算|怎么算|到期|满了?[吗没]"
)
LEFT_TO_CARDS = re.compile(r"延长|推迟|延后|取消|提前|没转正|不批|旧|处分|公示|转走|调走|没开会|拖")
NEAR_YEARS = {"去年": -1, "今年": 0, "前年": -2}
EARLIEST = 1983
"""Before the Party constitution of 1982 the rules of probation differed."""


@dataclass(frozen=True)
class Probation:
    """When somebody was admitted, when his probation ends, and which of the two was asked for."""

    admitted: date
    ends: date
    standing: bool

    @property
    def card(self) -> str:
        """The card of the rule."""
        return "prob-standing" if self.standing else "prob-start-day"


def read(question: str, today: date) -> Probation | None:
    """The dates that a question asks for, if it names the day of the admitting meeting.

    A day without a year is this year's, or last year's if it has not come yet.
    """
    text = arabic(question)
    found = MEETING.search(text)
    standing = bool(ASKS_STANDING.search(text))
    if not found or LEFT_TO_CARDS.search(text) or not ASKS_WHEN.search(text):
        return None
    if not standing and not ASKS_END.search(text):
        return None
    admitted = _day(found, today)
    if admitted is None or admitted.year < EARLIEST or admitted > today:
        return None
    return Probation(admitted, _a_year_after(admitted), standing)


def _day(found: re.Match[str], today: date) -> date | None:
    year = int(found["year"]) if found["year"] else today.year + NEAR_YEARS.get(found["near"], 0)
    try:
        day = date(year, int(found["month"]), int(found["day"]))
    except ValueError:
        return None
    if day > today and not found["year"] and not found["near"]:
        return day.replace(year=year - 1) if (day.month, day.day) != (2, 29) else None
    return day


def _a_year_after(day: date) -> date:
    last = calendar.monthrange(day.year + 1, day.month)[1]
    return day.replace(year=day.year + 1, day=min(day.day, last))
