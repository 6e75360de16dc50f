"""Study content goes out when its time has come: once, caught up after a stop, not if withdrawn."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from delivery.links import Links
from delivery.post import PostOffice
from delivery.queue import DeliveryQueue, open_huey
from delivery.web import WebChannel
from office import members, study
from office.database import Database
from office.models import Member, MemberState, OutboxMessage, OutboxState, StudyItem, StudyState
from scheduler.study import send_due
from tests.conftest import NOW, FrozenClock
from tests.office.test_study import SECRETARY, create, one

LINKS = Links("https://zhibu.example", "secret")


def planned(database: Database) -> int:
    with database.writing() as session:
        return create(session, link="https://example.org/a").id


def rows(database: Database) -> list[OutboxMessage]:
    with database.reading() as session:
        return list(session.query(OutboxMessage).filter_by(rule=study.STUDY))


def test_everybody_gets_it_once(district: Database) -> None:
    item_id = planned(district)
    assert send_due(district, LINKS, now=NOW - timedelta(seconds=1)) == 0
    assert send_due(district, LINKS, now=NOW + timedelta(days=3)) == 24  # caught up
    assert send_due(district, LINKS, now=NOW + timedelta(days=3)) == 0
    sent = rows(district)
    assert len({row.member_id for row in sent}) == len(sent) == 24
    assert "https://example.org/a" in sent[0].text
    assert f"https://zhibu.example/study/{item_id}?of={sent[0].member_id}&key=" in sent[0].text
    assert [button["title"] for button in sent[0].buttons] == ["打开", "已读"]
    with district.reading() as session:
        assert session.get_one(StudyItem, item_id).state == StudyState.SENT


def test_broken_off_in_the_middle_it_goes_on(district: Database) -> None:
    item_id = planned(district)
    send_due(district, LINKS, now=NOW)
    with district.writing() as session:
        session.get_one(StudyItem, item_id).state = StudyState.PLANNED
        session.query(OutboxMessage).filter(OutboxMessage.id > 10).delete()
    assert send_due(district, LINKS, now=NOW) == 14


def test_what_was_withdrawn_is_dropped(district: Database) -> None:
    item_id = planned(district)
    send_due(district, LINKS, now=NOW)
    with district.writing() as session:
        study.withdraw(session, one(session, SECRETARY), item_id, now=NOW)
    assert {row.state for row in rows(district)} == {OutboxState.CANCELLED}
    assert send_due(district, LINKS, now=NOW) == 0


@pytest.mark.parametrize("state", [MemberState.ACTIVE, MemberState.LEFT])
def test_who_left_meanwhile_gets_nothing(
    small_district: Database, tmp_path: Path, state: MemberState
) -> None:
    planned(small_district)
    send_due(small_district, LINKS, now=NOW)
    row = rows(small_district)[3]
    with small_district.writing() as session:
        session.get_one(Member, row.member_id).state = state
    queue, clock = DeliveryQueue(open_huey(None, tmp_path)), FrozenClock()
    post = PostOffice(small_district, {"web": WebChannel(9)}, clock, queue)
    post.deliver("web", members.web_address(row.member_id or 0))
    went = next(one for one in rows(small_district) if one.id == row.id).state
    assert went == (OutboxState.SENT if state == MemberState.ACTIVE else OutboxState.EXPIRED)
