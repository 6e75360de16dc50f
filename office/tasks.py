"""Tasks that work meetings handed out: open, done, late or dropped, and who may close them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.orm import Session

from office import access, audit
from office.access import Action
from office.bases import SHANGHAI
from office.errors import InvalidLedgerError, NotAllowedError, NotFoundError, TaskClosedError
from office.models import Ledger, Member, MemberState, Task, TaskState
from office.organisations import descendants

MOST = 40
"""Tasks of one meeting."""
TITLE, OWNER, RESULT = 200, 40, 300
"""Characters of each."""
FARTHEST = timedelta(days=730)
"""How long after the meeting a task may be due."""


@dataclass(frozen=True)
class TaskWish:
    """A task as it shall be; ``task_id`` is that of the one it corrects."""

    title: str
    owner: str = ""
    due_on: date | None = None
    task_id: int | None = None


@dataclass(frozen=True)
class Counts:
    """How far an organisation's tasks are; ``late`` ones are not among the ``open``."""

    done: int = 0
    open: int = 0
    late: int = 0

    @property
    def all(self) -> int:
        """All of them."""
        return self.done + self.open + self.late


def check(wishes: Sequence[TaskWish], *, held_on: date) -> None:
    """Raise InvalidLedgerError: ledger_too_many_tasks, task_no_title, task_too_long, task_past,
    task_too_far; ``detail`` has the number of the task, from 1.
    """
    if len(wishes) > MOST:
        raise InvalidLedgerError("ledger_too_many_tasks", most=MOST)
    for n, wish in enumerate(wishes, 1):
        if not wish.title.strip():
            raise InvalidLedgerError("task_no_title", n=n)
        if len(wish.title) > TITLE or len(wish.owner) > OWNER:
            raise InvalidLedgerError("task_too_long", n=n, most=TITLE)
        if wish.due_on is not None and wish.due_on < held_on:
            raise InvalidLedgerError("task_past", n=n)
        if wish.due_on is not None and wish.due_on > held_on + FARTHEST:
            raise InvalidLedgerError("task_too_far", n=n)


def settle(
    session: Session, by: Member, ledger: Ledger, wishes: Sequence[TaskWish], *, now: datetime
) -> None:
    """Make the tasks of a ledger those that were wished; open ones left out are dropped."""
    there = {task.id: task for task in ledger.tasks}
    for wish in wishes:
        owner = named(session, ledger.organisation_id, wish.owner)
        task = there.pop(wish.task_id, None) if wish.task_id else None
        if task is None:
            task = Task(
                organisation_id=ledger.organisation_id, created_at=now, state=TaskState.OPEN
            )
            ledger.tasks.append(task)
        task.title, task.owner_name, task.due_on = wish.title, wish.owner, wish.due_on
        task.owner_id = owner.id if owner else None
    for task in there.values():
        if task.state == TaskState.OPEN:
            _close(session, by, task.id, TaskState.DROPPED, "", now)
    session.flush()


def named(session: Session, organisation_id: int, name: str) -> Member | None:
    """The one active member of the organisation, its groups included, with this name."""
    bare = name.strip().removesuffix("同志")
    if not bare:
        return None
    found = session.scalars(
        select(Member).where(
            Member.organisation_id.in_(descendants(session, organisation_id)),
            Member.state == MemberState.ACTIVE,
            Member.name == bare,
        )
    ).all()
    return found[0] if len(found) == 1 else None


def wishes(ledger: Ledger, *, with_ids: bool = True) -> tuple[TaskWish, ...]:
    """The tasks of a ledger as they can be wished anew, without those that were dropped."""
    return tuple(
        TaskWish(task.title, task.owner_name, task.due_on, task.id if with_ids else None)
        for task in ledger.tasks
        if task.state != TaskState.DROPPED
    )


def tidy(wished: Sequence[TaskWish]) -> tuple[TaskWish, ...]:
    """Wishes without blanks around what they say."""
    return tuple(
        replace(wish, title=wish.title.strip(), owner=wish.owner.strip()) for wish in wished
    )


def is_late(task: Task, today: date) -> bool:
    """Whether it is open and its day has passed."""
    return task.state == TaskState.OPEN and task.due_on is not None and task.due_on < today


def open_of(session: Session, organisation_id: int) -> list[Task]:
    """The organisation's open tasks, the most urgent first, those without a day last."""
    return _open(session, Task.organisation_id == organisation_id)


def late(session: Session, organisation_id: int, *, today: date) -> list[Task]:
    """The organisation's open tasks whose day has passed, the oldest first."""
    return _open(session, Task.organisation_id == organisation_id, Task.due_on < today)


def own(session: Session, member: Member) -> list[Task]:
    """The member's own open tasks, the most urgent first."""
    return _open(session, Task.owner_id == member.id)


