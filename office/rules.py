"""Rules that no central text fixes: our defaults, and how an organisation overrides them."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from office.organisations import ancestors


@dataclass(frozen=True)
class Rules:
    """Local rules of an organisation."""

    work_meeting_days: int = 5
    """The monthly work meeting is held in so many first working days of the month (local)."""
    work_meeting_notice_hour: int = 9
    """Local hour at which the secretary is reminded of it."""
    greeting_hour: int = 9
    """Local hour of a political-birthday greeting."""


ALLOWED = {
    "work_meeting_days": range(1, 32),
    "work_meeting_notice_hour": range(24),
    "greeting_hour": range(24),
}
"""The values that each rule may have."""


def rules_of(session: Session, organisation_id: int) -> Rules:
    """The rules in force: the nearest organisation upwards that sets one decides it."""
    merged: dict[str, int] = {}
    for organisation in reversed(ancestors(session, organisation_id)):
        merged |= {name: value for name, value in organisation.rules.items() if _sound(name, value)}
    return Rules(**merged)


def _sound(name: str, value: object) -> bool:
    """Whether a rule can be kept; a wrong one is as if it were not set."""
    return name in ALLOWED and type(value) is int and value in ALLOWED[name]
