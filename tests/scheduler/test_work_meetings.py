"""Notices of work meetings: in time, once, caught up, and what follows where nobody reads them."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

import pytest

from delivery.meeting_notices import tell_called_off, tell_changed
from delivery.post import PostOffice
from delivery.queue import DeliveryQueue, open_huey
from delivery.still_true.work_meetings import AGAIN, CHANGED, MONTH, NOTICE, OVERSEER
from delivery.web import WebChannel
from office import work_meetings
from office.database import Database
from office.models import OutboxMessage, OutboxState, Role, RoleKind
from scheduler.due import reminders_between
from scheduler.plan import plan, plan_work_meetings
from tests.conftest import NOW, FrozenClock
from tests.office.work_meeting_world import (
    OVERSEER as ABOVE,
)
from tests.office.work_meeting_world import (
    SECOND,
    SECRETARY,
    furnish,
    local,
    person,
    place,
    planned,
)

FIRST, DAY_BEFORE, TWO_HOURS = (
    local(2026, 11, 26, 9),
    local(2026, 12, 2, 9),
    local(2026, 12, 3, 12),
)
"""When the notices of the meeting on Thursday, 3 December, 14:00 are due."""


class Office:
    """The scheduler's job and the post office, on a clock that is moved."""

    def __init__(self, database: Database, folder: str) -> None:
        self.database = database
        self.clock = FrozenClock()
        queue = DeliveryQueue(open_huey(None, folder))  # type: ignore[arg-type]
        self.post = PostOffice(database, {"web": WebChannel(9)}, self.clock, queue)

    def at(self, moment: datetime) -> None:
        """The minute's job, then everything that is due goes out."""
        self.clock.now = moment
        with self.database.writing() as session:
            plan_work_meetings(session, now=moment)
        for address in sorted({row.address for row in self.rows(OutboxState.QUEUED)}):
            self.post.deliver("web", address)

    def rows(self, state: OutboxState | None = None) -> list[OutboxMessage]:
        with self.database.reading() as session:
            found = session.query(OutboxMessage).order_by(OutboxMessage.id)
            return [row for row in found if state is None or row.state == state]

    def sent(self, number: str, rule: str = NOTICE) -> list[OutboxMessage]:
        with self.database.reading() as session:
            member = person(session, number)
        return [
            row
            for row in self.rows(OutboxState.SENT)
            if (row.member_id, row.rule) == (member.id, rule)
        ]

    def read(self, meeting_id: int, number: str, version: int = 0) -> None:
        with self.database.writing() as session:
            work_meetings.acknowledge(
                session, person(session, number), meeting_id, version, now=self.clock()
            )

    def move(self, meeting_id: int, moment: datetime, version: int = 0) -> None:
        with self.database.writing() as session:
            by = person(session, SECRETARY)
            before = work_meetings.change(
                session,
                by,
                meeting_id,
                version=version,
                starts_at=moment,
                place="活动室",
                theme="安全生产",
                now=self.clock(),
            )
            assert before is not None
            meeting = work_meetings.find(session, by, meeting_id)
            tell_changed(session, meeting, before, by, now=self.clock())

    def call_off(self, meeting_id: int) -> None:
        with self.database.writing() as session:
            by = person(session, SECRETARY)
            meeting = work_meetings.call_off(session, by, meeting_id, now=self.clock())
            tell_called_off(session, meeting, by, now=self.clock())


@pytest.fixture
def office(small_district: Database, tmp_path: str) -> Office:
    furnish(small_district)
    return Office(small_district, tmp_path)


def test_notices_come_five_days_a_day_and_two_hours_before(office: Office) -> None:
    meeting_id = planned(office.database)
    office.at(FIRST - timedelta(minutes=2))
    assert office.rows() == []
    for moment in (FIRST, FIRST, DAY_BEFORE, TWO_HOURS, TWO_HOURS + timedelta(hours=1)):
        office.at(moment)
        if moment == FIRST:
            office.read(meeting_id, SECOND)
    sent = office.sent(SECOND)
    assert [row.not_before for row in sent] == [FIRST, DAY_BEFORE, TWO_HOURS]
    assert "12月3日（周四） 14:00" in sent[0].text
    assert "会议室" in sent[0].text
    assert "主题：安全生产" in sent[0].text
    values = json.loads(sent[0].buttons[0]["payload"].removeprefix("/acknowledge_meeting"))
    assert values == {"meeting_id": str(meeting_id), "version": "0"}
    assert sent[0].text.endswith("请点“已阅”。")
    assert sent[1].buttons == []
    assert len(office.sent(SECRETARY)) == 3
    assert office.sent(SECOND, AGAIN) == office.sent(ABOVE, OVERSEER) == []


