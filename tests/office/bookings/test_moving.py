"""Moving a booking."""

from __future__ import annotations

from datetime import timedelta

from office import bookings
from office.models import Approval, BookingState
from tests.office.bookings.conftest import Hand, book_for
from tests.office.bookings.world import (
    DAY,
    KEEPER,
    member,
)

HOUR = timedelta(hours=1)


def test_moving_takes_the_new_place_and_frees_the_old(hand: Hand) -> None:
    made = hand.world().book(14, 16)
    moved = hand.do(
        lambda s: bookings.move(
            s,
            member(s),
            made.id,
            starts_at=made.starts_at + HOUR,
            ends_at=made.ends_at + HOUR,
            now=hand.clock(),
        )
    )
    assert (moved.starts_at, moved.state) == (DAY + 15 * HOUR, BookingState.CONFIRMED)
    assert hand.book(14, 15, who="B2M1").starts_at == DAY + 14 * HOUR  # and overlaps itself


def test_moving_to_a_place_that_is_taken_loses_nothing(hand: Hand) -> None:
    made = hand.world().book(10, 12)
    hand.book(14, 16, who="B2M1")
    code = hand.refused(
        lambda s: bookings.move(
            s,
            member(s),
            made.id,
            starts_at=DAY + 15 * HOUR,
            ends_at=DAY + 17 * HOUR,
            now=hand.clock(),
        )
    )
    assert code == "slot_taken"
    assert hand.booking(made.id).starts_at == DAY + 10 * HOUR
    assert hand.refused(lambda s: book_for(s, hand, "B3M1", 10, 12)) == "slot_taken"


def test_more_people_get_a_larger_room_and_fewer_stay(light_hand: Hand) -> None:
    made = light_hand.world().book(people=20)
    assert made.room.name == "东"
    more = light_hand.do(
        lambda s: bookings.move(s, member(s), made.id, head_count=50, now=light_hand.clock())
    )
    assert more.room.name == "大厅"
    fewer = light_hand.do(
        lambda s: bookings.move(s, member(s), made.id, head_count=40, now=light_hand.clock())
    )
    assert (fewer.room.name, fewer.version) == ("大厅", 2)


def test_another_time_is_a_new_request_where_the_keeper_agrees(light_hand: Hand) -> None:
    hand = light_hand.world(approval=Approval.KEEPER)
    made = hand.book()
    hand.do(lambda s: bookings.approve(s, member(s, KEEPER), made.id, now=hand.clock()))
    hand.do(lambda s: bookings.move(s, member(s), made.id, purpose="党课", now=hand.clock()))
    assert hand.state(made.id) == "confirmed"
    later = made.ends_at + HOUR / 2
    hand.do(lambda s: bookings.move(s, member(s), made.id, ends_at=later, now=hand.clock()))
    assert hand.state(made.id) == "held"


def test_moving_nothing_and_moving_an_old_version(light_hand: Hand) -> None:
    hand = light_hand.world()
    made = hand.book()
    hand.do(lambda s: bookings.move(s, member(s), made.id, head_count=50, now=hand.clock()))
    assert hand.booking(made.id).version == 0
    hand.do(lambda s: bookings.move(s, member(s), made.id, head_count=45, now=hand.clock()))
    assert (
        hand.refused(
            lambda s: bookings.move(
                s, member(s), made.id, head_count=40, version=0, now=hand.clock()
            )
        )
        == "changed_meanwhile"
    )