def due_between(session: Session, first: date, last: date) -> list[Task]:
    """Open tasks of all organisations whose day lies between two, both included."""
    return _open(session, Task.due_on >= first, Task.due_on <= last)


def may_close(session: Session, member: Member | None, task: Task) -> bool:
    """Whether this person may say that it is done, or move its day: its owner or a secretary."""
    if member is None or member.state != MemberState.ACTIVE:
        return False
    return task.owner_id == member.id or may_drop(session, member, task)


def may_drop(session: Session, member: Member | None, task: Task) -> bool:
    """Whether this person may say that it is not to be done any more: a secretary."""
    return access.may(session, member, Action.KEEP_LEDGER, task.organisation_id)


def find(session: Session, by: Member | None, task_id: int) -> Task:
    """An open task that this person may close. Raises NotFoundError and TaskClosedError."""
    task = session.get(Task, task_id)
    if task is None or not may_close(session, by, task):
        raise NotFoundError("task_not_found")
    if task.state != TaskState.OPEN:
        raise TaskClosedError(f"task_{task.state}", title=task.title)
    return task


def done(
    session: Session, by: Member | None, task_id: int, *, now: datetime, result: str = ""
) -> Task:
    """Close a task as done. Raises what ``find`` raises."""
    task = find(session, by, task_id)
    assert by is not None
    return _close(session, by, task.id, TaskState.DONE, result.strip()[:RESULT], now)


def drop(session: Session, by: Member | None, task_id: int, *, now: datetime) -> Task:
    """Close a task that is not to be done any more.

    Raises what ``find`` raises, and NotAllowedError (task_drop_secretary) to its owner.
    """
    task = find(session, by, task_id)
    if not may_drop(session, by, task):
        raise NotAllowedError("task_drop_secretary")
    assert by is not None
    return _close(session, by, task.id, TaskState.DROPPED, "", now)


def postpone(
    session: Session, by: Member | None, task_id: int, due_on: date, *, now: datetime
) -> Task:
    """Give a task another day, from today on.

    Raises what ``find`` raises, and InvalidLedgerError: task_past, task_too_far.
    """
    task = find(session, by, task_id)
    assert by is not None
    today = now.astimezone(SHANGHAI).date()
    if due_on < today:
        raise InvalidLedgerError("task_past", n=1)
    if due_on > today + FARTHEST:
        raise InvalidLedgerError("task_too_far", n=1)
    before, task.due_on = task.due_on, due_on
    audit.record(
        session,
        at=now,
        member_id=by.id,
        action="task_postponed",
        subject=f"task:{task.id}",
        before=str(before),
        after=str(due_on),
    )
    session.flush()
    return task


def counts(
    session: Session, organisation_ids: Iterable[int], *, today: date, since: datetime
) -> dict[int, Counts]:
    """Of each organisation what was done since a moment, and all that is open or late now."""
    ids = list(organisation_ids)
    is_open = (Task.organisation_id.in_(ids), Task.state == TaskState.OPEN)
    has_passed = Task.due_on.is_not(None) & (Task.due_on < today)
    done_now = _count(
        session,
        Task.organisation_id.in_(ids),
        Task.state == TaskState.DONE,
        Task.closed_at >= since,
    )
    late_now, all_open = _count(session, *is_open, has_passed), _count(session, *is_open)
    return {
        one: Counts(
            done=done_now.get(one, 0),
            open=all_open.get(one, 0) - late_now.get(one, 0),
            late=late_now.get(one, 0),
        )
        for one in ids
    }


def _count(session: Session, *conditions: ColumnElement[bool]) -> dict[int, int]:
    rows = session.execute(
        select(Task.organisation_id, func.count()).where(*conditions).group_by(Task.organisation_id)
    )
    return dict(rows.all())


def _open(session: Session, *conditions: ColumnElement[bool]) -> list[Task]:
    return list(
        session.scalars(
            select(Task)
            .where(Task.state == TaskState.OPEN, *conditions)
            .order_by(Task.due_on.is_(None), Task.due_on, Task.id)
        )
    )


def _close(
    session: Session, by: Member, task_id: int, state: TaskState, result: str, now: datetime
) -> Task:
    """Close it unless somebody else was faster."""
    closed = session.execute(
        update(Task)
        .where(Task.id == task_id, Task.state == TaskState.OPEN)
        .values(state=state, closed_at=now, closed_by_id=by.id, result=result)
        .returning(Task.id)
    ).scalar_one_or_none()
    task = session.get_one(Task, task_id)
    session.refresh(task)
    if closed is None:
        raise TaskClosedError(f"task_{task.state}", title=task.title)
    audit.record(
        session, at=now, member_id=by.id, action=f"task_{state}", subject=f"task:{task.id}"
    )
    return task