def test_days_before_are_working_days_of_the_organisation(office: Office) -> None:
    planned(office.database, 2027, 2, 18, 9)
    with office.database.writing() as session:
        place(session).rules = {"work_meeting_notices": ["1d"], "work_meeting_notice_hour": 8}
    with office.database.reading() as session:
        found = reminders_between(session, local(2027, 2, 1), local(2027, 3, 1))
    assert {one.due_at for one in found if one.rule == NOTICE} == {local(2027, 2, 17, 8)}


def test_of_a_meeting_planned_hours_before_one_notice_is_sent_at_once(office: Office) -> None:
    office.clock.now = now = local(2026, 12, 3, 10)
    planned(office.database, now=now)
    office.at(now + timedelta(minutes=1))
    assert len(office.sent(SECOND)) == 1
    assert office.sent(SECRETARY) == []  # who planned it just now knows
    office.at(TWO_HOURS)
    assert len(office.sent(SECOND)) == 2
    assert len(office.sent(SECRETARY)) == 1


def test_three_days_down_across_the_first_week_is_caught_up(office: Office) -> None:
    """Down from Tuesday noon to Friday noon; the meeting is on Monday the 7th."""
    planned(office.database, 2026, 12, 7, 14)
    office.at(local(2026, 12, 1, 12))
    before = len(office.sent(SECOND))
    office.at(local(2026, 12, 4, 12))
    again = office.sent(SECOND)
    assert before == 1
    assert [row.not_before for row in again] == [local(2026, 11, 30, 9), local(2026, 12, 4, 9)]
    office.at(local(2026, 12, 7, 14, 30))  # down again until it has begun: nothing comes too late
    assert len(office.sent(SECOND)) == 2
    assert all(row.settled_at < row.expires_at for row in office.rows(OutboxState.SENT))


def test_planning_twice_gives_the_same_rows(district: Database) -> None:
    furnish(district)
    planned(district)
    for _ in range(2):
        with district.writing() as session:
            plan_work_meetings(session, now=DAY_BEFORE)
            plan(session, now=DAY_BEFORE)
        with district.reading() as session:
            rows = session.query(OutboxMessage).filter_by(rule=NOTICE).all()
    assert len({row.dedupe_key for row in rows}) == len(rows) == 2
    assert {row.state for row in rows} == {OutboxState.QUEUED}


def test_who_does_not_read_is_reminded_once_then_the_superior_is_told(office: Office) -> None:
    planned(office.database)
    moment = FIRST
    while moment < local(2026, 12, 3, 15):
        office.at(moment)
        moment += timedelta(hours=3)
    (again,), (above,) = office.sent(SECOND, AGAIN), office.sent(ABOVE, OVERSEER)
    assert again.not_before == local(2026, 11, 27, 9)
    assert above.not_before == local(2026, 11, 30, 9)  # Monday
    with office.database.reading() as session:
        assert person(session, SECOND).name in above.text
        assert person(session, SECRETARY).name not in above.text
    assert office.sent(SECRETARY, AGAIN) == []


def test_who_reads_in_time_is_left_alone(office: Office) -> None:
    meeting_id = planned(office.database)
    office.at(FIRST)
    office.at(local(2026, 11, 27, 9))
    assert len(office.sent(SECOND, AGAIN)) == 1
    office.read(meeting_id, SECOND)
    for day in (28, 29, 30):
        office.at(local(2026, 11, day, 10))
    assert office.sent(ABOVE, OVERSEER) == []


