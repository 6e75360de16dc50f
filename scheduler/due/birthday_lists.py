"""What the secretary is told of political birthdays: each a week ahead, and the month's on its 1st.

Dates that are missing or in doubt stand in the month's list instead of being guessed.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from sqlalchemy.orm import Session

from delivery.still_true.birthdays import BIRTHDAY_LIST
from delivery.times import full_day_text, short_day_text
from office import birthdays, members
from office.birthdays import Entry
from office.models import Organisation, RoleKind
from office.organisations import branch_of, holders
from office.rules import rules_of
from scheduler.reminder import Reminder, at
from texts import say

AHEAD = timedelta(days=7)
MONTH_LIST_FOR = timedelta(days=7)
"""So long after the first a list of the month is still worth having."""


def birthday_lists(session: Session, first: date, last: date) -> Iterator[Reminder]:
    """To the secretaries of the branch alone; none where there is nothing to say."""
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    for day in days:
        ahead = [day + AHEAD]
        for branch, entries in _by_branch(session, birthdays.on_days(session, ahead)).items():
            lines = _lines(session, entries, ahead)
            if lines:
                heading = say(
                    "greetings.list_week", branch=branch.name, day=short_day_text(ahead[0])
                )
                text = "\n".join([heading, *lines, say("greetings.list_week_end")])
                period = f"week:{ahead[0]}:{branch.id}"
                until = ahead[0] + timedelta(days=1)
                yield from _to_secretaries(session, branch, period, day, until, text)
        if day.day == 1:
            yield from _of_month(session, day)


def _of_month(session: Session, first: date) -> Iterator[Reminder]:
    days = [first + timedelta(days=n) for n in range(31)]
    days = [day for day in days if day.month == first.month]
    coming = _by_branch(session, birthdays.on_days(session, days))
    unsure = _by_branch(session, birthdays.all_unsure(session))
    for branch in sorted({*coming, *unsure}, key=lambda one: one.code):
        parts = []
        lines = _lines(session, coming.get(branch, []), days)
        if lines:
            heading = say("greetings.list_month", branch=branch.name, month=first.month)
            parts += [heading, *lines]
        if branch in unsure:
            names = "、".join(entry.name for entry in unsure[branch])
            key = "list_unsure" if lines else "list_unsure_alone"
            parts.append(say(f"greetings.{key}", branch=branch.name, names=names))
        if parts:
            period = f"month:{first:%Y-%m}:{branch.id}"
            until, text = first + MONTH_LIST_FOR, "\n".join(parts)
            yield from _to_secretaries(session, branch, period, first, until, text)


def _lines(session: Session, entries: list[Entry], days: list[date]) -> list[str]:
    """A line for each of them who has his day on one of these days, by day."""
    found = []
    for entry in entries:
        admitted = entry.admitted_on
        if admitted is None:
            continue
        for year in sorted({day.year for day in days}):
            leap_day = rules_of(session, entry.organisation_id).leap_birthday
            day = members.birthday_in(admitted, year, leap_day)
            if day in days and year > admitted.year:
                found.append((day, entry.name, year - admitted.year, admitted))
    return [
        say(
            "greetings.list_line",
            day=short_day_text(day),
            name=name,
            years=years,
            since=full_day_text(admitted),
        )
        for day, name, years, admitted in sorted(found)
    ]


def _to_secretaries(
    session: Session, branch: Organisation, period: str, day: date, until: date, text: str
) -> Iterator[Reminder]:
    hour = rules_of(session, branch.id).greeting_hour
    for secretary in holders(session, branch.id, RoleKind.SECRETARY):
        yield Reminder(
            rule=BIRTHDAY_LIST,
            member=secretary,
            period=period,
            due_at=at(day, hour),
            expires_at=at(until, 0),
            text=text,
            reason=say("greetings.list_reason", branch=branch.name),
        )


def _by_branch(session: Session, entries: list[Entry]) -> dict[Organisation, list[Entry]]:
    """The entries under the branch of each."""
    branches: dict[int, Organisation] = {}
    found: dict[Organisation, list[Entry]] = {}
    for entry in entries:
        place = entry.organisation_id
        if place not in branches:
            branches[place] = branch_of(session, place)
        found.setdefault(branches[place], []).append(entry)
    return found
