"""Which of what a branch owes is spoken of when: to its secretary, and later to the superior.

Near the end of a month what is still to be held in the periods that end with it; early in the next
what they left out; in October also what is held once a year; half a year ahead the end of the term.
"""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from office.models import MeetingKind
from office.organisation_life.duties import (
    END_OF_TERM,
    YEARLY_FROM,
    Branch,
    Due,
    State,
    due_on,
    term_end,
)
from office.rules import Rules
from office.working_days import Overrides, first_working_days, is_working_day

YEARLY = {MeetingKind.ORGANISATION_LIFE, MeetingKind.APPRAISAL, MeetingKind.TALKS}
FIRST = 2
"""The working day on which the last month is spoken of: the first is that of the work meeting."""
FIRST_WEEK = timedelta(days=7)


class Stage(StrEnum):
    """A moment of a month at which organisation life is spoken of."""

    BEGIN = "begin"  # early in the month: what the last one left out
    SUPERIOR = "superior"  # in the middle: the same, to the superior
    END = "end"  # near its end: what is still to be held


@dataclass(frozen=True)
class Moment:
    """A stage of a month, the day on which it is spoken of, and the first day when it is not."""

    stage: Stage
    month: date
    """The first day of the month."""
    day: date
    until: date


def moments(month: date, rules: Rules, overrides: Overrides) -> list[Moment]:
    """When in the month (named by its first day) one speaks, on working days."""
    last = month.replace(day=calendar.monthrange(month.year, month.month)[1])
    over = last + timedelta(days=1)
    found = []
    early = first_working_days(month.year, month.month, FIRST, overrides)
    if early:
        day = early[-1].day
        found.append(Moment(Stage.BEGIN, month, day, day + FIRST_WEEK))
    if rules.organisation_life_superior_day:
        day = worked_from(month.replace(day=rules.organisation_life_superior_day), overrides)
        found.append(Moment(Stage.SUPERIOR, month, min(day, last), over))
    day = worked_from(last - timedelta(days=rules.organisation_life_days), overrides)
    found.append(Moment(Stage.END, month, min(day, last), over))
    return found


def worked_from(day: date, overrides: Overrides) -> date:
    """The day, or the next one that is worked on."""
    while is_working_day(day, overrides) is None:
        day += timedelta(days=1)
    return day


def spoken_of(branch: Branch, stage: Stage, month: date, today: date) -> list[Due]:
    """What is spoken of in a stage of a month, as it stands today."""
    dues = due_on(branch, today)
    if stage == Stage.END:
        last = month.replace(day=calendar.monthrange(month.year, month.month)[1])
        return [due for due in dues if _still(due) and due.until == last]
    before = month - timedelta(days=1)
    late = [due for due in dues if due.overdue and before.replace(day=1) <= due.until <= before]
    if stage == Stage.BEGIN and month.month == YEARLY_FROM:
        late += [due for due in dues if _still(due) and due.kind in YEARLY]
    return late


def term_notice(branch: Branch, overrides: Overrides) -> date | None:
    """The working day on which one reminds of the end of the term (支部工作条例, 21)."""
    term = term_end(branch)
    return worked_from(term.since, overrides) if term else None


def ending(branch: Branch, today: date) -> Due | None:
    """The end of the term, where it is near or over."""
    return next((due for due in due_on(branch, today) if due.kind == END_OF_TERM), None)


def kinds_of(dues: Sequence[Due]) -> list[tuple[Due, list[str]]]:
    """One of each kind and period, with the names of the groups that it is about."""
    found: dict[tuple[str, str], tuple[Due, list[str]]] = {}
    for due in dues:
        _, groups = found.setdefault((str(due.kind), due.period), (due, []))
        if due.group is not None:
            groups.append(due.group.name)
    return list(found.values())


def _still(due: Due) -> bool:
    return due.state == State.DUE and due.kind != END_OF_TERM
