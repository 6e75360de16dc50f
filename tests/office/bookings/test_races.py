"""Eight processes at once, on both databases: nothing twice, nothing lost, no unhandled lock."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

from sqlalchemy import select

from office import bookings
from office.bookings import Wish
from office.database import Database
from office.models import (
    Approval,
    Booking,
    BookingEvent,
    BookingState,
    EventKind,
    WaitlistEntry,
    WaitState,
)
from tests.conftest import NOW
from tests.office.bookings import racers
from tests.office.bookings.racers import QUARTER, RACERS
from tests.office.bookings.world import DAY, base_of, broken, build, member

SLOTS = 500


def url_of(database: Database) -> str:
    return database.engine.url.render_as_string(hide_password=False)


def errors_of(came: Counter[str]) -> list[str]:
    return [what for what in came if what.startswith("error")]


def test_eight_processes_race_for_500_slots(database: Database) -> None:
    with database.writing() as session:
        build(session)
    came = racers.run(racers.book_slots, url_of(database), SLOTS)
    assert errors_of(came) == []
    assert came["booked"] + came["taken"] == RACERS * SLOTS
    assert came["told"] == came["taken"], "somebody who lost was not told what is free"
    with database.reading() as session:
        assert broken(session) == []
        made = session.scalars(select(Booking)).all()
        assert len(made) == came["booked"] >= SLOTS
        halls = Counter(one.starts_at for one in made if one.head_count == 50)
        parts = Counter(one.starts_at for one in made if one.head_count == 20)
    assert set(halls.values()) == {1}
    assert not halls.keys() & parts.keys(), "a hall was booked whole beside its part"
    assert len(halls.keys() | parts.keys()) == SLOTS


def requests(database: Database, count: int, approval: Approval) -> None:
    """One request for each of the first quarters of an hour of DAY, for the whole hall."""
    with database.writing() as session:
        build(session, approval=approval)
        for n in range(count):
            start = DAY + timedelta(hours=9) + n * QUARTER
            wish = Wish(base_of(session), start, start + QUARTER, 50, "党课")
            bookings.book(session, member(session), wish, request_key=f"r{n}", now=NOW)


def test_keepers_approve_decline_and_the_branch_cancels_at_once(database: Database) -> None:
    """Each request is decided once; whoever comes later is told so."""
    count = 30
    requests(database, count, Approval.KEEPER)
    came = racers.run(racers.decide, url_of(database), count)
    assert errors_of(came) == []
    assert "changed_meanwhile" not in came
    with database.reading() as session:
        assert broken(session) == []
        decisions = Counter(
            event.booking_id
            for event in session.scalars(select(BookingEvent))
            if event.kind in {EventKind.APPROVED, EventKind.DECLINED}
        )
        states = Counter(booking.state for booking in session.scalars(select(Booking)))
    assert set(decisions.values()) <= {1}
    assert set(states) <= {BookingState.CANCELLED, BookingState.DECLINED, BookingState.CONFIRMED}
    assert BookingState.CONFIRMED not in states, "a cancelled request was approved after all"


def test_what_frees_is_offered_once_however_many_wait_and_cancel(database: Database) -> None:
    count = 20
    requests(database, count, Approval.NONE)
    came = racers.run(racers.free_and_wait, url_of(database), count)
    assert errors_of(came) == []
    assert came["cancelled"] == count
    with database.reading() as session:
        assert broken(session) == []
        offers = Counter(
            event.detail["waitlist"]
            for event in session.scalars(select(BookingEvent))
            if event.kind == EventKind.OFFERED
        )
        entries = session.scalars(select(WaitlistEntry)).all()
        served = Counter(
            entry.starts_at
            for entry in entries
            if entry.state in {WaitState.OFFERED, WaitState.TAKEN}
        )
    assert offers
    assert set(offers.values()) == {1}, "a place was offered to the same person twice"
    assert set(served.values()) == {1}, "a place was offered to two"
