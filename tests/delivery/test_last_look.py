"""What is looked at again at the moment of sending: membership, role, address, quiet hours."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from delivery.queue import DeliveryQueue
from delivery.still_true.digests import DIGEST
from office import members
from office.bases import SHANGHAI
from office.database import Database
from office.models import (
    Contact,
    InboxKind,
    InboxMessage,
    Member,
    MemberState,
    OutboxMessage,
    OutboxState,
    Role,
    RoleKind,
)
from office.organisations import branch_of
from tests.conftest import NOW, FrozenClock
from tests.delivery.conftest import Pigeon, Put, office_of, states

EVENING = datetime(2026, 11, 23, 22, 0, tzinfo=SHANGHAI).astimezone(UTC)
MORNING = datetime(2026, 11, 24, 8, 0, tzinfo=SHANGHAI).astimezone(UTC)


def bound(database: Database, number: str = "M0001", address: str = "a") -> int:
    with database.writing() as session:
        member = members.by_number(session, number)
        assert member is not None
        members.bind(session, member, "bird", address, now=NOW)
        return member.id


@pytest.mark.parametrize("state", [MemberState.LEFT, MemberState.DECEASED, MemberState.TRANSFERRED])
def test_who_is_no_member_any_more_is_not_written_to(
    district: Database, clock: FrozenClock, queue: DeliveryQueue, put: Put, state: MemberState
) -> None:
    member_id = bound(district)
    put("reminder", member_id=member_id)
    with district.writing() as session:
        session.get_one(Member, member_id).state = state
    bird = Pigeon()
    office_of(district, clock, queue, bird).deliver("bird")
    assert bird.letters == []
    assert states(district) == {"reminder": OutboxState.EXPIRED}


def test_who_is_no_secretary_any_more_gets_no_digest(
    district: Database, clock: FrozenClock, queue: DeliveryQueue, put: Put
) -> None:
    member_id = bound(district)
    with district.writing() as session:
        role = session.query(Role).filter_by(member_id=member_id, kind=RoleKind.SECRETARY).one()
        branch = branch_of(session, role.organisation_id).id
    for day in (1, 2):
        put(f"digest:{member_id}:2026-11-0{day}:{branch}", rule=DIGEST, member_id=member_id)
        bird = Pigeon()
        office_of(district, clock, queue, bird).deliver("bird")
        assert len(bird.letters) == 2 - day
        with district.writing() as session:
            session.query(Role).filter_by(member_id=member_id).delete()
    assert list(states(district).values()) == [OutboxState.SENT, OutboxState.EXPIRED]


def test_an_address_that_is_another_members_by_now_gets_nothing(
    district: Database, clock: FrozenClock, queue: DeliveryQueue, put: Put
) -> None:
    """What was queued goes to where its member is reached now."""
    member_id = bound(district)
    put("reminder", member_id=member_id)
    bound(district, "M0002")
    bird = Pigeon()
    office_of(district, clock, queue, bird).deliver("bird")
    assert bird.letters == []
    with district.reading() as session:
        again = session.query(OutboxMessage).filter_by(state=OutboxState.QUEUED).one()
        assert (again.channel, again.address) == ("web", members.web_address(member_id))


def test_in_quiet_hours_the_same_row_waits_and_replies_do_not(
    district: Database, clock: FrozenClock, queue: DeliveryQueue, put: Put
) -> None:
    member_id = bound(district)
    clock.now = EVENING
    put("reminder", member_id=member_id)
    with district.writing() as session:
        asked = InboxMessage(
            channel="bird",
            update_id="1",
            address="a",
            kind=InboxKind.TEXT,
            text="?",
            received_at=EVENING,
        )
        session.add(asked)
        session.flush()
        asked_id = asked.id
    put("reply", reply_to=asked_id)
    bird = Pigeon()
    post = office_of(district, clock, queue, bird)
    post.deliver("bird", "a")
    assert [letter.text for letter in bird.letters] == ["reply"]
    with district.reading() as session:
        row = session.query(OutboxMessage).filter_by(dedupe_key="reminder").one()
        assert (row.state, row.not_before, row.attempts) == (OutboxState.QUEUED, MORNING, 0)
    clock.now = MORNING
    assert post.deliver("bird") == 1
    assert bird.letters[1].text == "reminder"


def test_what_would_be_late_by_the_morning_goes_out_at_night(
    district: Database, clock: FrozenClock, queue: DeliveryQueue, put: Put
) -> None:
    clock.now = EVENING
    put("early activity", expires_at=MORNING)
    put("late activity", address="b", expires_at=MORNING + timedelta(minutes=1))
    bird = Pigeon()
    office_of(district, clock, queue, bird).deliver("bird")
    assert [letter.text for letter in bird.letters] == ["early activity"]


def test_an_organisation_has_quiet_hours_of_its_own_and_the_web_chat_none(
    district: Database, clock: FrozenClock, queue: DeliveryQueue, put: Put
) -> None:
    member_id = bound(district)
    with district.writing() as session:
        member = session.get_one(Member, member_id)
        member.organisation.rules = {"quiet_from": 2230}
    clock.now = EVENING
    put("own", member_id=member_id)
    put("others", address="b")
    bird = Pigeon()
    office_of(district, clock, queue, bird).deliver("bird")
    assert [letter.text for letter in bird.letters] == ["own"]
    put("web", channel="web")
    with district.writing() as session:
        session.query(Contact).delete()
    post = office_of(district, clock, queue, bird, channel="web")
    post.deliver("web")
    assert bird.letters[-1].text == "web"
