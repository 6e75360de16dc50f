"""Each event of a booking is told once, to those whom it concerns, with the buttons that help."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest

from delivery.booking_notices import tell
from delivery.post import PostOffice
from delivery.queue import DeliveryQueue, open_huey
from delivery.still_true import still_true
from delivery.web import WebChannel
from office import bookings, members
from office.bookings import due, keeping, waitlist
from office.models import (
    Approval,
    Escalation,
    Member,
    OutboxMessage,
    OutboxState,
    Role,
    RoleKind,
)
from scheduler.plan import plan, plan_activities
from tests.office.bookings.conftest import Hand, hand, light_hand
from tests.office.bookings.world import DAY, KEEPER, base_of, member

__all__ = ["hand", "light_hand"]
HOURS = timedelta(hours=1)


def heard(hand: Hand) -> dict[str, str]:
    """What is told now: member number -> first line."""
    with hand.database.writing() as session:
        last = session.query(OutboxMessage).count()
        tell(session, now=hand.clock())
        rows = session.query(OutboxMessage).order_by(OutboxMessage.id).all()[last:]
        return {
            session.get_one(Member, row.member_id).number: row.text.splitlines()[0] for row in rows
        }


def payloads(hand: Hand) -> list[str]:
    with hand.database.reading() as session:
        row = session.query(OutboxMessage).order_by(OutboxMessage.id.desc()).first()
        assert row is not None
        return [button["payload"] for button in row.buttons]


def test_a_request_goes_to_the_keepers_and_the_answer_to_the_branch(hand: Hand) -> None:
    made = hand.world(approval=Approval.KEEPER).book()
    assert set(heard(hand)) == {"K1", "K2", "B1M0"}
    assert heard(hand) == {}
    with hand.database.reading() as session:
        buttons = session.query(OutboxMessage).order_by(OutboxMessage.id).first()
        assert buttons is not None
        assert [button["payload"] for button in buttons.buttons] == [
            f'/approve_booking{{"booking_id": "{made.id}"}}',
            f'/decline_booking{{"booking_id": "{made.id}"}}',
        ]
    hand.do(lambda s: bookings.decline(s, member(s, KEEPER), made.id, "维修", now=hand.clock()))
    told = heard(hand)
    assert set(told) == {"B1M1", "B1M0"}
    assert told["B1M1"] == "很抱歉，基地没有同意这次预约："


def test_who_did_it_is_not_told_and_nobody_twice(light_hand: Hand) -> None:
    hand = light_hand.world()
    made = hand.book(who="B1M0")
    assert heard(hand) == {}  # he is the secretary himself
    hand.do(lambda s: bookings.move(s, member(s, "B1M0"), made.id, head_count=40, now=hand.clock()))
    assert set(heard(hand)) == {"K1", "K2"}
    hand.do(
        lambda s: bookings.cancel(s, member(s, KEEPER), made.id, reason="停电", now=hand.clock())
    )
    assert set(heard(hand)) == {"B1M0", "K2"}


def test_an_offer_and_what_became_of_it(light_hand: Hand) -> None:
    hand = light_hand.world()
    made = hand.book()
    entry = hand.do(lambda s: waitlist.join(s, member(s, "B2M1"), hand.wish(s), now=hand.clock()))
    hand.do(lambda s: bookings.cancel(s, member(s), made.id, now=hand.clock()))
    assert "B2M1" in heard(hand)
    assert payloads(hand) == [
        f'/take_offer{{"offer_id": "{entry.id}"}}',
        f'/leave_waitlist{{"offer_id": "{entry.id}"}}',
    ]
    hand.clock.move(hours=2)
    hand.do(lambda s: due.step(s, now=hand.clock()))
    assert set(heard(hand)) == {"B2M1"}


@pytest.mark.parametrize(
    ("to", "hears"), [(Escalation.ADMINISTRATOR, "A1"), (Escalation.SECRETARY, "S1")]
)
def test_silence_goes_to_whom_the_base_names_and_he_may_decide(
    light_hand: Hand, to: Escalation, hears: str
) -> None:
    hand = light_hand.world(approval=Approval.KEEPER, escalation=to)
    with hand.database.writing() as session:
        owner = base_of(session).organisation_id
        member(session, "K2").number = "S1"
        session.flush()
        secretary = member(session, "S1")
        session.query(Role).filter_by(member_id=secretary.id).delete()
        role = Role(member_id=secretary.id, organisation_id=owner, kind=RoleKind.SECRETARY)
        session.add(role)
    made = hand.book()
    heard(hand)
    hand.clock.move(hours=24)
    hand.do(lambda s: due.step(s, now=hand.clock()))
    assert set(heard(hand)) == {hears}
    hand.do(lambda s: bookings.approve(s, member(s, hears), made.id, now=hand.clock()))


def test_a_clash_is_told_with_a_way_out(light_hand: Hand) -> None:
    hand = light_hand.world(contact_name="张三", contact_phone="10000000001")
    made = hand.book()
    heard(hand)
    hand.do(
        lambda s: keeping.close(
            s, member(s, KEEPER), base_of(s), DAY, DAY + 24 * HOURS, now=hand.clock()
        )
    )
    assert set(heard(hand)) == {"B1M0", "B1M1"}
    assert payloads(hand) == [
        f'/change_booking{{"booking_id": "{made.id}"}}',
        f'/cancel_booking{{"booking_id": "{made.id}"}}',
    ]


def test_afterwards_five_buttons_ask_how_it_was(light_hand: Hand) -> None:
    hand = light_hand.world()
    made = hand.book()
    heard(hand)
    hand.clock.now = made.ends_at
    hand.do(lambda s: due.step(s, now=hand.clock()))
    assert set(heard(hand)) == {"B1M1"}
    assert payloads(hand)[4] == f'/rate_booking{{"booking_id": "{made.id}", "stars": "5"}}'


def reminders(hand: Hand) -> list[tuple[str, OutboxState]]:
    with hand.database.reading() as session:
        rows = session.query(OutboxMessage).filter_by(rule="booking_reminder")
        return [(row.dedupe_key.split(":")[3], row.state) for row in rows.order_by("id")]


def remind(hand: Hand) -> int:
    return hand.do(lambda s: plan_activities(s, now=hand.clock()))


def test_a_day_and_two_hours_before_once_whoever_plans_it(hand: Hand) -> None:
    made = hand.world().book()
    hand.clock.now = made.starts_at - 24 * HOURS - timedelta(minutes=1)
    assert remind(hand) == 0
    hand.do(lambda s: plan(s, now=hand.clock()))  # ahead, as at 00:05 and at start
    assert len(reminders(hand)) == 2
    hand.clock.move(minutes=1)
    assert remind(hand) == 0
    hand.clock.now = made.starts_at - 2 * HOURS
    assert remind(hand) == 0
    assert [which for which, _ in reminders(hand)] == ["day", "hours"]


def test_what_was_booked_since_is_not_reminded_of_late(light_hand: Hand) -> None:
    """Booked five hours before: only the two hours are told; and nothing once it has begun."""
    hand = light_hand.world()
    hand.clock.now = DAY + 9 * HOURS
    made = hand.book(14, 16)
    assert remind(hand) == 0
    hand.clock.now = made.starts_at - 2 * HOURS
    assert remind(hand) == 1
    hand.clock.now = made.ends_at
    assert remind(hand) == 0


def test_moved_or_cancelled_its_reminder_is_not_sent_any_more(
    light_hand: Hand, tmp_path_factory: pytest.TempPathFactory
) -> None:
    hand = light_hand.world()
    moved, cancelled, stands = hand.book(9, 10), hand.book(11, 12), hand.book(14, 15)
    hand.clock.now = DAY - 2 * HOURS
    hand.do(lambda s: plan(s, now=hand.clock()))
    assert len(reminders(hand)) == 6  # those of a day before were missed and are caught up
    hand.do(lambda s: bookings.cancel(s, member(s), cancelled.id, now=hand.clock()))
    later = moved.starts_at + 7 * HOURS
    hand.do(
        lambda s: bookings.move(
            s, member(s), moved.id, starts_at=later, ends_at=later + HOURS, now=hand.clock()
        )
    )
    hand.do(lambda s: plan(s, now=hand.clock()))
    assert len(reminders(hand)) == 7  # and the new time's two hours before
    hand.clock.now = stands.starts_at - 2 * HOURS
    queue = DeliveryQueue(open_huey(None, tmp_path_factory.mktemp("queue")))
    post = PostOffice(hand.database, {"web": WebChannel(0)}, hand.clock, queue)
    with hand.database.reading() as session:
        address = members.web_address(member(session).id)
    post.deliver("web", address)
    states = Counter(str(state) for _, state in reminders(hand))
    assert states == {"expired": 5, "sent": 1, "queued": 1}  # a day before is past by now
    with hand.database.reading() as session:
        other = OutboxMessage(rule="reply", dedupe_key="reply:1")
        assert still_true(session, other)
