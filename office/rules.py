"""Rules that no central text fixes: our defaults, and how an organisation overrides them."""

from __future__ import annotations

import re
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from office.models import Organisation
from office.organisations import ancestors, line


@dataclass(frozen=True)
class Rules:
    """Local rules of an organisation."""

    work_meeting_days: int = 5
    """The monthly work meeting is held in so many first working days of the month (local)."""
    work_meeting_notice_hour: int = 9
    """Local hour at which the secretary is reminded of it."""
    work_meeting_notices: tuple[str, ...] = ("5d", "1d", "2h")
    """How long before a planned one its notices are sent: working days (d) or hours (h)."""
    greeting_hour: int = 9
    """Local hour of a political-birthday greeting."""
    leap_birthday: int = 228
    """When somebody admitted on 29 February is greeted in common years: month and day, 228 (as
    civil law takes the last day of the month where the day does not exist) or 301."""
    has_committee: int = 0
    """1: the branch has a committee though it has fewer than seven full members."""
    temporary_branch: int = 0
    """1: a temporary branch, which holds no election (支部工作条例, 8)."""
    lessons_per_year: int = 0
    """Party lessons that a branch holds a year; no central rule sets a number (16)."""
    ledger_days: int = 3
    """Working days after a work meeting by which its ledger is to be recorded (local)."""
    organisation_life_days: int = 10
    """So many days before the end of a month the secretary is told what is still to be held."""
    organisation_life_superior_day: int = 15
    """The day of the month on which the superior is told what the last one left out; 0: never."""
    organisation_life_hour: int = 9
    """Local hour of these messages."""
    quiet_from: int = 2130
    quiet_until: int = 800
    """Local times, hours and minutes, between which nobody is written to unasked."""


BEFORE = re.compile(r"(?:[1-9]|1\d|20)[dh]")
"""1 to 20 working days, or hours, before."""
MOST_NOTICES = 5
CLOCK = frozenset(hour * 100 + minute for hour in range(24) for minute in range(60))
ALLOWED: Mapping[str, Container[int]] = {
    "work_meeting_days": range(1, 32),
    "work_meeting_notice_hour": range(24),
    "greeting_hour": range(24),
    "leap_birthday": (228, 301),
    "has_committee": range(2),
    "temporary_branch": range(2),
    "lessons_per_year": (0, 1, 2, 4, 12),
    "ledger_days": range(1, 31),
    "organisation_life_days": range(1, 28),
    "organisation_life_superior_day": range(29),
    "organisation_life_hour": range(24),
    "quiet_from": CLOCK,
    "quiet_until": CLOCK,
}
"""The values that each rule may have."""


def rules_of(session: Session, organisation_id: int) -> Rules:
    """The rules in force: the nearest organisation upwards that sets one decides it."""
    return merged(ancestors(session, organisation_id))


def rules_of_all(session: Session) -> dict[int, Rules]:
    """``rules_of`` for every organisation, by one query."""
    every = {place.id: place for place in session.scalars(select(Organisation))}
    above = {place.id: place.parent_id for place in every.values()}
    return {here: merged([every[upper] for upper in line(here, above)]) for here in every}


def merged(chain: Sequence[Organisation]) -> Rules:
    """The rules of the first of the chain, which goes from an organisation up to the root."""
    found: dict[str, Any] = {}
    for organisation in reversed(chain):
        found |= {name: value for name, value in organisation.rules.items() if _sound(name, value)}
    if "work_meeting_notices" in found:
        found["work_meeting_notices"] = tuple(found["work_meeting_notices"])
    return Rules(**found)


def _sound(name: str, value: object) -> bool:
    """Whether a rule can be kept; a wrong one is as if it were not set."""
    if name == "work_meeting_notices":
        return (
            isinstance(value, list)
            and len(value) <= MOST_NOTICES
            and all(isinstance(one, str) and BEFORE.fullmatch(one) for one in value)
        )
    return name in ALLOWED and type(value) is int and value in ALLOWED[name]
