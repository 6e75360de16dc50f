"""A branch's organisation life of a year as rows of cells, and a committee's branches today."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from delivery.organisation_life_words import kind_text, kinds_text, period_text
from delivery.times import short_day_text
from office.models import MeetingKind
from office.organisation_life import END_OF_TERM, Branch, Due, State, due_on, year_of
from office.organisation_life.reading import KINDS
from texts import say

OPTIONAL = (MeetingKind.COMMITTEE, MeetingKind.GROUP, MeetingKind.LESSON)
"""Kinds that not every branch owes."""
IN_COMMITTEE = [kind for kind in KINDS if kind != MeetingKind.LESSON]
"""The columns of a committee's page."""


@dataclass(frozen=True)
class Cell:
    """A period: how many of twelve columns it takes, how it stands, and that in words."""

    span: int
    state: str
    words: str


@dataclass(frozen=True)
class Line:
    """A kind of meeting, of the branch or of one of its groups, through the year."""

    name: str
    cells: Sequence[Cell]


@dataclass(frozen=True)
class BranchToday:
    """How a branch stands in the periods that run, by kind, and what it left out."""

    code: str
    name: str
    cells: Sequence[tuple[str, Cell]]
    """Name of the kind, and how it stands."""
    overdue: str
    term: date | None
    """The end of the term, where it is near or over."""


def year_lines(branch: Branch, year: int, today: date) -> list[Line]:
    """The rows of a branch's year; a kind that it does not owe is one long cell."""
    found: dict[tuple[str, str], list[Due]] = {}
    for due in year_of(branch, year, today):
        group = due.group.name if due.group else ""
        found.setdefault((str(due.kind), group), []).append(due)
    lines = []
    for kind in KINDS:
        own = {group: dues for (name, group), dues in found.items() if name == kind}
        if not own and kind in OPTIONAL:
            words = say(f"organisation_life.not_owed_{kind}")
            lines.append(Line(kind_text(kind), [Cell(12, "none", words)]))
        for group, dues in own.items():
            cells = [_cell(due, today, 12 // len(dues)) for due in dues]
            lines.append(Line(f"{kind_text(kind)} {group}".strip(), cells))
    return lines


def branch_today(branch: Branch, today: date) -> BranchToday:
    """How the branch stands today."""
    now: dict[str, list[Due]] = {}
    for due in year_of(branch, today.year, today):
        if due.since <= today <= due.until:
            now.setdefault(str(due.kind), []).append(due)
    dues = due_on(branch, today)
    late = [due for due in dues if due.overdue and due.kind != END_OF_TERM]
    term = next((due.until for due in dues if due.kind == END_OF_TERM), None)
    return BranchToday(
        branch.code,
        branch.name,
        [(kind_text(kind), _together(now.get(str(kind), []), today)) for kind in IN_COMMITTEE],
        kinds_text(late),
        term,
    )


def _cell(due: Due, today: date, span: int) -> Cell:
    state = say(f"organisation_life.state_{due.state}")
    days = "、".join(short_day_text(day) for day in due.held)
    return Cell(span, due.state, f"{period_text(due, today)} {state} {days}".strip())


def _together(dues: Sequence[Due], today: date) -> Cell:
    """The groups of a branch as one: held once all have met."""
    if not dues:
        return Cell(1, "none", say("organisation_life.state_none"))
    still = [due for due in dues if due.state != State.HELD]
    return _cell(still[0] if still else dues[0], today, 1)
