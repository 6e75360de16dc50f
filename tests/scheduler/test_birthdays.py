"""The greeting on the political birthday: what it says and shows, and to whom it does not go."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest

from delivery.post import PostOffice
from delivery.queue import DeliveryQueue, open_huey
from delivery.still_true.birthdays import POLITICAL_BIRTHDAY
from delivery.web import WebChannel
from office import members
from office.database import Database
from office.models import Member, MemberState, OutboxMessage, OutboxState
from scheduler.plan import plan
from tests.conftest import FrozenClock
from tests.scheduler.test_plan import shanghai

DAY = shanghai(2026, 12, 5, 0, 5)
Change = Callable[[Member], None]


def change(database: Database, number: str, how: Change) -> int:
    with database.writing() as session:
        member = members.by_number(session, number)
        assert member is not None
        how(member)
        return member.id


def admitted(day: date | None) -> Change:
    return lambda member: setattr(member, "admitted_on", day)


def became(state: MemberState) -> Change:
    return lambda member: setattr(member, "state", state)


def unwanted(member: Member) -> None:
    member.wants_greeting = False


def doubtful(member: Member) -> None:
    member.admission_doubtful = True


def greetings_to(database: Database, member_id: int) -> list[OutboxMessage]:
    with database.reading() as session:
        rows = session.query(OutboxMessage).filter_by(rule=POLITICAL_BIRTHDAY, member_id=member_id)
        return list(rows)


def planned(database: Database, day: date = date(1996, 12, 5)) -> int:
    """Somebody's greeting stands in the outbox."""
    member_id = change(database, "M0003", admitted(day))
    with database.writing() as session:
        plan(session, now=DAY)
    return member_id


def test_a_greeting_says_and_shows_name_day_and_years(district: Database) -> None:
    (row,) = greetings_to(district, planned(district))
    name = row.text.partition("同志")[0]
    assert "1996年12月5日" in row.text
    assert "30 年" in row.text
    assert row.picture == {
        "kind": "greeting",
        "name": name,
        "admitted_on": "1996-12-05",
        "years": 30,
    }


NOT_GREETED = [
    *(became(state) for state in MemberState if state != MemberState.ACTIVE),
    unwanted,
    doubtful,
    admitted(None),
]


@pytest.mark.parametrize("how", NOT_GREETED)
def test_who_is_not_to_be_greeted_is_not_planned(small_district: Database, how: Change) -> None:
    change(small_district, "M0003", admitted(date(1996, 12, 5)))
    member_id = change(small_district, "M0003", how)
    with small_district.writing() as session:
        plan(session, now=DAY)
    assert greetings_to(small_district, member_id) == []


@pytest.mark.parametrize("how", [*NOT_GREETED, admitted(date(1996, 12, 6)), None])
def test_it_is_looked_at_again_at_the_moment_of_sending(
    small_district: Database, tmp_path: Path, how: Change | None
) -> None:
    member_id = planned(small_district)
    if how:
        change(small_district, "M0003", how)
    queue = DeliveryQueue(open_huey(None, tmp_path))
    clock = FrozenClock(DAY + timedelta(hours=9))
    post = PostOffice(small_district, {"web": WebChannel(9)}, clock, queue)
    post.deliver("web", members.web_address(member_id))
    (row,) = greetings_to(small_district, member_id)
    assert row.state == (OutboxState.EXPIRED if how else OutboxState.SENT)
