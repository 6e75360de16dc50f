"""Lists of political birthdays: who is told what, when, and that nothing is guessed."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest

from delivery.post import PostOffice
from delivery.queue import DeliveryQueue, open_huey
from delivery.still_true.birthdays import BIRTHDAY_LIST
from delivery.web import WebChannel
from office import members
from office.database import Database
from office.models import Member, MemberState, OutboxMessage, OutboxState, Role
from scheduler.due.birthday_lists import birthday_lists
from scheduler.plan import plan
from scheduler.reminder import Reminder
from tests.conftest import FrozenClock
from tests.scheduler.test_plan import shanghai

SECRETARY = "M0001"
"""Of the branch D1B1, to whose members M0002 to M0024 belong."""


@pytest.fixture
def quiet(district: Database) -> Database:
    """The district where every admission date is sure, and none falls on December or February."""
    with district.writing() as session:
        for member in session.query(Member):
            member.admitted_on, member.full_since = date(1990, 6, 15), date(1991, 6, 15)
    return district


def set_member(database: Database, number: str, **values: object) -> str:
    with database.writing() as session:
        member = members.by_number(session, number)
        assert member is not None
        for name, value in values.items():
            setattr(member, name, value)
        return member.name


def lists(database: Database, first: date, last: date) -> list[Reminder]:
    with database.reading() as session:
        return list(birthday_lists(session, first, last))


def test_a_birthday_is_told_a_week_ahead_to_the_secretary_of_the_branch(quiet: Database) -> None:
    one = set_member(quiet, "M0006", admitted_on=date(1996, 12, 12))
    two = set_member(quiet, "M0007", admitted_on=date(2006, 12, 12))
    (told,) = lists(quiet, date(2026, 12, 2), date(2026, 12, 31))
    assert told.member.number == SECRETARY
    assert told.due_at == shanghai(2026, 12, 5, 9)
    assert told.expires_at == shanghai(2026, 12, 13)
    assert f"12月12日 {one}，30 周年（1996年12月12日入党）" in told.text
    assert f"12月12日 {two}，20 周年（2006年12月12日入党）" in told.text


def test_on_the_first_the_months_list_with_dates_that_are_not_sure(quiet: Database) -> None:
    later = set_member(quiet, "M0006", admitted_on=date(1996, 12, 31))
    sooner = set_member(quiet, "M0007", admitted_on=date(2006, 12, 9))
    missing = set_member(quiet, "M0008", admitted_on=None)
    doubtful = set_member(quiet, "M0009", admitted_on=date(1980, 12, 3), admission_doubtful=True)
    (told,) = lists(quiet, date(2026, 12, 1), date(2026, 12, 1))
    assert told.due_at == shanghai(2026, 12, 1, 9)
    assert told.text.index(sooner) < told.text.index(later)
    assert f"入党日期要核对的：{missing}、{doubtful}。" in told.text
    assert "12月3日" not in told.text


def test_where_there_is_nothing_to_say_there_is_no_list(quiet: Database) -> None:
    assert lists(quiet, date(2026, 11, 25), date(2026, 12, 31)) == []


@pytest.mark.parametrize(
    "values",
    [
        {"state": MemberState.DECEASED},
        {"state": MemberState.LEFT},
        {"state": MemberState.TRANSFERRED},
        {"admission_doubtful": True},
        {"admitted_on": date(2026, 12, 12)},  # admitted that day: no year yet
    ],
)
def test_who_has_no_birthday_is_not_listed(quiet: Database, values: dict[str, object]) -> None:
    set_member(quiet, "M0006", **{"admitted_on": date(1996, 12, 12), **values})
    assert lists(quiet, date(2026, 12, 5), date(2026, 12, 5)) == []


@pytest.mark.parametrize(("year", "day"), [(2027, 28), (2028, 29)])
def test_29_february_is_listed_once(quiet: Database, year: int, day: int) -> None:
    name = set_member(quiet, "M0006", admitted_on=date(2004, 2, 29))
    told = lists(quiet, date(year, 2, 2), date(year, 2, 28))
    assert [one.text.count(name) for one in told] == [1]
    assert f"2月{day}日 {name}" in told[0].text


@pytest.mark.parametrize("stays", [True, False])
def test_who_leads_the_branch_no_more_gets_no_list(
    quiet: Database, tmp_path: Path, *, stays: bool
) -> None:
    set_member(quiet, "M0006", admitted_on=date(1996, 12, 12))
    now: datetime = shanghai(2026, 12, 5, 0, 5)
    with quiet.writing() as session:
        plan(session, now=now)
        if not stays:
            session.query(Role).delete()
    queue = DeliveryQueue(open_huey(None, tmp_path))
    with quiet.reading() as session:
        rows = session.query(OutboxMessage).filter_by(rule=BIRTHDAY_LIST)
        week, month = sorted(rows, key=lambda row: ":month:" in row.dedupe_key)
    clock = FrozenClock(shanghai(2026, 12, 5, 10))
    PostOffice(quiet, {"web": WebChannel(9)}, clock, queue).deliver(week.channel, week.address)
    with quiet.reading() as session:
        states = {session.get_one(OutboxMessage, row.id).state for row in (week, month)}
    assert states == {OutboxState.SENT if stays else OutboxState.EXPIRED}
