"""Who waits is served in order, once, for a set time."""

from __future__ import annotations

from datetime import timedelta

from office import bookings
from office.bookings import due, keeping, waitlist
from office.models import Approval, BookingState, Member, MemberState, WaitlistEntry, WaitState
from tests.office.bookings.conftest import Hand
from tests.office.bookings.world import DAY, KEEPER, base_of, member


def wait(hand: Hand, who: str, *what: float) -> int:
    return hand.do(
        lambda s: waitlist.join(s, member(s, who), hand.wish(s, *what), now=hand.clock())
    ).id


def entry(hand: Hand, entry_id: int) -> WaitlistEntry:
    with hand.database.reading() as session:
        found = session.get_one(WaitlistEntry, entry_id)
        assert found.booking is None or found.booking.room
        return found


def cancel(hand: Hand, booking_id: int) -> None:
    hand.do(lambda s: bookings.cancel(s, member(s), booking_id, now=hand.clock()))


def step(hand: Hand) -> dict[str, int]:
    return dict(hand.do(lambda s: due.step(s, now=hand.clock())))


def test_the_first_in_line_is_offered_what_frees_and_it_is_kept_for_him(hand: Hand) -> None:
    made = hand.world(offer_minutes=60).book()
    first, second = wait(hand, "B2M1"), wait(hand, "B3M1")
    cancel(hand, made.id)
    offer = entry(hand, first).booking
    assert offer is not None
    assert (offer.state, offer.decide_by) == (
        BookingState.OFFERED,
        hand.clock() + timedelta(minutes=60),
    )
    assert entry(hand, second).state == WaitState.WAITING
    assert hand.refused(lambda s: _book(s, hand)) == "slot_taken"
    taken = hand.do(lambda s: waitlist.take(s, member(s, "B2M1"), first, now=hand.clock()))
    assert (taken.id, taken.state) == (offer.id, BookingState.CONFIRMED)
    assert (
        hand.refused(lambda s: waitlist.take(s, member(s, "B2M1"), first, now=hand.clock()))
        == "offer_taken"
    )


def _book(session, hand):  # type: ignore[no-untyped-def]
    made = hand.wish(session)
    return bookings.book(session, member(session), made, request_key="x", now=hand.clock())


def test_an_offer_that_runs_out_goes_to_the_next(hand: Hand) -> None:
    made = hand.world(offer_minutes=60).book()
    first, second = wait(hand, "B2M1"), wait(hand, "B3M1")
    cancel(hand, made.id)
    hand.clock.move(minutes=59)
    assert step(hand) == {}
    hand.clock.move(minutes=1)
    late = hand.refused(lambda s: waitlist.take(s, member(s, "B2M1"), first, now=hand.clock()))
    assert late == "offer_over"
    assert step(hand) == {"lapsed": 1}
    assert (entry(hand, first).state, entry(hand, second).state) == ("lapsed", "offered")
    assert step(hand) == {}


def test_who_does_not_want_it_any_more_lets_the_next_have_it(light_hand: Hand) -> None:
    hand = light_hand
    made = hand.world().book()
    first, second = wait(hand, "B2M1"), wait(hand, "B3M1")
    cancel(hand, made.id)
    for _ in range(2):  # the same tap twice
        hand.do(lambda s: waitlist.leave(s, member(s, "B2M1"), first, now=hand.clock()))
    assert (entry(hand, first).state, entry(hand, second).state) == ("left", "offered")


def test_one_that_does_not_fit_is_passed_over_and_two_may_fit_at_once(light_hand: Hand) -> None:
    hand = light_hand
    made = hand.world().book(14, 16, people=50)
    hand.book(12, 14, who="B1M0")
    longer = wait(hand, "B2M1", 13, 16, 50)
    parts = [wait(hand, who, 14, 15, 20) for who in ("B2M0", "B3M1")]
    cancel(hand, made.id)
    assert entry(hand, longer).state == WaitState.WAITING
    assert [entry(hand, part).state for part in parts] == ["offered", "offered"]


