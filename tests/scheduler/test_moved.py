"""When the calendar changes, what waits moves with it, and what was sent is put right once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import chinese_calendar
import pytest
from sqlalchemy import update

from delivery.still_true.work_meetings import MONTH
from office import working_days
from office.bases import SHANGHAI
from office.calendar_days import set_day, unset_day
from office.database import Database
from office.models import Organisation, OutboxMessage, OutboxState
from scheduler.calendar_watch import CalendarWatch
from scheduler.plan import plan, plan_in_portions
from scheduler.process import calendar_job, plan_job
from tests.conftest import NOW, FrozenClock

BRANCH = "清溪村党支部"


def shanghai(*when: int) -> datetime:
    return datetime(*when, tzinfo=SHANGHAI).astimezone(UTC)  # type: ignore[arg-type,misc]


EVE, FIRST, SECOND = shanghai(2026, 11, 30, 10), date(2026, 12, 1), date(2026, 12, 2)


def notices(database: Database) -> list[OutboxMessage]:
    """What stands in the outbox of the branch's work meeting, in the order of writing."""
    with database.reading() as session:
        found = session.query(OutboxMessage).filter_by(rule=MONTH)
        return [row for row in found.order_by(OutboxMessage.id) if BRANCH in row.text]


def added(database: Database, now: datetime) -> int:
    """Plan, and count what is new of the branch's work meeting; other kinds come by themselves."""
    before = len(notices(database))
    plan_in_portions(database, now=now)
    return len(notices(database)) - before


def off(database: Database, *days: date) -> None:
    with database.writing() as session:
        branch = session.query(Organisation).filter_by(name=BRANCH).one()
        for day in days:
            set_day(session, None, branch, day, worked=False, now=NOW)


def on_again(database: Database, day: date) -> None:
    with database.writing() as session:
        branch = session.query(Organisation).filter_by(name=BRANCH).one()
        assert unset_day(session, None, branch, day, now=NOW)


def send_all(database: Database, now: datetime) -> None:
    """As the worker does with what is due."""
    with database.writing() as session:
        session.execute(
            update(OutboxMessage)
            .where(OutboxMessage.state == OutboxState.QUEUED, OutboxMessage.not_before <= now)
            .values(state=OutboxState.SENT, settled_at=now)
        )


def planned_on_the_eve(database: Database) -> OutboxMessage:
    plan_in_portions(database, now=EVE)
    (row,) = notices(database)
    assert row.not_before == shanghai(2026, 12, 1, 9)
    assert "12月1日至12月7日" in row.text
    return row


def test_what_waits_moves_in_place(district: Database) -> None:
    before = planned_on_the_eve(district)
    off(district, FIRST)
    assert added(district, EVE) == 0
    (row,) = notices(district)
    assert (row.id, row.dedupe_key) == (before.id, before.dedupe_key)
    assert row.not_before == shanghai(2026, 12, 2, 9)  # later than a plan looks ahead
    assert "12月2日至12月8日" in row.text


def test_what_was_sent_is_put_right_once(district: Database) -> None:
    planned_on_the_eve(district)
    nine = shanghai(2026, 12, 1, 9)
    send_all(district, nine)
    assert added(district, nine) == 0
    off(district, SECOND, date(2026, 12, 3))
    assert added(district, nine) == 1
    assert added(district, nine + timedelta(minutes=1)) == 0
    first, correction = notices(district)
    assert correction.dedupe_key == f"{first.dedupe_key}:correction:1"
    assert correction.not_before == nine
    assert correction.text.startswith("【日期更正】")
    assert "12月1日至12月9日" in correction.text
    send_all(district, nine)
    assert added(district, nine + timedelta(hours=1)) == 0


def test_a_change_taken_back_is_told_only_to_whom_it_was_told(district: Database) -> None:
    planned_on_the_eve(district)
    nine = shanghai(2026, 12, 1, 9)
    send_all(district, nine)
    off(district, SECOND)
    plan_in_portions(district, now=nine)
    on_again(district, SECOND)
    assert added(district, nine) == 0
    assert [row.state for row in notices(district)] == [OutboxState.SENT, OutboxState.CANCELLED]
    off(district, SECOND)
    assert added(district, nine) == 1
    send_all(district, nine)
    on_again(district, SECOND)
    assert added(district, nine) == 1
    *_, last = notices(district)
    assert last.dedupe_key.endswith(":correction:3")
    assert "12月1日至12月7日" in last.text


def test_nothing_is_written_where_nothing_changed(district: Database) -> None:
    planned_on_the_eve(district)

    def rows() -> list[tuple[object, ...]]:
        with district.reading() as session:
            return [
                (row.id, row.text, row.not_before, row.expires_at, row.state)
                for row in session.query(OutboxMessage).order_by(OutboxMessage.id)
            ]

    before = rows()
    off(district, date(2026, 12, 19))  # in no span that anybody was told of
    for hours in (0, 1, 20):
        plan_in_portions(district, now=EVE + timedelta(hours=hours))
    assert rows()[: len(before)] == before


def test_what_waits_for_a_better_hour_is_left_to_wait(district: Database) -> None:
    row = planned_on_the_eve(district)
    later = shanghai(2026, 12, 2, 8)
    with district.writing() as session:
        session.get_one(OutboxMessage, row.id).not_before = later
    plan_in_portions(district, now=shanghai(2026, 12, 1, 22))
    assert notices(district)[0].not_before == later


def announced(*days_off: date) -> Callable[[date], bool]:
    """A calendar in which 2027 is announced."""
    known = chinese_calendar.is_workday

    def is_workday(day: date) -> bool:
        if day.year == 2027:
            return day.weekday() < 5 and day not in days_off
        return bool(known(day))

    return is_workday


def test_a_year_announced_late_moves_what_was_planned_by_guess(
    district: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """1 January 2027 is a Friday; the guess is the week from Monday the 4th."""
    with district.writing() as session:
        plan(session, now=shanghai(2026, 12, 31, 12))
    assert notices(district) == []
    third = shanghai(2027, 1, 3, 12)
    plan_in_portions(district, now=third)
    (guess,) = notices(district)
    assert guess.not_before == shanghai(2027, 1, 4, 9)
    assert "放假安排还没有公布" in guess.text
    monkeypatch.setattr(
        chinese_calendar, "is_workday", announced(date(2027, 1, 1), date(2027, 1, 4))
    )
    working_days._public.cache_clear()  # as a new start with the new data does
    assert added(district, third) == 0
    (row,) = notices(district)
    assert (row.id, row.not_before) == (guess.id, shanghai(2027, 1, 5, 9))
    assert "1月5日至1月11日" in row.text
    assert "放假安排" not in row.text
    working_days._public.cache_clear()


def test_a_day_that_is_set_is_planned_within_the_minute(district: Database) -> None:
    clock, watch = FrozenClock(EVE), CalendarWatch()
    plan_job(district, clock)
    calendar_job(district, clock, watch)
    off(district, FIRST)
    clock.move(minutes=1)
    calendar_job(district, clock, watch)
    assert notices(district)[0].not_before == shanghai(2026, 12, 2, 9)