def test_with_little_time_left_each_step_takes_half_of_it(office: Office) -> None:
    office.clock.now = now = local(2026, 12, 3, 10)
    planned(office.database, now=now)
    for minutes in range(0, 300, 5):
        office.at(now + timedelta(minutes=minutes))
    (again,), (above,) = office.sent(SECOND, AGAIN), office.sent(ABOVE, OVERSEER)
    assert again.not_before == local(2026, 12, 3, 12)
    assert above.not_before == local(2026, 12, 3, 13)
    start = local(2026, 12, 3, 14)
    assert all(row.settled_at < start for row in office.rows(OutboxState.SENT))


def test_a_change_is_told_once_and_drops_what_is_queued(office: Office) -> None:
    meeting_id = planned(office.database)
    with office.database.writing() as session:
        plan_work_meetings(session, now=FIRST)
    office.clock.now = FIRST
    office.move(meeting_id, local(2026, 12, 4, 9))
    states = {row.state for row in office.rows() if row.rule == NOTICE}
    assert states == {OutboxState.CANCELLED}
    for moment in (FIRST, FIRST + timedelta(minutes=1), local(2026, 11, 27, 9)):
        office.at(moment)
    (told,) = office.sent(SECOND, CHANGED)
    assert "原来：12月3日（周四） 14:00，会议室，安全生产" in told.text
    assert "12月4日（周五） 9:00" in told.text
    assert "活动室" in told.text
    assert office.sent(SECRETARY, CHANGED) == []
    assert len(office.sent(SECOND)) == 1  # five days before the new day, which is later
    office.at(DAY_BEFORE)
    assert len(office.sent(SECOND)) == 1
    office.at(local(2026, 12, 3, 9))
    assert len(office.sent(SECOND)) == 2


def test_calling_off_is_told_once_and_nothing_comes_after_it(office: Office) -> None:
    meeting_id = planned(office.database)
    office.at(FIRST)
    office.call_off(meeting_id)
    moment = FIRST
    while moment < local(2026, 12, 3, 15):
        office.at(moment)
        moment += timedelta(hours=3)
    (told,) = office.sent(SECOND, CHANGED)
    assert "不开了" in told.text
    assert told.buttons == []
    assert len(office.sent(SECOND)) == 1
    assert office.sent(SECOND, AGAIN) == office.sent(ABOVE, OVERSEER) == []


def test_looked_at_again_when_it_is_sent(office: Office) -> None:
    """Queued, then the person leaves office: the notice is dropped."""
    planned(office.database)
    with office.database.writing() as session:
        plan_work_meetings(session, now=FIRST)
        session.query(Role).filter_by(kind=RoleKind.ADMINISTRATOR).delete()
    office.at(FIRST + timedelta(minutes=1))
    assert office.sent(SECOND) == []
    assert len(office.sent(SECRETARY)) == 1


def test_the_months_notice_is_dropped_once_it_is_not_true(office: Office) -> None:
    with office.database.writing() as session:
        plan(session, now=local(2026, 12, 1, 0, 5))
    planned(office.database, now=local(2026, 12, 1, 8))
    office.at(local(2026, 12, 1, 9))
    assert office.sent(SECRETARY, MONTH) == []
    others = [row for row in office.rows(OutboxState.SENT) if row.rule == MONTH]
    assert len(others) == 11
    assert "还没有排时间" in others[0].text


def test_due_foretells_every_step_with_its_reason(office: Office) -> None:
    planned(office.database)
    planned(office.database, 2026, 12, 2, 9, by=ABOVE, code="D1")
    with office.database.reading() as session:
        found = reminders_between(session, NOW, local(2026, 12, 4))
        second = person(session, SECOND).id
        own = [(one.rule, one.due_at) for one in found if one.member.id == second]
        reasons = {one.rule: one.reason for one in found}
    assert own == [
        (NOTICE, FIRST),
        (AGAIN, local(2026, 11, 27, 9)),
        (NOTICE, DAY_BEFORE),
        (NOTICE, TWO_HOURS),
    ]
    assert {NOTICE, AGAIN, OVERSEER} <= reasons.keys()
    assert "会前 " in reasons[NOTICE]
    assert len([one for one in found if one.rule == OVERSEER]) == 2
