"""Tasks: who may close them, what is late, and how far each organisation is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from office import ledgers, tasks
from office.database import Database
from office.errors import InvalidLedgerError, NotAllowedError, NotFoundError, TaskClosedError
from office.models import Member, MemberState, Task, TaskState
from office.tasks import Counts, TaskWish
from tests.conftest import NOW
from tests.office.ledger_world import (
    ADMINISTRATOR,
    MEMBER,
    SECRETARY,
    STRANGER,
    branch,
    entry,
    who,
)

TODAY = NOW.date()
YEAR = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def session(district: Database) -> Iterator[Session]:
    with district.writing() as session:
        yield session


@pytest.fixture
def owned(session: Session) -> Task:
    """The task of M0003, due on 30 November."""
    ledger = ledgers.record(
        session, who(session, SECRETARY), branch(session).id, entry(session), now=NOW
    )
    return ledger.tasks[0]


@pytest.mark.parametrize("number", [MEMBER, SECRETARY, ADMINISTRATOR])
def test_owner_and_secretary_may_say_that_it_is_done(
    session: Session, owned: Task, number: str
) -> None:
    task = tasks.done(session, who(session, number), owned.id, now=NOW, result=" 都走到了 ")
    assert (task.state, task.result, task.closed_at) == (TaskState.DONE, "都走到了", NOW)
    assert task.closed_by_id == who(session, number).id
    with pytest.raises(TaskClosedError, match="task_done"):
        tasks.done(session, who(session, number), owned.id, now=NOW)


def test_to_others_it_does_not_exist(session: Session, owned: Task) -> None:
    for by in (None, who(session, STRANGER), who(session, "M0006")):
        with pytest.raises(NotFoundError, match="task_not_found"):
            tasks.done(session, by, owned.id, now=NOW)
    with pytest.raises(NotFoundError, match="task_not_found"):
        tasks.done(session, who(session, SECRETARY), 10**9, now=NOW)


def test_who_has_left_may_not(session: Session, owned: Task) -> None:
    who(session, MEMBER).state = MemberState.LEFT
    session.flush()
    with pytest.raises(NotFoundError):
        tasks.done(session, who(session, MEMBER), owned.id, now=NOW)


def test_only_a_secretary_drops_one(session: Session, owned: Task) -> None:
    with pytest.raises(NotAllowedError, match="task_drop_secretary"):
        tasks.drop(session, who(session, MEMBER), owned.id, now=NOW)
    assert tasks.drop(session, who(session, SECRETARY), owned.id, now=NOW).state == "dropped"
    with pytest.raises(TaskClosedError, match="task_dropped"):
        tasks.postpone(session, who(session, MEMBER), owned.id, TODAY, now=NOW)


def test_another_day_is_from_today_on(session: Session, owned: Task) -> None:
    later = TODAY + timedelta(days=20)
    assert tasks.postpone(session, who(session, MEMBER), owned.id, later, now=NOW).due_on == later
    for day, code in ((TODAY - timedelta(days=1), "task_past"), (date(2999, 1, 1), "task_too_far")):
        with pytest.raises(InvalidLedgerError, match=code):
            tasks.postpone(session, who(session, MEMBER), owned.id, day, now=NOW)


def test_open_ones_by_their_day_and_late_ones(session: Session, owned: Task) -> None:
    here = branch(session).id
    assert [task.title for task in tasks.open_of(session, here)] == ["走完剩下 6 户", "更新台账"]
    assert tasks.late(session, here, today=date(2026, 11, 30)) == []
    assert not tasks.is_late(owned, date(2026, 11, 30))
    assert tasks.late(session, here, today=date(2026, 12, 1)) == [owned]
    assert tasks.is_late(owned, date(2026, 12, 1))
    assert tasks.own(session, who(session, MEMBER)) == [owned]
    assert tasks.own(session, who(session, SECRETARY)) == []


def test_a_name_that_two_have_is_nobody(session: Session) -> None:
    here = branch(session).id
    one, other = who(session, MEMBER), who(session, "M0006")
    found = tasks.named(session, here, f" {one.name}同志")
    assert found is not None
    assert found.id == one.id
    other.name = one.name
    session.flush()
    assert tasks.named(session, here, one.name) is None
    assert tasks.named(session, here, "") is None
    assert tasks.named(session, here, who(session, STRANGER).name) is None


def test_counts_are_of_organisations(session: Session, owned: Task) -> None:
    ids = [branch(session).id, branch(session, "D1B2").id]
    tasks.done(session, who(session, SECRETARY), owned.ledger.tasks[1].id, now=NOW)  # type: ignore[union-attr]
    assert tasks.counts(session, ids, today=TODAY, since=YEAR) == {
        ids[0]: Counts(done=1, open=1),
        ids[1]: Counts(),
    }
    assert tasks.counts(session, ids, today=date(2026, 12, 1), since=YEAR)[ids[0]].late == 1
    next_year = datetime(2027, 1, 1, tzinfo=UTC)
    assert tasks.counts(session, ids, today=TODAY, since=next_year)[ids[0]] == Counts(open=1)


def test_a_correction_does_not_open_what_is_done(session: Session, owned: Task) -> None:
    tasks.done(session, who(session, MEMBER), owned.id, now=NOW)
    ledger = owned.ledger
    assert ledger is not None
    wished = ledgers.entry_of(ledger)
    assert [wish.task_id for wish in wished.tasks] == [task.id for task in ledger.tasks]
    without = replace(wished, tasks=(TaskWish("另一件"),))
    ledgers.correct(session, who(session, SECRETARY), ledger.id, without, now=NOW)
    assert [task.state for task in ledger.tasks] == ["done", "dropped", "open"]


def test_members_of_groups_own_tasks_too(session: Session, owned: Task) -> None:
    member = session.get_one(Member, owned.owner_id)
    assert member.organisation_id != owned.organisation_id
