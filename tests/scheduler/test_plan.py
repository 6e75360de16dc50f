"""From the calendar to the member: planned once, caught up after a stop, then delivered."""

from __future__ import annotations

import threading
import time
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from delivery.dispatch import dispatch
from delivery.links import Links
from delivery.post import PostOffice
from delivery.queue import DeliveryQueue, open_huey
from delivery.still_true.birthdays import POLITICAL_BIRTHDAY as BIRTHDAY
from delivery.still_true.work_meetings import MONTH
from delivery.web import WebChannel
from office import members
from office.bases import SHANGHAI
from office.calendar_days import set_day
from office.database import Database
from office.models import (
    Meeting,
    MeetingKind,
    Member,
    MemberState,
    Organisation,
    OutboxMessage,
    OutboxState,
)
from office.organisations import branches
from scheduler.due import reminders_between, written_ahead
from scheduler.leader import Leader
from scheduler.plan import plan
from scheduler.process import dispatch_job, make_scheduler, plan_job
from tests.conftest import FrozenClock


def shanghai(*when: int) -> datetime:
    """A moment of local time, in UTC."""
    return datetime(*when, tzinfo=SHANGHAI).astimezone(UTC)  # type: ignore[arg-type,misc]


DECEMBER_FIRST = shanghai(2026, 12, 1, 0, 5)


def planned(database: Database) -> list[OutboxMessage]:
    with database.reading() as session:
        return list(session.query(OutboxMessage).order_by(OutboxMessage.id))


def plan_at(database: Database, now: datetime) -> int:
    with database.writing() as session:
        return plan(session, now=now)


def somebody_admitted(database: Database, day: date) -> int:
    """Give a member without another birthday this month an admission date."""
    with database.writing() as session:
        member = session.query(Member).filter_by(number="M0003").one()
        member.admitted_on = day
        return member.id


def test_every_branch_secretary_is_reminded_of_the_work_meeting(district: Database) -> None:
    with district.reading() as session:
        found = reminders_between(session, shanghai(2026, 12, 1), shanghai(2027, 1, 1))
        count = len(list(branches(session)))
    meetings = [one for one in found if one.rule == MONTH]
    assert len(meetings) == count == 12
    assert {one.due_at for one in meetings} == {shanghai(2026, 12, 1, 9)}
    assert {one.expires_at for one in meetings} == {shanghai(2026, 12, 3, 9)}  # it is planned
    assert "12月1日至12月7日" in meetings[0].text


def test_in_october_the_week_begins_after_the_holiday(district: Database) -> None:
    with district.reading() as session:
        found = reminders_between(session, shanghai(2026, 10, 1), shanghai(2026, 11, 1))
    due = {one.due_at for one in found if one.rule == MONTH}
    assert due == {shanghai(2026, 10, 8, 9)}


def test_an_organisation_sets_its_own_days_and_hour(district: Database) -> None:
    with district.writing() as session:
        branch = session.query(Organisation).filter_by(name="清溪村党支部").one()
        branch.rules = {"work_meeting_days": 3, "work_meeting_notice_hour": 8}
    with district.reading() as session:
        found = reminders_between(session, shanghai(2026, 12, 1), shanghai(2026, 12, 2))
    own = next(one for one in found if "清溪村党支部" in one.text)
    assert own.due_at == shanghai(2026, 12, 1, 8)
    assert own.expires_at == shanghai(2026, 12, 3, 9)


def test_an_organisation_sets_its_own_days_off(district: Database) -> None:
    """Tuesday the 1st is free in one branch: its week begins a day later."""
    with district.writing() as session:
        branch = session.query(Organisation).filter_by(name="清溪村党支部").one()
        set_day(session, None, branch, date(2026, 12, 1), worked=False, now=DECEMBER_FIRST)
    with district.reading() as session:
        found = reminders_between(session, shanghai(2026, 12, 1), shanghai(2026, 12, 3))
    meetings = [one for one in found if one.rule == MONTH]
    own = next(one for one in meetings if "清溪村党支部" in one.text)
    assert (own.due_at, own.expires_at) == (shanghai(2026, 12, 2, 9), shanghai(2026, 12, 3, 9))
    others = {one.due_at for one in meetings if one is not own}
    assert others == {shanghai(2026, 12, 1, 9)}


@pytest.mark.parametrize(
    ("admitted", "greeted"),
    [
        (date(1990, 12, 5), shanghai(2026, 12, 5, 9)),
        (date(2025, 12, 31), shanghai(2026, 12, 31, 9)),
        (date(2026, 12, 5), None),  # the day of admission is no anniversary
    ],
)
def test_the_greeting_is_due_on_the_anniversary_of_admission(
    district: Database, admitted: date, greeted: datetime | None
) -> None:
    member = somebody_admitted(district, admitted)
    with district.reading() as session:
        found = reminders_between(session, shanghai(2026, 12, 1), shanghai(2027, 1, 1))
    due = [one.due_at for one in found if one.rule == BIRTHDAY and one.member.id == member]
    assert due == ([greeted] if greeted else [])


def test_somebody_admitted_on_29_february_is_greeted_every_year(district: Database) -> None:
    member = somebody_admitted(district, date(2004, 2, 29))
    with district.reading() as session:
        found = reminders_between(session, shanghai(2027, 1, 1), shanghai(2029, 1, 1))
    due = [one.due_at for one in found if one.rule == BIRTHDAY and one.member.id == member]
    assert due == [shanghai(2027, 2, 28, 9), shanghai(2028, 2, 29, 9)]


