"""What organisation life a branch owes, from its own shape (中国共产党支部工作条例, 11 to 21).

A pure rule: records and the day are given to it. Days are local (Asia/Shanghai), first and last day
of a period belong to it.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import Literal

from office.models import MeetingKind
from office.organisations import COMMITTEE_FROM
from office.rules import Rules

END_OF_TERM: Literal["end_of_term"] = "end_of_term"
Kind = MeetingKind | Literal["end_of_term"]

MONTH, QUARTER, YEAR = 1, 3, 12
"""Lengths of a period, in months."""
TERM_NOTICE_MONTHS = 6
"""The superior reminds of the end of the term so long before it (21)."""
YEARLY_FROM = 10
"""The month from which what is held once a year is expected: the fourth quarter (17)."""
REMEMBERED = timedelta(days=92)
"""What was left out is spoken of until the next period ends, but not longer than a quarter."""
ARTICLES: Mapping[Kind, int] = {
    MeetingKind.GENERAL: 11,
    MeetingKind.COMMITTEE: 12,
    MeetingKind.GROUP: 13,
    MeetingKind.THEME_DAY: 16,
    MeetingKind.LESSON: 16,
    MeetingKind.ORGANISATION_LIFE: 17,
    MeetingKind.APPRAISAL: 18,
    MeetingKind.TALKS: 19,
    END_OF_TERM: 21,
}
"""The article of 支部工作条例 on each kind, in the order in which they are listed."""


class State(StrEnum):
    """How it stands with a meeting in a period."""

    HELD = "held"
    DUE = "due"  # its period runs
    OVERDUE = "overdue"  # its period is over
    COMING = "coming"  # its period has not begun
    UNKNOWN = "unknown"  # the branch kept no records here yet: nobody can say


@dataclass(frozen=True)
class Group:
    """A Party group (党小组) of a branch."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class Held:
    """A meeting that was held, by the branch or by one of its groups."""

    kind: MeetingKind
    day: date
    organisation_id: int


@dataclass(frozen=True)
class Branch:
    """What of a branch decides what it owes."""

    id: int
    code: str
    name: str
    full_members: int
    parent_id: int | None = None
    groups: Sequence[Group] = ()
    term_years: int = 3
    term_began_on: date | None = None
    known_since: date | None = None
    """Its first record here, or the day when the first of it joined; None: it has not begun."""
    rules: Rules = field(default_factory=Rules)
    held: Sequence[Held] = ()

    @property
    def has_committee(self) -> bool:
        """Seven or more full members, or a local rule says so (20)."""
        return self.full_members >= COMMITTEE_FROM or bool(self.rules.has_committee)


@dataclass(frozen=True)
class Period:
    """A month, quarter, half or whole year; both days belong to it."""

    name: str
    since: date
    until: date


@dataclass(frozen=True)
class Due:
    """What is owed in a period, and how it stands."""

    kind: Kind
    period: str
    """2026-12, 2026-Q4, 2026-H2 or 2026; for the end of a term its day."""
    since: date
    until: date
    article: int
    state: State
    held: Sequence[date] = ()
    group: Group | None = None

    @property
    def overdue(self) -> bool:
        """Whether its period is over and nothing was recorded."""
        return self.state == State.OVERDUE


def owed(branch: Branch) -> Iterator[tuple[MeetingKind, int, Group | None]]:
    """(kind, months of its period, group) of every meeting that the branch has to hold."""
    yield MeetingKind.GENERAL, QUARTER, None
    if branch.has_committee:
        yield MeetingKind.COMMITTEE, MONTH, None
    for group in branch.groups:
        yield MeetingKind.GROUP, MONTH, group
    yield MeetingKind.THEME_DAY, MONTH, None
    if branch.rules.lessons_per_year:  # article 16 sets no number
        yield MeetingKind.LESSON, YEAR // branch.rules.lessons_per_year, None
    for kind in (MeetingKind.ORGANISATION_LIFE, MeetingKind.APPRAISAL, MeetingKind.TALKS):
        yield kind, YEAR, None


def period_of(day: date, months: int) -> Period:
    """The period of so many months (a divisor of 12) that the day lies in."""
    number = (day.month - 1) // months
    last_month = (number + 1) * months
    until = date(day.year, last_month, calendar.monthrange(day.year, last_month)[1])
    name = {
        MONTH: f"{day.year}-{day.month:02}",
        QUARTER: f"{day.year}-Q{number + 1}",
        2 * QUARTER: f"{day.year}-H{number + 1}",
        YEAR: f"{day.year}",
    }[months]
    return Period(name, date(day.year, number * months + 1, 1), until)


def year_of(branch: Branch, year: int, today: date) -> list[Due]:
    """Every meeting owed in a year, kind by kind in the order of time, and how it stands today."""
    found = []
    for kind, months, group in owed(branch):
        for month in range(1, 13, months):
            period = period_of(date(year, month, 1), months)
            found.append(_due(branch, kind, period, group, today))
    return found


def due_on(branch: Branch, today: date) -> list[Due]:
    """What is still to be held in the periods that run, and what the last ones left out.

    What is held once a year is due all year long, and the end of a term from six months ahead.
    """
    found = []
    for kind, months, group in owed(branch):
        current = period_of(today, months)
        before = period_of(current.since - timedelta(days=1), months)
        last = _due(branch, kind, before, group, today)
        if last.overdue and today - last.until <= REMEMBERED:
            found.append(last)
        now = _due(branch, kind, current, group, today)
        if now.state != State.HELD:
            found.append(now)
    term = term_end(branch)
    if term is not None and today >= term.since:
        over = State.OVERDUE if today > term.until else State.DUE
        found.append(
            Due(END_OF_TERM, term.name, term.since, term.until, ARTICLES[END_OF_TERM], over)
        )
    return found


def term_end(branch: Branch) -> Period | None:
    """The last day of the committee's term, and since when one reminds of it (21).

    None where the beginning is not known, and for a temporary branch, which holds no election (8).
    """
    if branch.term_began_on is None or branch.rules.temporary_branch:
        return None
    until = add_months(branch.term_began_on, 12 * branch.term_years)
    return Period(until.isoformat(), add_months(until, -TERM_NOTICE_MONTHS), until)


def add_months(day: date, months: int) -> date:
    """The same day so many months on; the last of the month where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _due(
    branch: Branch, kind: MeetingKind, period: Period, group: Group | None, today: date
) -> Due:
    places = {branch.id, group.id} if group else None
    days = sorted(
        held.day
        for held in branch.held
        if held.kind == kind
        and period.since <= held.day <= period.until
        and (places is None or held.organisation_id in places)
    )
    return Due(
        kind,
        period.name,
        period.since,
        period.until,
        ARTICLES[kind],
        _state(branch, period, today, held=bool(days)),
        tuple(days),
        group,
    )


def _state(branch: Branch, period: Period, today: date, *, held: bool) -> State:
    if held:
        return State.HELD
    if today < period.since:
        return State.COMING
    if today <= period.until:
        return State.DUE
    whole_year = (period.since.month, period.until.month) == (1, 12)
    expected = period.since.replace(month=YEARLY_FROM) if whole_year else period.since
    if branch.known_since is None or branch.known_since.replace(day=1) > expected:
        return State.UNKNOWN
    return State.OVERDUE
