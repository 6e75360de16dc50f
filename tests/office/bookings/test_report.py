"""Figures of a quarter from bookings that are known, and the quarters themselves."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from office import bases
from office.bases import SHANGHAI
from office.bookings import quarters
from office.bookings.quarters import Quarter
from office.database import Database
from office.models import Booking, BookingState, Rating
from tests.office.bookings import world

STATES = (
    (BookingState.DONE, 20),
    (BookingState.DONE, 25),
    (BookingState.NO_SHOW, 10),
    (BookingState.CANCELLED, 10),
    (BookingState.DECLINED, 10),
    (BookingState.CONFIRMED, 10),
    (BookingState.LAPSED, 10),
)


def fill(session: Session, first: datetime) -> None:
    """A booking of each state, a day apart; the first two are rated 5 and 4."""
    base = world.build(session)
    member = world.member(session, "B1M0")
    for n, (state, people) in enumerate(STATES):
        booking = Booking(
            room_id=base.rooms[0].id,
            base_id=base.id,
            organisation_id=member.organisation_id,
            member_id=member.id,
            starts_at=first + timedelta(days=n),
            ends_at=first + timedelta(days=n, hours=1),
            head_count=people,
            purpose="党日",
            state=state,
            request_key=f"report {n}",
            created_at=first - timedelta(days=9),
        )
        session.add(booking)
        session.flush()
        if state == BookingState.DONE:
            rating = Rating(
                booking_id=booking.id, base_id=base.id, member_id=member.id, stars=5 - n, at=first
            )
            session.add(rating)


def test_the_figures_of_a_quarter(database: Database) -> None:
    with database.writing() as session:
        fill(session, datetime(2026, 10, 1, 0, 0, tzinfo=SHANGHAI))
    with database.reading() as session:
        some = bases.all_bases(session)
        [now] = quarters.usage_of(session, some, Quarter(2026, 4))
        [before] = quarters.usage_of(session, some, Quarter(2026, 3))
    assert (now.orders, now.activities, now.attendance) == (6, 2, 45)
    assert (now.cancelled, now.no_shows, now.rating, now.ratings) == (1, 1, 4.5, 2)
    assert (before.orders, before.activities, before.rating) == (0, 0, None)


@pytest.mark.parametrize(
    ("text", "quarter"),
    [
        ("2026Q4", Quarter(2026, 4)),
        (" 2027q1 ", Quarter(2027, 1)),
        ("2026Q5", None),
        ("26Q1", None),
        ("", None),
        ("２０２６Q4", None),
    ],
)
def test_a_quarter_is_read(text: str, quarter: Quarter | None) -> None:
    assert quarters.parse(text) == quarter


def test_quarters_follow_each_other_by_local_time() -> None:
    last = Quarter(2026, 4)
    assert (last.next, last.previous) == (Quarter(2027, 1), Quarter(2026, 3))
    assert last.next.previous == last
    assert quarters.of(last.next.start) == last.next
    assert quarters.of(last.next.start - timedelta(microseconds=1)) == last