@pytest.mark.parametrize("change", ["left", "unwanted"])
def test_who_left_or_does_not_want_it_is_not_greeted(district: Database, change: str) -> None:
    member_id = somebody_admitted(district, date(1990, 12, 5))
    with district.writing() as session:
        member = session.get_one(Member, member_id)
        if change == "left":
            member.state = MemberState.LEFT
        else:
            member.wants_greeting = False
    plan_at(district, shanghai(2026, 12, 5, 0, 5))
    assert all(row.member_id != member_id for row in planned(district) if row.rule == BIRTHDAY)


def test_planning_again_adds_nothing(district: Database) -> None:
    first = plan_at(district, DECEMBER_FIRST)
    assert first >= 12
    assert plan_at(district, DECEMBER_FIRST) == 0
    assert plan_at(district, DECEMBER_FIRST + timedelta(hours=6)) == 0
    assert len(planned(district)) == first


def test_a_member_who_changes_his_messenger_is_not_told_twice(district: Database) -> None:
    plan_at(district, DECEMBER_FIRST)
    before = len(planned(district))
    with district.writing() as session:
        for member in session.query(Member).limit(30):
            members.bind(session, member, "telegram", str(1000 + member.id), now=DECEMBER_FIRST)
    plan_at(district, DECEMBER_FIRST)
    assert len(planned(district)) == before


def test_planning_every_day_of_half_a_year_sends_each_reminder_once(
    small_district: Database,
) -> None:
    """Day by day, with a week's stop in spring: nothing is missed that was still worth sending."""
    start, end = shanghai(2026, 1, 1), shanghai(2026, 7, 1)
    with small_district.reading() as session:
        due = list(written_ahead(session, start, end))
    day = start
    while day < end + timedelta(days=1):
        if not shanghai(2026, 4, 10) <= day < shanghai(2026, 4, 17):
            plan_at(small_district, day + timedelta(minutes=5))
        day += timedelta(days=1)
    asleep = [
        one
        for one in due
        if shanghai(2026, 4, 12) <= one.due_at and one.expires_at <= shanghai(2026, 4, 17)
    ]
    wanted = Counter((one.rule, one.member.id) for one in due)
    wanted -= Counter((one.rule, one.member.id) for one in asleep)
    sent = Counter(
        (row.rule, row.member_id)
        for row in planned(small_district)
        if start <= row.not_before < end
    )
    assert sent == wanted
    assert asleep


def test_a_late_start_catches_up_on_what_still_makes_sense(district: Database) -> None:
    """Down since 30 November, started on Thursday the 3rd: the week is not over, so remind now."""
    somebody_admitted(district, date(1990, 12, 1))
    with district.writing() as session:
        session.query(Meeting).filter_by(kind=MeetingKind.WORK).delete()
    plan_at(district, shanghai(2026, 12, 3, 14))
    rows = [row for row in planned(district) if row.not_before < shanghai(2026, 12, 3)]
    assert Counter(row.rule for row in rows)[MONTH] == 12
    assert all(row.rule != BIRTHDAY for row in rows if row.not_before < shanghai(2026, 12, 2))


def test_from_the_test_clock_to_the_delivered_message(district: Database, tmp_path: Path) -> None:
    """The two jobs of the scheduler and huey's consumer, with nothing between them replaced."""
    greeted = somebody_admitted(district, date(1990, 12, 1))
    clock = FrozenClock(DECEMBER_FIRST)
    queue = DeliveryQueue(open_huey(None, tmp_path))
    post = PostOffice(district, {"web": WebChannel(9)}, clock, queue)
    queue.serve(post.deliver)
    consumer = queue.huey.create_consumer(
        workers=2, initial_delay=0.01, max_delay=0.05, periodic=False
    )
    consumer.start()
    try:
        plan_job(district, clock)
        dispatch_job(district, queue, clock)
        assert not any(row.state == OutboxState.SENT for row in planned(district))
        clock.move(hours=9)
        dispatch_job(district, queue, clock)
        end = time.monotonic() + 20
        while time.monotonic() < end and any(
            row.state != OutboxState.SENT for row in planned(district) if row.not_before <= clock()
        ):
            time.sleep(0.05)
    finally:
        consumer.stop(graceful=True)
        threading.Event().wait(0.1)
    sent = [row for row in planned(district) if row.state == OutboxState.SENT]
    assert Counter(row.rule for row in sent)[MONTH] == 12
    greeting = next(row for row in sent if row.member_id == greeted and row.rule == BIRTHDAY)
    assert "36 年" in greeting.text
    assert greeting.settled_at == clock()
    assert dispatch(district, queue, now=clock()) == 0


def test_the_scheduler_has_jobs_that_run_at_start_and_catch_up(
    district: Database, tmp_path: Path
) -> None:
    queue = DeliveryQueue(open_huey(None, tmp_path))
    clock = FrozenClock(DECEMBER_FIRST)
    leader = Leader(district, clock, timedelta(seconds=45))
    scheduler = make_scheduler(
        district, queue, leader, Links("https://zhibu.example", "secret"), clock
    )
    jobs = {job.id: job for job in scheduler.get_jobs()}
    assert set(jobs) == {
        "plan",
        "bookings",
        "work_meetings",
        "study",
        "dispatch",
        "calendar",
        "lead",
    }
    assert str(scheduler.timezone) == "Asia/Shanghai"
    after_midnight = datetime(2026, 11, 24, 0, 6, tzinfo=SHANGHAI)
    morning = datetime(2026, 11, 24, 8, 30, tzinfo=SHANGHAI)  # for the digest
    assert jobs["plan"].trigger.get_next_fire_time(None, after_midnight) == morning
    assert scheduler._job_defaults == {
        "misfire_grace_time": None,
        "coalesce": True,
        "max_instances": 1,
    }
