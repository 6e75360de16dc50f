"""The agenda of a work meeting: put together from what is open, late and was written down."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from office import organisation_life
from office.bases import SHANGHAI
from office.models import Ledger, Meeting, OrganisationKind, Task, TaskState
from office.organisation_life import END_OF_TERM, Due
from office.organisations import descendants


@dataclass(frozen=True)
class Agenda:
    """What a work meeting is to speak of, in this order."""

    problems: str
    """What the ledger (台账) of the meeting before it says of problems."""
    late: tuple[Task, ...]
    """Open tasks whose day has passed on the day of the meeting."""
    open: tuple[Task, ...]
    life: tuple[Due, ...]
    """Organisation life that a branch left out in periods that are over."""
    added: tuple[str, ...]
    """What the secretary added."""

    def __bool__(self) -> bool:
        return bool(self.problems or self.late or self.open or self.life or self.added)


def of(session: Session, meeting: Meeting, today: date) -> Agenda:
    """The agenda as records stand; a committee's meeting looks at all below it too."""
    day = meeting.starts_at.astimezone(SHANGHAI).date()
    tasks = session.scalars(
        select(Task)
        .where(
            Task.organisation_id.in_(descendants(session, meeting.organisation_id)),
            Task.state == TaskState.OPEN,
        )
        .order_by(Task.due_on.is_(None), Task.due_on, Task.id)
    ).all()
    return Agenda(
        problems=_last_problems(session, meeting, day),
        late=tuple(task for task in tasks if task.due_on is not None and task.due_on < day),
        open=tuple(task for task in tasks if task.due_on is None or task.due_on >= day),
        life=_left_out(session, meeting, today),
        added=tuple(line for line in meeting.agenda.splitlines() if line),
    )


def _left_out(session: Session, meeting: Meeting, today: date) -> tuple[Due, ...]:
    if meeting.organisation.kind != OrganisationKind.BRANCH:
        return ()
    found = organisation_life.overdue(session, meeting.organisation_id, today=today)
    return tuple(due for due in found if due.kind != END_OF_TERM)


def _last_problems(session: Session, meeting: Meeting, day: date) -> str:
    return (
        session.scalar(
            select(Ledger.problems)
            .where(
                Ledger.organisation_id == meeting.organisation_id,
                Ledger.meeting_id != meeting.id,
                Ledger.held_on <= day,
            )
            .order_by(Ledger.held_on.desc(), Ledger.id.desc())
            .limit(1)
        )
        or ""
    ).strip()