def test_moving_and_declining_and_lifting_free_a_place_too(light_hand: Hand) -> None:
    hand = light_hand.world(approval=Approval.KEEPER)
    made = hand.book(10, 11)
    waits = wait(hand, "B2M1", 10, 11)
    hand.do(
        lambda s: bookings.move(
            s,
            member(s),
            made.id,
            starts_at=DAY + timedelta(hours=12),
            ends_at=DAY + timedelta(hours=13),
            now=hand.clock(),
        )
    )
    assert entry(hand, waits).state == WaitState.OFFERED
    waits = wait(hand, "B3M1", 12, 13)
    hand.do(lambda s: bookings.decline(s, member(s, KEEPER), made.id, "", now=hand.clock()))
    assert entry(hand, waits).state == WaitState.OFFERED


def test_taking_an_offer_where_the_keeper_agrees_asks_him(light_hand: Hand) -> None:
    hand = light_hand.world(approval=Approval.KEEPER)
    made = hand.book()
    waits = wait(hand, "B2M1")
    cancel(hand, made.id)
    taken = hand.do(lambda s: waitlist.take(s, member(s, "B2M1"), waits, now=hand.clock()))
    assert taken.state == BookingState.HELD


def test_another_s_offer_is_nothing_to_anybody_else(light_hand: Hand) -> None:
    hand = light_hand.world()
    made = hand.book()
    waits = wait(hand, "B2M1")
    cancel(hand, made.id)
    for do in (waitlist.take, waitlist.leave):
        for number in (waits, 999, 0, 2**40):
            code = hand.refused(
                lambda s, do=do, number=number: do(s, member(s, "B3M1"), number, now=hand.clock())
            )
            assert code == "waitlist_not_found"


def test_joining_twice_is_one_place_in_line_and_ten_are_the_most(light_hand: Hand) -> None:
    hand = light_hand.world()
    hand.book(9, 17)
    assert wait(hand, "B2M1", 9, 10) == wait(hand, "B2M1", 9, 10)
    for n in range(9):
        wait(hand, "B2M1", 9.25 + n / 4, 10.25 + n / 4)
    code = hand.refused(
        lambda s: waitlist.join(s, member(s, "B2M1"), hand.wish(s, 15, 16), now=hand.clock())
    )
    assert code == "waits_for_too_much"


def test_waiting_for_what_is_free_is_offered_at_once(light_hand: Hand) -> None:
    waits = wait(light_hand.world(), "B2M1")
    assert entry(light_hand, waits).state == WaitState.OFFERED


def test_who_has_left_is_passed_over(light_hand: Hand) -> None:
    hand = light_hand.world()
    made = hand.book()
    first, second = wait(hand, "B2M1"), wait(hand, "B3M1")
    with hand.database.writing() as session:
        session.query(Member).filter_by(number="B2M1").one().state = MemberState.LEFT
    cancel(hand, made.id)
    assert (entry(hand, first).state, entry(hand, second).state) == ("left", "offered")


def test_when_it_is_too_late_to_book_nobody_waits_any_more(light_hand: Hand) -> None:
    hand = light_hand.world(hours_before=2)
    made = hand.book()
    waits = wait(hand, "B2M1")
    hand.clock.now = made.starts_at - timedelta(hours=1)
    step(hand)
    assert entry(hand, waits).state == WaitState.LAPSED


def test_an_offer_is_not_taken_once_the_base_is_closed_then(light_hand: Hand) -> None:
    hand = light_hand.world()
    waits = wait(hand, "B2M1")
    hand.do(
        lambda s: keeping.close(
            s, member(s, KEEPER), base_of(s), DAY, DAY + timedelta(days=1), now=hand.clock()
        )
    )
    code = hand.refused(lambda s: waitlist.take(s, member(s, "B2M1"), waits, now=hand.clock()))
    assert code == "closed_then"
