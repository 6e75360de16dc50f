"""What is due of organisation life: told once, bundled, brought up to date, and not for nothing."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from delivery.post import PostOffice
from delivery.queue import DeliveryQueue, open_huey
from delivery.still_true.organisation_life import ABOVE, ORGANISATION_LIFE, TERM, TERM_ABOVE
from delivery.web import WebChannel
from office.bases import SHANGHAI
from office.database import Database
from office.models import (
    Meeting,
    MeetingKind,
    MeetingState,
    Organisation,
    OutboxMessage,
    OutboxState,
    Role,
    RoleKind,
)
from scheduler.due import reminders_between
from scheduler.plan import plan
from scheduler.reminder import Reminder
from tests.conftest import FrozenClock

ADDRESS = ("web", "m1")
"""Of the secretary M0001 of the branch D1B1, which has a committee and three groups."""
MONTHLY = {MeetingKind.COMMITTEE, MeetingKind.THEME_DAY}


def shanghai(*when: int) -> datetime:
    return datetime(*when, tzinfo=SHANGHAI).astimezone(UTC)  # type: ignore[arg-type,misc]


def due(database: Database, first: datetime, last: datetime, rule: str) -> list[Reminder]:
    with database.reading() as session:
        return [one for one in reminders_between(session, first, last) if one.rule == rule]


def of_branch(reminders: list[Reminder], name: str) -> list[Reminder]:
    return [one for one in reminders if name in one.text]


def record(database: Database, code: str, *what: tuple[MeetingKind, date]) -> None:
    with database.writing() as session:
        place = session.query(Organisation).filter_by(code=code).one()
        for kind, day in what:
            moment = datetime(day.year, day.month, day.day, 14, tzinfo=SHANGHAI)
            session.add(
                Meeting(
                    organisation_id=place.id,
                    kind=kind,
                    starts_at=moment,
                    state=MeetingState.HELD,
                )
            )


def set_rules(database: Database, code: str, **rules: int) -> None:
    with database.writing() as session:
        session.query(Organisation).filter_by(code=code).one().rules = rules


def test_near_the_end_of_a_month_one_message_bundles_what_is_open(district: Database) -> None:
    found = due(district, shanghai(2026, 12, 9), shanghai(2027, 1, 1), ORGANISATION_LIFE)
    assert len(found) == 12
    first = of_branch(found, "晨光社区第一网格党支部")[0]
    assert (first.due_at, first.expires_at) == (shanghai(2026, 12, 21, 9), shanghai(2027, 1, 1))
    assert "· 支部党员大会（第四季度）" in first.text
    assert "· 党小组会（12月）：1号楼党小组、2号楼党小组、3号楼党小组" in first.text
    assert "主题党日（第16条）" in first.reason
    small = of_branch(found, "清溪供销社党支部")[0]  # five members, no groups
    assert "支部委员会会议" not in small.text
    assert "党小组会" not in small.text


def test_in_the_middle_of_a_quarter_its_meeting_is_not_asked_for(small_district: Database) -> None:
    found = due(small_district, shanghai(2027, 1, 16), shanghai(2027, 2, 1), ORGANISATION_LIFE)
    assert found
    assert not any("支部党员大会（" in one.text for one in found)
    assert not any("组织生活会" in one.text for one in found)


def test_what_the_month_left_out_is_said_once_in_the_first_week(small_district: Database) -> None:
    found = due(small_district, shanghai(2027, 1, 1), shanghai(2027, 1, 15), ORGANISATION_LIFE)
    assert {one.due_at for one in found} == {shanghai(2027, 1, 5, 9)}  # the second working day
    assert {one.expires_at for one in found} == {shanghai(2027, 1, 12)}
    assert len(found) == 12
    assert "· 谈心谈话（2026年度）" in found[0].text
    assert "没有开展的，请尽快安排。" in found[0].text


def test_in_october_also_what_is_held_once_a_year(small_district: Database) -> None:
    found = due(small_district, shanghai(2026, 10, 1), shanghai(2026, 10, 15), ORGANISATION_LIFE)
    assert {one.due_at for one in found} == {shanghai(2026, 10, 9, 9)}
    assert all("· 组织生活会（2026年度）" in one.text for one in found)
    assert all("到上月底" not in one.text for one in found)  # all of September was recorded
    assert "组织生活会（第17条）" in found[0].reason


def test_the_superior_hears_of_branches_never_of_persons(small_district: Database) -> None:
    found = due(small_district, shanghai(2027, 1, 1), shanghai(2027, 2, 1), ABOVE)
    assert {one.member.number for one in found} == {"M0005", "M0082", "M0136"}
    assert {one.due_at for one in found} == {shanghai(2027, 1, 15, 9)}
    assert "共 4 个支部到12月底还有组织生活没有记录" in found[0].text
    assert "· 清溪供销社党支部：支部党员大会、主题党日、组织生活会" in found[1].text
    with small_district.reading() as session:
        for reminder in found:
            members = session.query(Role).filter_by(kind=RoleKind.SECRETARY)
            assert members.count()
            assert reminder.member.name not in reminder.text


def test_where_all_was_recorded_nobody_hears_anything(small_district: Database) -> None:
    days = [date(2027, 1, 20)]
    record(small_district, "D1B2", *((kind, day) for kind in MONTHLY for day in days))
    for rule, span in (
        (ORGANISATION_LIFE, ((2027, 1, 16), (2027, 2, 12))),
        (ABOVE, ((2027, 2, 1), (2027, 3, 1))),
    ):
        found = due(small_district, shanghai(*span[0]), shanghai(*span[1]), rule)
        assert found
        assert not of_branch(found, "晨光社区第二网格党支部")


def test_a_new_branch_hears_what_is_due_but_of_nothing_left_out(small_district: Database) -> None:
    with small_district.writing() as session:
        session.query(Meeting).delete()
    assert due(small_district, shanghai(2026, 12, 9), shanghai(2027, 1, 1), ORGANISATION_LIFE)
    assert not due(small_district, shanghai(2027, 1, 1), shanghai(2027, 1, 15), ORGANISATION_LIFE)
    assert not due(small_district, shanghai(2027, 1, 1), shanghai(2027, 2, 1), ABOVE)


def test_the_end_of_term_is_told_half_a_year_ahead_to_both(small_district: Database) -> None:
    with small_district.writing() as session:
        for code in ("D1B1", "D1B2"):
            branch = session.query(Organisation).filter_by(code=code).one()
            branch.term_began_on, branch.term_years = date(2022, 8, 2), 5
    span = shanghai(2027, 1, 20), shanghai(2027, 2, 10)
    own = due(small_district, *span, TERM)
    assert [one.member.number for one in own] == ["M0001", "M0025"]
    assert own[0].due_at == shanghai(2027, 2, 2, 9)
    assert own[0].expires_at == shanghai(2027, 8, 3)
    assert "第21条" in own[0].text
    above = due(small_district, *span, TERM_ABOVE)
    assert [one.member.number for one in above] == ["M0005"]  # both in one message
    assert above[0].text.count("2027年8月2日届满") == 2
    set_rules(small_district, "D1B1", temporary_branch=1)
    assert [one.member.number for one in due(small_district, *span, TERM)] == ["M0025"]


def test_an_organisation_sets_its_own_days(small_district: Database) -> None:
    set_rules(
        small_district,
        "D1",
        organisation_life_days=5,
        organisation_life_superior_day=0,
        organisation_life_hour=8,
    )
    found = due(small_district, shanghai(2026, 12, 9), shanghai(2027, 1, 1), ORGANISATION_LIFE)
    own = of_branch(found, "晨光社区第一网格党支部")[0]
    assert own.due_at == shanghai(2026, 12, 28, 8)  # the 26th is a Saturday
    above = due(small_district, shanghai(2027, 1, 1), shanghai(2027, 2, 1), ABOVE)
    assert {one.member.number for one in above} == {"M0082", "M0136"}


def planned(database: Database, rule: str = ORGANISATION_LIFE) -> list[OutboxMessage]:
    with database.reading() as session:
        rows = session.query(OutboxMessage).filter_by(rule=rule, address=ADDRESS[1])
        return list(rows.order_by(OutboxMessage.id))


def plan_at(database: Database, now: datetime) -> None:
    with database.writing() as session:
        plan(session, now=now)


def deliver(database: Database, clock: FrozenClock, folder: Path) -> None:
    queue = DeliveryQueue(open_huey(None, folder))
    PostOffice(database, {"web": WebChannel(0)}, clock, queue).deliver(*ADDRESS)


def test_planning_again_and_after_three_days_down_tells_once(small_district: Database) -> None:
    for day in (20, 21, 24, 27):
        plan_at(small_district, shanghai(2026, 12, day, 0, 5))
    assert len(planned(small_district)) == 1
    plan_at(small_district, shanghai(2027, 1, 8, 10))  # down since the 3rd: still the first week
    assert len(planned(small_district)) == 2
    assert planned(small_district)[1].expires_at == shanghai(2027, 1, 12)
    plan_at(small_district, shanghai(2027, 2, 10, 10))  # down in the whole first week: too late
    assert len(planned(small_district)) == 2


@pytest.mark.parametrize("change", ["all", "part", "secretary", "late"])
def test_it_is_looked_at_again_when_it_is_sent(
    small_district: Database, tmp_path: Path, change: str
) -> None:
    plan_at(small_district, shanghai(2027, 1, 21, 0, 5))
    (row,) = planned(small_district)
    assert "主题党日" in row.text
    clock = FrozenClock(shanghai(2027, 1, 21, 9, 1))
    if change in {"all", "part"}:
        record(small_district, "D1B1", (MeetingKind.THEME_DAY, date(2027, 1, 20)))
    if change == "all":
        record(small_district, "D1B1", *((kind, date(2027, 1, 19)) for kind in MONTHLY))
        record(small_district, "D1B1", (MeetingKind.GROUP, date(2027, 1, 18)))
    if change == "secretary":
        with small_district.writing() as session:
            session.query(Role).filter_by(kind=RoleKind.SECRETARY, member_id=1).delete()
    if change == "late":
        clock.move(days=11)
    deliver(small_district, clock, tmp_path)
    (row,) = planned(small_district)
    assert row.state == (OutboxState.SENT if change == "part" else OutboxState.EXPIRED)
    if change == "part":
        assert "主题党日" not in row.text
        assert "· 党小组会" in row.text


def test_the_superior_hears_nothing_of_what_was_recorded_meanwhile(
    small_district: Database, tmp_path: Path
) -> None:
    with small_district.writing() as session:
        place = session.query(Organisation).filter_by(code="D1").one()
        session.add(Role(member_id=1, organisation_id=place.id, kind=RoleKind.SECRETARY))
    for code in ("D1B1", "D1B2", "D1B3"):
        record(small_district, code, *((kind, date(2027, 1, 19)) for kind in MONTHLY))
        record(small_district, code, (MeetingKind.GROUP, date(2027, 1, 18)))
    plan_at(small_district, shanghai(2027, 2, 14, 12))
    (row,) = planned(small_district, ABOVE)
    assert "共 1 个支部" in row.text
    record(small_district, "D1B4", *((kind, date(2027, 1, 19)) for kind in MONTHLY))
    deliver(small_district, FrozenClock(shanghai(2027, 2, 15, 9, 1)), tmp_path)
    assert planned(small_district, ABOVE)[0].state == OutboxState.EXPIRED


def test_a_term_that_began_anew_is_not_spoken_of(small_district: Database, tmp_path: Path) -> None:
    with small_district.writing() as session:
        branch = session.query(Organisation).filter_by(code="D1B1").one()
        branch.term_began_on, branch.term_years = date(2022, 8, 2), 5
    plan_at(small_district, shanghai(2027, 2, 2, 0, 5))
    assert len(planned(small_district, TERM)) == 1
    with small_district.writing() as session:
        branch = session.query(Organisation).filter_by(code="D1B1").one()
        branch.term_began_on = date(2027, 2, 1)
    deliver(small_district, FrozenClock(shanghai(2027, 2, 2, 9) + timedelta(hours=1)), tmp_path)
    assert planned(small_district, TERM)[0].state == OutboxState.EXPIRED
