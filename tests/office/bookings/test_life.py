"""Approval, moving, cancelling, quota, buffers, limits: who may what, and when."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest

from office import bookings
from office.bases import SHANGHAI
from office.bookings import Wish, keeping
from office.errors import InvalidBookingError
from office.models import Approval, BookingState, MemberState
from tests.office.bookings.conftest import Hand, book_for
from tests.office.bookings.world import (
    DAY,
    KEEPER,
    OTHER_KEEPER,
    base_of,
    member,
)

HOUR = timedelta(hours=1)


def test_a_request_holds_its_room_until_it_is_decided(hand: Hand) -> None:
    held = hand.world(approval=Approval.KEEPER).book()
    assert held.state == BookingState.HELD
    assert held.decide_by == hand.clock() + timedelta(hours=24)
    assert hand.refused(lambda s: book_for(s, hand, "B2M1")) == "slot_taken"
    hand.do(lambda s: bookings.approve(s, member(s, KEEPER), held.id, now=hand.clock()))
    assert hand.refused(lambda s: book_for(s, hand, "B2M1")) == "slot_taken"
    assert (hand.state(held.id), hand.booking(held.id).decided_by_id) == (
        "confirmed",
        hand.do(lambda s: member(s, KEEPER).id),
    )


def test_what_is_declined_is_free_for_others_and_says_why(hand: Hand) -> None:
    held = hand.world(approval=Approval.KEEPER).book()
    hand.do(
        lambda s: bookings.decline(s, member(s, KEEPER), held.id, " 设备检修 ", now=hand.clock())
    )
    assert (hand.state(held.id), hand.booking(held.id).reason) == ("declined", "设备检修")
    assert hand.book(who="B2M1").state == BookingState.HELD


def test_two_keepers_decide_once(hand: Hand) -> None:
    held = hand.world(approval=Approval.KEEPER).book()
    hand.do(lambda s: bookings.approve(s, member(s, KEEPER), held.id, now=hand.clock()))
    for again in (
        lambda s: bookings.approve(s, member(s, OTHER_KEEPER), held.id, now=hand.clock()),
        lambda s: bookings.decline(s, member(s, OTHER_KEEPER), held.id, "", now=hand.clock()),
    ):
        assert hand.refused(again) == "already_decided"


def test_a_request_that_was_cancelled_is_not_approved(hand: Hand) -> None:
    held = hand.world(approval=Approval.KEEPER).book()
    hand.do(lambda s: bookings.cancel(s, member(s), held.id, now=hand.clock()))
    assert (
        hand.refused(lambda s: bookings.approve(s, member(s, KEEPER), held.id, now=hand.clock()))
        == "already_cancelled"
    )


@pytest.mark.parametrize("who", ["B1M1", "B1M0", "B2M0"])
def test_to_who_keeps_no_base_there_is_nothing_to_decide(light_hand: Hand, who: str) -> None:
    hand = light_hand.world(approval=Approval.KEEPER)
    held = hand.book()
    for do in (bookings.approve, lambda *a, **b: bookings.decline(*a, "", **b)):
        assert hand.refused(lambda s, do=do: do(s, member(s, who), held.id, now=hand.clock())) == (
            "booking_not_found"
        )


def test_approval_looks_at_the_rules_again(light_hand: Hand) -> None:
    hand = light_hand.world(approval=Approval.KEEPER)
    held = hand.book()
    hand.do(
        lambda s: keeping.close(
            s, member(s, KEEPER), base_of(s), DAY, DAY + timedelta(days=1), now=hand.clock()
        )
    )
    assert (
        hand.refused(lambda s: bookings.approve(s, member(s, KEEPER), held.id, now=hand.clock()))
        == "closed_then"
    )
    assert hand.state(held.id) == "held"


def test_past_the_deadline_only_the_keeper_cancels(light_hand: Hand) -> None:
    hand = light_hand.world(cancel_hours=24)
    made = hand.book()
    hand.clock.now = made.starts_at - 24 * HOUR
    assert hand.do(lambda s: bookings.by_id(s, member(s), made.id)).id == made.id
    hand.clock.move(seconds=1)
    for change in (bookings.cancel, bookings.move):
        assert (
            hand.refused(lambda s, change=change: change(s, member(s), made.id, now=hand.clock()))
            == "cancel_too_late"
        )
    hand.do(
        lambda s: bookings.cancel(s, member(s, KEEPER), made.id, now=hand.clock(), reason="停电")
    )
    assert hand.booking(made.id).reason == "停电"


def test_at_the_deadline_itself_one_may_still_cancel(light_hand: Hand) -> None:
    hand = light_hand.world(cancel_hours=24)
    made = hand.book()
    hand.clock.now = made.starts_at - 24 * HOUR
    hand.do(lambda s: bookings.cancel(s, member(s), made.id, now=hand.clock()))


def test_a_quota_counts_a_branch_and_a_calendar_month(light_hand: Hand) -> None:
    hand = light_hand.world(quota_per_month=2)
    first = hand.book(9, 10)
    hand.book(10, 11)
    assert hand.refused(lambda s: book_for(s, hand, "B1M0", 11, 12)) == "quota_reached"
    assert hand.book(11, 12, who="B2M1").id
    next_month = 24 * 30  # 1 January
    assert hand.book(next_month + 9, next_month + 10).id
    hand.do(  # what is moved within its month does not count twice
        lambda s: bookings.move(s, member(s), first.id, head_count=40, now=hand.clock())
    )
    hand.do(lambda s: bookings.cancel(s, member(s), first.id, now=hand.clock()))
    assert hand.book(12, 13).id


def test_buffers_keep_bookings_apart_and_do_not_share(light_hand: Hand) -> None:
    """15 minutes before and 30 after: 45 between two bookings."""
    hand = light_hand.world(buffer_before=15, buffer_after=30)
    hand.book(9, 12)
    assert hand.refused(lambda s: book_for(s, hand, "B2M1", 12.5, 13)) == "slot_taken"
    assert hand.refused(lambda s: book_for(s, hand, "B2M1", 12.7, 13)) == "slot_taken"
    assert hand.book(12.75, 13.25, who="B2M1").id


def test_a_room_has_a_fewest_number_of_people(light_hand: Hand) -> None:
    hand = light_hand.world()
    for name, least in (("大厅", 31), ("东", 5), ("西", 8)):
        hand.do(
            lambda s, name=name, least=least: keeping.set_capacity(
                s,
                member(s, KEEPER),
                next(room for room in base_of(s).rooms if room.name == name),
                least,
                60 if name == "大厅" else 30,
                now=hand.clock(),
            )
        )
    with pytest.raises(InvalidBookingError) as raised:
        hand.book(people=4)
    assert (raised.value.code, raised.value.detail) == ("too_few", {"minimum": 5})
    assert hand.book(people=6).room.name == "东"
    assert hand.refused(lambda s: book_for(s, hand, "B2M1", people=6)) == "slot_taken"


@pytest.mark.parametrize("purpose", ["🎉🎉", "——", "  ", "。。。"])
def test_a_purpose_says_something(light_hand: Hand, purpose: str) -> None:
    hand = light_hand.world()
    assert hand.refused(lambda s: book_for(s, hand, "B1M1", purpose=purpose)) == "no_purpose"


@pytest.mark.parametrize("number", [0, -1, 999, 2**31, 10**20])
def test_a_number_that_is_no_booking(hand: Hand, number: int) -> None:
    hand.world().book()
    for do in (bookings.cancel, bookings.move, bookings.approve, bookings.by_id):
        late = {} if do is bookings.by_id else {"now": hand.clock()}
        assert (
            hand.refused(lambda s, do=do, late=late: do(s, member(s), number, **late))
            == "booking_not_found"
        )


def test_ten_to_the_nine_people_do_not_fit_anywhere(hand: Hand) -> None:
    hand.world()
    assert hand.refused(lambda s: book_for(s, hand, "B1M1", people=10**9)) == "too_many"
    assert hand.refused(lambda s: book_for(s, hand, "B1M1", people=10**12)) == "too_many"


def test_who_has_left_may_not_even_look(light_hand: Hand) -> None:
    hand = light_hand.world()
    made = hand.book()

    def leave(session) -> None:  # type: ignore[no-untyped-def]
        member(session).state = MemberState.LEFT

    hand.do(leave)
    assert hand.refused(lambda s: bookings.by_id(s, member(s), made.id)) == "booking_not_found"
    assert hand.do(lambda s: bookings.by_id(s, member(s, "B1M0"), made.id)).id == made.id
    assert (
        hand.refused(lambda s: bookings.by_id(s, member(s, "B2M0"), made.id)) == "booking_not_found"
    )


def night(session, day: datetime, start: float, end: float) -> Wish:  # type: ignore[no-untyped-def]
    begin, until = (day + timedelta(hours=hour) for hour in (start, end))
    return Wish(base_of(session), begin, until, 50, "党课")


@pytest.mark.parametrize(
    ("day", "start", "end", "code"),
    [
        (date(2026, 12, 31), 22, 26, None),  # over the end of the year
        (date(2028, 2, 29), 22, 25, None),  # into 1 March of a leap year
        (date(2026, 12, 31), 20, 24, None),  # up to midnight
        (date(2026, 12, 31), 22, 26.5, "closed"),
        (date(2027, 1, 1), 0, 2, None),  # begins at midnight, open since the day before
        (date(2027, 1, 1), 1, 3, "closed"),
    ],
)
def test_over_midnight_only_where_the_base_is_open(
    light_hand: Hand, day: date, start: float, end: float, code: str | None
) -> None:
    hand = light_hand.world(days_ahead=400)
    midnight = datetime.combine(day, time(), SHANGHAI)
    hand.clock.now = midnight - timedelta(days=3)
    hours = [(weekday, time(18), time(2)) for weekday in range(7)]
    hand.do(lambda s: keeping.set_hours(s, member(s, KEEPER), base_of(s), hours, now=hand.clock()))

    def look(session):  # type: ignore[no-untyped-def]
        return bookings.check(session, night(session, midnight, start, end), now=hand.clock())

    if code is None:
        assert hand.do(look).name == "大厅"
    else:
        assert hand.refused(look) == code


def test_nobody_stays_longer_than_a_day(light_hand: Hand) -> None:
    hand = light_hand.world()
    hours = [(weekday, time(0), time(0)) for weekday in range(7)]
    hand.do(lambda s: keeping.set_hours(s, member(s, KEEPER), base_of(s), hours, now=hand.clock()))
    assert hand.book(0, 24).id
    assert (
        hand.refused(lambda s: bookings.check(s, night(s, DAY, 24, 48.5), now=hand.clock()))
        == "too_long_booking"
    )
