"""Ledgers: recorded once, corrected, missing; by whom they may be kept."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from office import ledgers
from office.bases import SHANGHAI
from office.database import Database
from office.errors import InvalidLedgerError, NotAllowedError, NotFoundError
from office.models import (
    AuditEntry,
    Ledger,
    Meeting,
    MeetingKind,
    MeetingState,
    Task,
    TaskState,
)
from office.tasks import MOST, TaskWish
from tests.conftest import NOW
from tests.office.ledger_world import (
    ADMINISTRATOR,
    ENTRY,
    MEMBER,
    SECRETARY,
    STRANGER,
    branch,
    entry,
    who,
)


@pytest.fixture
def session(district: Database) -> Iterator[Session]:
    with district.writing() as session:
        yield session


def record(session: Session, by: str = SECRETARY, **other: Any) -> Ledger:
    place = branch(session)
    return ledgers.record(session, who(session, by), place.id, entry(session, **other), now=NOW)


def meetings(session: Session) -> list[Meeting]:
    return list(
        session.scalars(
            select(Meeting).where(
                Meeting.organisation_id == branch(session).id, Meeting.kind == MeetingKind.WORK
            )
        )
    )


def test_a_ledger_is_kept_with_its_tasks_and_its_meeting(session: Session) -> None:
    ledger = record(session)
    assert (ledger.place, ledger.present, ledger.theme) == ("党员活动室", 8, "冬季走访")
    assert ledger.meeting.state == MeetingState.HELD
    assert ledger.meeting.starts_at == datetime(2026, 11, 20, 1, tzinfo=UTC)
    owned, free = ledger.tasks
    assert owned.owner_id == who(session, MEMBER).id
    assert (owned.due_on, free.due_on, free.owner_id) == (date(2026, 11, 30), None, None)
    assert ledgers.latest(session, ledger.organisation_id) is ledger
    noted = session.scalars(select(AuditEntry).where(AuditEntry.action == "ledger_recorded")).one()
    assert (noted.subject, noted.detail) == (f"ledger:{ledger.id}", {})


def test_the_meeting_that_was_planned_is_the_one_that_was_held(session: Session) -> None:
    planned = Meeting(
        organisation_id=branch(session).id,
        kind=MeetingKind.WORK,
        starts_at=datetime(2026, 11, 20, 15, tzinfo=SHANGHAI),
    )
    session.add(planned)
    session.flush()
    count = len(meetings(session))
    assert record(session).meeting is planned
    assert (planned.state, planned.present) == (MeetingState.HELD, 8)
    assert len(meetings(session)) == count


def test_the_same_twice_is_one_ledger_and_another_of_that_day_is_refused(
    session: Session,
) -> None:
    first = record(session)
    assert record(session) is first
    with pytest.raises(InvalidLedgerError) as refused:
        record(session, present=9)
    assert (refused.value.code, refused.value.detail) == ("ledger_exists", {"ledger_id": first.id})
    assert session.scalar(select(func.count()).select_from(Ledger)) == 1
    assert session.scalar(select(func.count()).select_from(Task)) == 2


def test_a_correction_keeps_what_stays_and_drops_what_is_gone(session: Session) -> None:
    ledger = record(session)
    first, second = ledgers.entry_of(ledger).tasks
    later = replace(first, due_on=date(2026, 12, 10))
    wished = entry(session, present=9, tasks=(later, TaskWish("开一次碰头会", "李芳")))
    ledgers.correct(session, who(session, ADMINISTRATOR), ledger.id, wished, now=NOW)
    states = {task.title: (task.id, task.state, task.due_on) for task in ledger.tasks}
    assert ledger.present == ledger.meeting.present == 9
    assert states["走完剩下 6 户"] == (first.task_id, TaskState.OPEN, date(2026, 12, 10))
    assert states["更新台账"] == (second.task_id, TaskState.DROPPED, None)
    assert states["开一次碰头会"][1] == TaskState.OPEN
    assert [wish.title for wish in ledgers.entry_of(ledger).tasks] == [
        "走完剩下 6 户",
        "开一次碰头会",
    ]


def test_a_correction_may_not_take_the_day_of_another_ledger(session: Session) -> None:
    record(session)
    other = record(session, held_on=date(2026, 11, 10))
    with pytest.raises(InvalidLedgerError, match="ledger_exists"):
        ledgers.correct(session, who(session, SECRETARY), other.id, entry(session), now=NOW)


@pytest.mark.parametrize("number", [MEMBER, STRANGER])
def test_only_a_secretary_or_administrator_keeps_it(session: Session, number: str) -> None:
    with pytest.raises(NotAllowedError):
        record(session, by=number)
    ledger = record(session, by=ADMINISTRATOR)
    with pytest.raises(NotFoundError, match="ledger_not_found"):
        ledgers.find(session, who(session, number), ledger.id)
    with pytest.raises(NotFoundError, match="ledger_not_found"):
        ledgers.find(session, None, ledger.id)


def test_a_meeting_of_another_branch_or_with_a_ledger_is_not_taken(session: Session) -> None:
    me, here = who(session, SECRETARY), branch(session)
    foreign = session.scalars(
        select(Meeting).where(Meeting.organisation_id == branch(session, "D1B2").id).limit(1)
    ).one()
    for meeting_id in (foreign.id, record(session).meeting_id, 10**9):
        with pytest.raises(NotFoundError, match="meeting_not_found"):
            ledgers.record(
                session,
                me,
                here.id,
                entry(session, held_on=date(2026, 11, 19)),
                now=NOW,
                meeting_id=meeting_id,
            )


@pytest.mark.parametrize(
    ("other", "code"),
    [
        ({"held_on": date(2026, 11, 24)}, "ledger_future"),
        ({"held_on": date(2025, 11, 1)}, "ledger_too_old"),
        ({"present": 0}, "ledger_nobody"),
        ({"present": 10**9}, "ledger_too_many_people"),
        ({"place": "  "}, "ledger_no_place"),
        ({"theme": ""}, "ledger_no_theme"),
        ({"progress": "长" * 2001}, "ledger_too_long"),
        ({"tasks": (TaskWish(" "),)}, "task_no_title"),
        ({"tasks": (TaskWish("长" * 201),)}, "task_too_long"),
        ({"tasks": (TaskWish("走访", due_on=date(2026, 11, 19)),)}, "task_past"),
        ({"tasks": (TaskWish("走访", due_on=date(2999, 1, 1)),)}, "task_too_far"),
        ({"tasks": (TaskWish("走访"),) * (MOST + 1)}, "ledger_too_many_tasks"),
    ],
)
def test_what_cannot_be_is_refused_by_name(other: dict[str, Any], code: str) -> None:
    with pytest.raises(InvalidLedgerError, match=code):
        ledgers.check(replace(ENTRY, **other), now=NOW)


def test_what_is_missing(session: Session) -> None:
    here = branch(session).id
    start, end = NOW - timedelta(days=90), NOW
    before = ledgers.missing(session, [here], start, end)
    assert before
    assert {one.kind for one in before} == {MeetingKind.WORK}
    last = before[-1]
    last_day = last.starts_at.astimezone(SHANGHAI).date()
    record(session, held_on=last_day)
    before[0].state = MeetingState.CANCELLED
    assert ledgers.missing(session, [here], start, end) == before[1:-1]


@given(
    present=st.integers(1, 9999),
    theme=st.text(min_size=1, max_size=200).filter(lambda text: bool(text.strip())),
    tasks=st.lists(
        st.builds(
            TaskWish,
            title=st.text(min_size=1, max_size=200).filter(lambda text: bool(text.strip())),
            owner=st.text(max_size=40),
            due_on=st.none() | st.dates(date(2026, 11, 20), date(2028, 11, 1)),
        ),
        max_size=MOST,
    ),
)
def test_whatever_fits_is_accepted(present: int, theme: str, tasks: list[TaskWish]) -> None:
    ledgers.check(
        replace(ENTRY, present=present, theme=theme, tasks=tuple(tasks), starts=time(9)), now=NOW
    )
