"""Ledgers that are missing, and tasks that fall due."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from sqlalchemy.orm import Session

from delivery.ledger_words import (
    missing_reason,
    missing_text,
    record_button,
    task_buttons,
    task_text,
)
from delivery.still_true.ledgers import (
    LEDGER_MISSING,
    LEDGER_MISSING_ABOVE,
    SUPERIORS,
    TASK_DUE,
)
from office import ledgers, tasks
from office.bases import SHANGHAI
from office.calendar_days import overrides_of_many
from office.models import MemberState, RoleKind, Task
from office.organisations import all_holders, branches
from office.rules import rules_of
from office.working_days import working_day_after
from scheduler.reminder import Reminder, at
from texts import say

DAY = timedelta(days=1)
HOUR = 9
"""Local hour of these reminders: no article fixes one."""
LONGEST_WAIT = timedelta(days=120)
"""Older meetings are not asked about: twice 30 working days, holidays among them."""
BEFORE = timedelta(days=3)
WEEK = timedelta(days=7)
LATE_WEEKS = 8
"""So often a task that is late is spoken of, once a week; then it only stands on the board."""


def missing_ledgers(session: Session, first: date, last: date) -> Iterator[Reminder]:
    """To the secretary so many working days after a work meeting, later to those above him.

    A local rule (``ledger_days``): by default three working days, and three more.
    """
    places = {branch.id: branch for branch in branches(session)}
    start = datetime.combine(first - LONGEST_WAIT, time(), SHANGHAI)
    found = ledgers.missing(session, places, start, datetime.combine(last + DAY, time(), SHANGHAI))
    overrides = overrides_of_many(session, {one.organisation_id for one in found})
    secretaries = all_holders(session, [RoleKind.SECRETARY])
    superiors = all_holders(session, list(SUPERIORS))
    for meeting in found:
        place = places[meeting.organisation_id]
        days = rules_of(session, place.id).ledger_days
        held = meeting.starts_at.astimezone(SHANGHAI).date()
        once = working_day_after(held, days, overrides[place.id])
        twice = working_day_after(held, 2 * days, overrides[place.id])
        for day, above in ((once, False), (twice, True)):
            if not first <= day <= last:
                continue
            holders = superiors if above else secretaries
            for member in holders.get((place.parent_id or 0) if above else place.id, ()):
                passed = 2 * days if above else days
                yield Reminder(
                    rule=LEDGER_MISSING_ABOVE if above else LEDGER_MISSING,
                    member=member,
                    period=f"{meeting.id}:{held}",
                    due_at=at(day, HOUR),
                    expires_at=at(day + WEEK if above else twice, HOUR),
                    text=missing_text(meeting, held, above=above, days=passed),
                    reason=missing_reason(meeting, held, days=passed),
                    buttons=[] if above else [record_button(meeting)],
                )


def due_tasks(session: Session, first: date, last: date) -> Iterator[Reminder]:
    """To who does it three days before, on the day, and once a week while it is late.

    Where nobody is named who is a member, to the branch's secretaries.
    """
    secretaries = all_holders(session, [RoleKind.SECRETARY])
    for task in tasks.due_between(session, first - WEEK * LATE_WEEKS, last + BEFORE):
        assert task.due_on is not None
        led_by = secretaries.get(task.organisation_id, ())
        owner = task.owner if task.owner and task.owner.state == MemberState.ACTIVE else None
        for which, day, until in _moments(task.due_on):
            if not first <= day <= last or task.created_at >= at(day, HOUR):
                continue
            for member in [owner] if owner else led_by:
                yield Reminder(
                    rule=TASK_DUE,
                    member=member,
                    period=f"{task.id}:{task.due_on}:{which}",
                    due_at=at(day, HOUR),
                    expires_at=at(until, HOUR),
                    text=task_text(task, which.rstrip("0123456789"), day, to_owner=bool(owner)),
                    reason=_reason(task, which.rstrip("0123456789")),
                    buttons=task_buttons(
                        task, secretary=member.id in {secretary.id for secretary in led_by}
                    ),
                )


def _moments(due_on: date) -> Iterator[tuple[str, date, date]]:
    """(before, day or late with the number of the week; its day; the day from which it is not)."""
    yield "before", due_on - BEFORE, due_on
    yield "day", due_on, due_on + DAY
    for week in range(LATE_WEEKS):
        late = due_on + DAY + WEEK * week
        yield f"late{week}", late, late + WEEK


def _reason(task: Task, which: str) -> str:
    branch = task.organisation.name
    return say(f"ledger.due_reason_{which}", branch=branch, number=task.id)
