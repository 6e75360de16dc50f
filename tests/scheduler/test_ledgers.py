"""Missing ledgers and tasks that fall due: to whom, when, and not once they are settled."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from delivery.still_true import still_true
from delivery.still_true.ledgers import LEDGER_MISSING, LEDGER_MISSING_ABOVE, TASK_DUE
from office import ledgers, tasks
from office.bases import SHANGHAI
from office.database import Database
from office.models import (
    Ledger,
    Meeting,
    MeetingKind,
    MeetingState,
    MemberState,
    Organisation,
    OutboxMessage,
    Role,
)
from office.working_days import working_day_after
from scheduler.due.ledgers import due_tasks, missing_ledgers
from scheduler.plan import plan
from scheduler.reminder import Reminder
from tests.conftest import NOW
from tests.office.ledger_world import MEMBER, SECRETARY, branch, entry, who


def shanghai(*when: int) -> datetime:
    return datetime(*when, tzinfo=SHANGHAI)  # type: ignore[arg-type,misc]


def met(session: Session, day: date = date(2026, 11, 20)) -> Meeting:
    """A work meeting of D1B1 on a Friday, without a ledger."""
    meeting = Meeting(
        organisation_id=branch(session).id,
        kind=MeetingKind.WORK,
        starts_at=datetime(day.year, day.month, day.day, 15, tzinfo=SHANGHAI),
    )
    session.add(meeting)
    session.flush()
    return meeting


def missing(session: Session, first: date, last: date, meeting: Meeting) -> list[Reminder]:
    found = missing_ledgers(session, first, last)
    return [one for one in found if one.period.startswith(f"{meeting.id}:")]


def with_tasks(session: Session) -> Ledger:
    return ledgers.record(
        session, who(session, SECRETARY), branch(session).id, entry(session), now=NOW
    )


def queued(session: Session, rule: str) -> list[OutboxMessage]:
    return list(session.scalars(select(OutboxMessage).where(OutboxMessage.rule == rule)))


def test_three_working_days_later_the_secretary_then_his_superior(
    small_district: Database,
) -> None:
    with small_district.writing() as session:
        meeting = met(session)
        found = missing(session, date(2026, 11, 20), date(2026, 12, 31), meeting)
        to_secretary, *above = sorted(found, key=lambda one: one.due_at)
    assert to_secretary.rule == LEDGER_MISSING
    assert to_secretary.member.number == SECRETARY
    assert to_secretary.due_at == shanghai(2026, 11, 25, 9)
    assert to_secretary.expires_at == shanghai(2026, 11, 30, 9)
    assert "11月20日（周五）的工作例会还没记台账" in to_secretary.text
    assert f'"meeting_id": "{meeting.id}"' in to_secretary.buttons[0].payload
    assert {one.rule for one in above} == {LEDGER_MISSING_ABOVE}
    assert {one.member.number for one in above} == {"M0005"}
    assert {one.due_at for one in above} == {shanghai(2026, 11, 30, 9)}


@pytest.mark.parametrize(
    ("held", "count", "expected"),
    [
        (date(2026, 9, 30), 3, date(2026, 10, 10)),  # the holiday, and a make-up Saturday
        (date(2026, 12, 31), 1, date(2027, 1, 4)),  # a year that is not announced
        (date(2026, 11, 21), 1, date(2026, 11, 23)),
    ],
)
def test_working_days_are_counted(held: date, count: int, expected: date) -> None:
    assert working_day_after(held, count) == expected


def test_an_organisation_sets_how_long_one_waits(small_district: Database) -> None:
    with small_district.writing() as session:
        meeting = met(session)
        session.get_one(Organisation, meeting.organisation_id).rules = {"ledger_days": 1}
        session.flush()
        found = missing(session, date(2026, 11, 20), date(2026, 12, 31), meeting)
    assert [one.due_at for one in found] == [shanghai(2026, 11, 23, 9), shanghai(2026, 11, 24, 9)]


@pytest.mark.parametrize("change", ["recorded", "moved", "cancelled", "no secretary"])
def test_what_was_queued_is_looked_at_again(district: Database, change: str) -> None:
    with district.writing() as session:
        meeting = met(session, date(2026, 11, 18))
        plan(session, now=NOW)
        (row,) = queued(session, LEDGER_MISSING)
        assert row.reason
        assert still_true(session, row)
        if change == "recorded":
            wish = entry(session, held_on=date(2026, 11, 18))
            ledgers.record(session, who(session, SECRETARY), branch(session).id, wish, now=NOW)
        elif change == "moved":
            meeting.starts_at += timedelta(days=1)
        elif change == "cancelled":
            meeting.state = MeetingState.CANCELLED
        else:
            me = who(session, SECRETARY)
            for role in session.scalars(select(Role).where(Role.member_id == me.id)):
                session.delete(role)
        session.flush()
        assert not still_true(session, row)


def of_task(session: Session, task_id: int) -> list[Reminder]:
    found = due_tasks(session, date(2026, 11, 24), date(2027, 3, 1))
    return sorted(
        (one for one in found if one.period.startswith(f"{task_id}:")), key=lambda one: one.due_at
    )


def test_a_task_is_spoken_of_before_on_and_after_its_day(small_district: Database) -> None:
    with small_district.writing() as session:
        task = with_tasks(session).tasks[0]
        before, on_the_day, *late = of_task(session, task.id)
    assert {one.member.number for one in (before, on_the_day, *late)} == {MEMBER}
    assert before.due_at == shanghai(2026, 11, 27, 9)
    assert "还有 3 天到期" in before.text
    assert on_the_day.due_at == shanghai(2026, 11, 30, 9)
    assert "今天到期" in on_the_day.text
    assert [one.due_at for one in late] == [
        shanghai(2026, 12, 1, 9) + timedelta(weeks=week) for week in range(8)
    ]
    assert "已过期 8 天" in late[1].text
    assert [button.title for button in late[0].buttons] == ["已完成", "推迟"]


def test_a_task_of_nobody_we_know_goes_to_the_secretary(small_district: Database) -> None:
    with small_district.writing() as session:
        task = with_tasks(session).tasks[1]
        task.owner_name, task.due_on = "村会计老李", date(2026, 11, 30)
        session.flush()
        found = of_task(session, task.id)
    assert {one.member.number for one in found} == {SECRETARY}
    assert "由村会计老李办理" in found[0].text
    assert [button.title for button in found[0].buttons] == ["已完成", "推迟", "不做了"]


def test_a_task_handed_out_late_skips_what_is_over(small_district: Database) -> None:
    with small_district.writing() as session:
        task = with_tasks(session).tasks[0]
        task.created_at = shanghai(2026, 11, 29, 10)
        session.flush()
        assert "今天到期" in of_task(session, task.id)[0].text


@pytest.mark.parametrize("change", ["done", "dropped", "postponed", "left", "handed on"])
def test_a_task_that_is_settled_is_not_spoken_of(small_district: Database, change: str) -> None:
    with small_district.writing() as session:
        task, secretary = with_tasks(session).tasks[0], who(session, SECRETARY)
        plan(session, now=shanghai(2026, 11, 30, 8))
        rows = queued(session, TASK_DUE)
        assert len(rows) == 2  # that of three days before, caught up, and that of the day
        assert all(still_true(session, row) for row in rows)
        if change == "done":
            tasks.done(session, secretary, task.id, now=NOW)
        elif change == "dropped":
            tasks.drop(session, secretary, task.id, now=NOW)
        elif change == "postponed":
            tasks.postpone(session, secretary, task.id, date(2026, 12, 20), now=NOW)
        elif change == "left":
            who(session, MEMBER).state = MemberState.LEFT
        else:
            wish = ledgers.entry_of(task.ledger)  # type: ignore[arg-type]
            first, second = wish.tasks
            wish = replace(wish, tasks=(replace(first, owner=""), second))
            ledgers.correct(session, secretary, task.ledger_id or 0, wish, now=NOW)
        session.flush()
        assert not any(still_true(session, row) for row in rows)


def test_planning_twice_adds_nothing(small_district: Database) -> None:
    with small_district.writing() as session:
        with_tasks(session)
        met(session, date(2026, 11, 25))
        now = shanghai(2026, 11, 30, 8)
        plan(session, now=now)
        assert plan(session, now=now) == 0
