"""Rules that no central text fixes: our defaults, and how an organisation overrides them."""

from __future__ import annotations

from dataclasses import dataclass, fields

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


def rules_of(session: Session, organisation_id: int) -> Rules:
    """The rules in force: the nearest organisation upwards that sets one decides it."""
    known = {field.name for field in fields(Rules)}
    merged: dict[str, int] = {}
    for organisation in reversed(ancestors(session, organisation_id)):
        merged |= {name: int(value) for name, value in organisation.rules.items() if name in known}
    return Rules(**merged)
