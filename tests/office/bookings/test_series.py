"""Series: which days they are, what is in the way, all or what is free."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest

from office import bookings
from office.bookings import recurrence, series
from office.bookings.recurrence import LAST, Rule
from office.bookings.series import Occurrence
from office.errors import InvalidBookingError, SeriesClashError
from office.models import Booking
from tests.office.bookings.conftest import Hand
from tests.office.bookings.world import base_of, member

FRIDAY = 4


def rule(nth: int | None, first: date, last: date, *, weekday: int = FRIDAY) -> Rule:
    return Rule(weekday, nth, time(14), time(16), first, last)


@pytest.mark.parametrize(
    ("nth", "first", "last", "found"),
    [
        (2, date(2026, 12, 1), date(2027, 2, 28), ["12-11", "01-08", "02-12"]),
        (2, date(2026, 12, 12), date(2027, 1, 8), ["01-08"]),
        (LAST, date(2027, 12, 1), date(2028, 2, 29), ["12-31", "01-28", "02-25"]),
        (5, date(2026, 12, 1), date(2027, 2, 1), [None, "01-29", None]),
        (None, date(2027, 12, 30), date(2028, 1, 14), ["12-31", "01-07", "01-14"]),
        (None, date(2028, 2, 25), date(2028, 3, 3), ["02-25", "03-03"]),
    ],
)
def test_the_days_of_a_rule(
    nth: int | None, first: date, last: date, found: list[str | None]
) -> None:
    days = [day and f"{day:%m-%d}" for _, day in recurrence.days(rule(nth, first, last))]
    assert days == found


WEEKLY = rule(None, date(2026, 12, 1), date(2026, 12, 25))


def book(hand: Hand, what: Rule = WEEKLY, *, only_free: bool = False, key: str = "s") -> list[int]:
    done = hand.do(
        lambda s: series.book(
            s,
            member(s),
            base_of(s),
            what,
            head_count=50,
            purpose="党课",
            request_key=key,
            now=hand.clock(),
            only_free=only_free,
        )
    )
    return [booking.id for booking in done.bookings]


def test_a_series_is_booked_whole_and_once(hand: Hand) -> None:
    hand.world()
    made = book(hand)
    assert len(made) == 4
    assert book(hand) == made


def test_with_a_clash_nothing_is_booked_and_what_is_near_is_shown(hand: Hand) -> None:
    hand.world()
    hand.book(24 * 9 + 15, 24 * 9 + 17, who="B2M1")  # Friday the 11th
    with pytest.raises(SeriesClashError) as raised:
        book(hand)
    plan = raised.value.plan
    assert [one.problem for one in plan] == [None, "slot_taken", None, None]
    assert [place.starts_at.strftime("%d %H:%M") for place in plan[1].alternatives] == [
        "11 13:00",
        "11 12:00",
    ]
    with hand.database.reading() as session:
        assert session.query(Booking).count() == 1
    assert len(book(hand, only_free=True)) == 3


def test_moving_and_cancelling_one_leaves_the_others(light_hand: Hand) -> None:
    hand = light_hand.world()
    first, second, *others = book(hand)
    later = hand.booking(first).ends_at + timedelta(minutes=30)
    hand.do(lambda s: bookings.move(s, member(s), first, ends_at=later, now=hand.clock()))
    hand.do(lambda s: bookings.cancel(s, member(s), second, now=hand.clock()))
    assert hand.booking(first).ends_at == later
    assert hand.state(second) == "cancelled"
    assert {(hand.state(one), hand.booking(one).version) for one in others} == {("confirmed", 0)}


def plan(hand: Hand, what: Rule) -> list[Occurrence]:
    with hand.database.reading() as session:
        return series.plan(
            session,
            member(session),
            base_of(session),
            what,
            head_count=50,
            purpose=None,
            now=hand.clock(),
        )


def test_why_a_time_cannot_be_booked_is_said(light_hand: Hand) -> None:
    """No fifth Friday in December; New Year is told of; February is too far ahead."""
    hand = light_hand.world(quota_per_month=3)
    monthly = rule(5, date(2026, 12, 1), date(2027, 4, 30))
    assert [one.problem for one in plan(hand, monthly)] == [
        "no_such_day",
        "too_far_ahead",  # 29 January is 67 days away
        "no_such_day",
        "no_such_day",
        "too_far_ahead",
    ]
    weekly = rule(None, date(2026, 12, 1), date(2027, 1, 1))
    found = plan(hand, weekly)
    assert [one.problem for one in found] == [None, None, None, "quota_reached", None]
    assert [one.holiday for one in found] == [None, None, None, None, "元旦"]


@pytest.mark.parametrize(
    ("what", "code"),
    [
        (rule(0, date(2026, 12, 1), date(2026, 12, 31)), "no_such_series"),
        (rule(6, date(2026, 12, 1), date(2026, 12, 31)), "no_such_series"),
        (rule(5, date(2026, 12, 1), date(2026, 12, 31)), "no_such_series"),
        (rule(1, date(2026, 12, 31), date(2026, 12, 1)), "no_such_series"),
        (rule(None, date(2026, 12, 1), date(2126, 12, 1)), "series_too_long"),
        (rule(None, date(2026, 12, 1), date(2028, 12, 1)), "series_too_long"),
    ],
)
def test_rules_that_make_no_sense(light_hand: Hand, what: Rule, code: str) -> None:
    light_hand.world()
    with pytest.raises(InvalidBookingError) as raised:
        plan(light_hand, what)
    assert raised.value.code == code
