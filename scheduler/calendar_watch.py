"""Noticing that the organisations' own days or rules have changed since the last plan."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from office.models import CalendarDay, Organisation


class CalendarWatch:
    """What was last seen of them. Holidays announced anew come with a new start of the process."""

    def __init__(self) -> None:
        self._seen: object = None

    def has_changed(self, session: Session) -> bool:
        """Whether anything is different from the last call; the first has nothing to compare."""
        day = CalendarDay
        days = select(day.organisation_id, day.day, day.worked).order_by(day.id)
        rules = select(Organisation.id, Organisation.rules).order_by(Organisation.id)
        found = (
            session.execute(days).all(),
            [(place, set_here) for place, set_here in session.execute(rules) if set_here],
        )
        changed = self._seen is not None and self._seen != found
        self._seen = found
        return changed
