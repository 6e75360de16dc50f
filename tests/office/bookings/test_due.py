"""What the clock does: silence, what is over, and all of it once, however late."""

from __future__ import annotations

from datetime import timedelta

import pytest

from office import bookings
from office.bookings import checkin, due, feedback, keeping
from office.models import Approval, OnSilence, Rating
from tests.office.bookings.conftest import Hand
from tests.office.bookings.world import DAY, KEEPER, base_of, member


def step(hand: Hand) -> dict[str, int]:
    return dict(hand.do(lambda s: due.step(s, now=hand.clock())))


@pytest.mark.parametrize(
    ("silence", "becomes"), [(OnSilence.APPROVE, "confirmed"), (OnSilence.DECLINE, "declined")]
)
def test_silence_escalates_once_and_then_follows_the_rule(
    hand: Hand, silence: OnSilence, becomes: str
) -> None:
    rules = {"approval_hours": 24, "escalation_hours": 12, "on_silence": silence}
    made = hand.world(approval=Approval.KEEPER, **rules).book()
    hand.clock.move(hours=24, seconds=-1)
    assert step(hand) == {}
    hand.clock.move(seconds=1)
    assert step(hand) == {"escalated": 1}
    assert step(hand) == {}
    hand.clock.move(hours=12)
    assert sum(step(hand).values()) == 1
    assert (hand.state(made.id), step(hand)) == (becomes, {})


def test_a_request_on_short_notice_is_decided_before_it_begins(light_hand: Hand) -> None:
    hand = light_hand
    hand.clock.now = DAY + timedelta(hours=10)
    made = hand.world(approval=Approval.KEEPER).book(14, 16)
    assert made.decide_by == DAY + timedelta(hours=12)
    hand.clock.now = made.decide_by
    step(hand)
    assert hand.booking(made.id).decide_by == DAY + timedelta(hours=13)


def test_after_a_long_stop_a_request_is_declined_not_approved(light_hand: Hand) -> None:
    hand = light_hand
    made = hand.world(approval=Approval.KEEPER, on_silence=OnSilence.APPROVE).book()
    hand.clock.now = made.ends_at + timedelta(days=1)
    assert step(hand) == {"declined": 1}


def test_silence_does_not_approve_what_the_base_forbids_by_now(light_hand: Hand) -> None:
    hand = light_hand
    made = hand.world(approval=Approval.KEEPER, on_silence=OnSilence.APPROVE).book()
    hand.do(
        lambda s: keeping.close(
            s, member(s, KEEPER), base_of(s), DAY, DAY + timedelta(days=1), now=hand.clock()
        )
    )
    for _ in range(2):
        hand.clock.move(hours=24)
        step(hand)
    with hand.database.reading() as session:
        last = bookings.history(session, hand.booking(made.id))[-1]
    assert (hand.state(made.id), last.detail) == ("declined", {"code": "closed_then"})


def test_what_is_over_is_done_where_nobody_checks_in(hand: Hand) -> None:
    made = hand.world().book()
    hand.clock.now = made.ends_at
    assert step(hand) == {"done": 1}
    assert step(hand) == {}


def test_who_never_checked_in_did_not_come(hand: Hand) -> None:
    made = hand.world(uses_check_in=True).book()
    hand.clock.now = made.ends_at + due.GRACE - timedelta(seconds=1)
    assert step(hand) == {}
    hand.clock.move(seconds=1)
    assert step(hand) == {"no_show": 1}


def test_the_poster_at_the_base_checks_the_branch_in(hand: Hand) -> None:
    """By anybody of the branch, from half an hour before; a second time changes nothing."""
    hand.world(uses_check_in=True)
    old = hand.do(
        lambda s: keeping.new_checkin_code(s, member(s, KEEPER), base_of(s), now=hand.clock())
    )
    token = hand.do(
        lambda s: keeping.new_checkin_code(s, member(s, KEEPER), base_of(s), now=hand.clock())
    )
    assert len(checkin.PREFIX + token) <= 64
    made = hand.book()

    def check_in(who: str, code: str = token):  # type: ignore[no-untyped-def]
        return lambda s: checkin.check_in(s, member(s, who), code, now=hand.clock())

    hand.clock.now = made.starts_at - timedelta(minutes=31)
    assert hand.refused(check_in("B1M0")) == "nothing_to_check_in"
    hand.clock.move(minutes=1)
    assert hand.refused(check_in("B1M0", old)) == "checkin_unknown"
    assert hand.refused(check_in("B2M1")) == "nothing_to_check_in"
    assert hand.do(check_in("B1M0")).state == "checked_in"
    assert hand.do(check_in("B1M1")).version == 1
    hand.clock.now = made.ends_at
    assert step(hand) == {"done": 1}


def test_the_keeper_checks_in_within_the_same_time(light_hand: Hand) -> None:
    hand = light_hand.world(uses_check_in=True)
    made = hand.book()

    def check_in(who: str):  # type: ignore[no-untyped-def]
        return lambda s: checkin.check_in_by_keeper(s, member(s, who), made.id, now=hand.clock())

    assert hand.refused(check_in(KEEPER)) == "nothing_to_check_in"
    hand.clock.now = made.starts_at
    assert hand.refused(check_in("B1M0")) == "booking_not_found"
    assert hand.do(check_in(KEEPER)).state == "checked_in"


def test_feedback_is_given_once_a_person_and_reports_say_nobody(light_hand: Hand) -> None:
    hand = light_hand.world()
    made = hand.book()

    def rate(who: str, stars: int):  # type: ignore[no-untyped-def]
        return lambda s: feedback.rate(s, member(s, who), made.id, stars, now=hand.clock())

    assert hand.refused(rate("B1M1", 5)) == "not_over"
    hand.clock.now = made.ends_at
    step(hand)
    assert hand.refused(rate("B2M1", 1)) == "booking_not_found"
    assert hand.refused(rate("B1M1", 6)) == "no_stars"
    hand.do(rate("B1M1", 2))
    hand.do(rate("B1M1", 4))
    hand.do(rate("B1M0", 5))
    hand.do(lambda s: feedback.say_more(s, member(s), made.id, " 讲解很好 ", now=hand.clock()))
    with hand.database.reading() as session:
        assert session.query(Rating).count() == 2
        span = (DAY - timedelta(days=90), DAY + timedelta(days=90))
        (one,) = feedback.usage(session, [base_of(session)], *span)
        said = feedback.sentences(session, base_of(session), *span)
    figures = (one.year, one.quarter, one.orders, one.activities, one.attendance, one.rating)
    assert figures == (2026, 4, 1, 1, 50, 4.5)
    assert said == [(4, "讲解很好")]
