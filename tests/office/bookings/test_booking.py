from __future__ import annotations

import threading
from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from office import bases, bookings
from office.database import Database
from office.errors import (
    InvalidBookingError,
    NotAllowedError,
    NotFoundError,
    SlotTakenError,
    ZhibuError,
)
from office.models import (
    Booking,
    BookingEvent,
    BookingState,
    EventKind,
    MemberState,
    Occupancy,
)
from tests.conftest import NOW
from tests.office.bookings.district import WEDNESDAY, book, member, wish


def test_a_booking_takes_the_smallest_room_that_is_free(district: Database) -> None:
    with district.writing() as session:
        made = bookings.book(session, member(session), wish(session), request_key="a", now=NOW)
        assert (made.room.name, made.state) == ("宣誓厅东区", BookingState.CONFIRMED)
        assert made.organisation.name == "晨光社区第一网格党支部"
        assert session.query(BookingEvent).one().kind == EventKind.BOOKED


def test_the_same_request_books_once(district: Database) -> None:
    assert book(district, "a").id == book(district, "a").id
    with district.reading() as session:
        assert session.query(Booking).count() == 1


def test_a_taken_base_gives_its_other_rooms_and_then_refuses(district: Database) -> None:
    assert book(district, "a").room_id != book(district, "b", "M0050").room_id
    with pytest.raises(SlotTakenError):
        book(district, "c", "M0090")


def test_a_hall_booked_whole_conflicts_with_its_parts(district: Database) -> None:
    book(district, "whole", people=50)
    with pytest.raises(SlotTakenError):
        book(district, "part", people=10)


def test_a_part_that_is_taken_keeps_the_hall_from_being_booked_whole(district: Database) -> None:
    book(district, "part", people=10)
    with pytest.raises(SlotTakenError):
        book(district, "whole", people=50)


def test_one_may_begin_when_the_other_ends(district: Database) -> None:
    book(district, "whole", people=50, start=14, end=15)
    book(district, "next", people=50, start=15, end=16)


def test_what_is_cancelled_is_free_again(district: Database) -> None:
    made = book(district, "whole", people=50)
    with district.writing() as session:
        bookings.cancel(session, member(session), made.id, now=NOW)
    book(district, "again", people=50)


@pytest.mark.parametrize(
    ("start", "end", "people", "code"),
    [
        (16, 14, 5, "end_before_start"),
        (14, 14, 5, "end_before_start"),
        (14, 14.1, 5, "too_short"),
        (8, 10, 5, "closed"),
        (16, 18, 5, "closed"),
        (14, 40, 5, "closed"),
        (-24 * 20, -24 * 20 + 1, 5, "in_the_past"),
        (24 * 365 * 3, 24 * 365 * 3 + 1, 5, "too_far_ahead"),
        (14, 16, 0, "nobody_comes"),
        (14, 16, 10**9, "too_many"),
    ],
)
def test_what_the_base_does_not_allow(
    small_district: Database, start: float, end: float, people: int, code: str
) -> None:
    with small_district.writing() as session:
        with pytest.raises(InvalidBookingError) as raised:
            bookings.check(session, wish(session, start, end, people), now=NOW)
        assert raised.value.code == code


def test_a_purpose_is_needed(small_district: Database) -> None:
    with small_district.reading() as session, pytest.raises(InvalidBookingError) as raised:
        bookings.check(session, wish(session, purpose="  "), now=NOW)
    assert raised.value.code == "no_purpose"


def test_a_closed_weekday_is_closed(small_district: Database) -> None:
    with small_district.reading() as session:
        base = bases.by_code(session, "J1")
        assert base is not None
        monday = WEDNESDAY + timedelta(days=5)
        assert bases.free_times(session, base, monday.date(), 5, now=NOW) == []


def test_who_may_cancel(district: Database) -> None:
    """The one who booked, his secretary, the base's keeper; to others there is no such booking."""
    for number in ("M0001", "M0004"):
        made = book(district, f"for {number}", "M0002")
        with district.writing() as session:
            bookings.cancel(session, member(session, number), made.id, now=NOW)
    made = book(district, "last", "M0002")
    for number in ("M0003", "M0090"):
        with district.writing() as session, pytest.raises(NotFoundError):
            bookings.cancel(session, member(session, number), made.id, now=NOW)
    with district.writing() as session, pytest.raises(NotFoundError):
        bookings.cancel(session, member(session), 999_999, now=NOW)


def test_who_has_moved_to_another_branch_may_still_cancel_what_he_booked(
    district: Database,
) -> None:
    made = book(district, "a", "M0002")
    with district.writing() as session:
        mover = member(session, "M0002")
        mover.organisation_id = member(session, "M0090").organisation_id
        session.flush()
        bookings.cancel(session, mover, made.id, now=NOW)
    assert book(district, "b", "M0001", people=50).id != made.id


def test_who_has_left_cancels_nothing(district: Database) -> None:
    made = book(district, "a", "M0002")
    with district.writing() as session:
        member(session, "M0002").state = MemberState.LEFT
    with district.writing() as session, pytest.raises(NotFoundError):
        bookings.cancel(session, member(session, "M0002"), made.id, now=NOW)


def test_cancelling_twice_says_so(district: Database) -> None:
    made = book(district, "a")
    with district.writing() as session:
        bookings.cancel(session, member(session), made.id, now=NOW)
    with district.writing() as session, pytest.raises(InvalidBookingError) as raised:
        bookings.cancel(session, member(session), made.id, now=NOW)
    assert raised.value.code == "already_cancelled"


def test_somebody_who_has_left_books_nothing(district: Database) -> None:
    with district.writing() as session:
        member(session).state = MemberState.LEFT
    with pytest.raises(NotAllowedError):
        book(district, "a")


def test_the_database_itself_refuses_an_overlap(district: Database) -> None:
    made = book(district, "a")

    def take_it_again() -> None:
        with district.writing() as session:
            taken = session.query(Occupancy).filter_by(booking_id=made.id).one()
            half_an_hour = timedelta(minutes=30)
            session.add(
                Occupancy(
                    booking_id=made.id,
                    room_id=taken.room_id,
                    starts_at=taken.starts_at + half_an_hour,
                    ends_at=taken.ends_at + half_an_hour,
                )
            )

    with pytest.raises(IntegrityError):
        take_it_again()


def test_many_at_once_never_book_twice(district: Database) -> None:
    """Eight threads race for each of ten slots of the whole hall."""
    outcome: Counter[str] = Counter()
    barrier = threading.Barrier(8)

    def race(racer: int) -> None:
        for slot in range(10):
            barrier.wait()
            start = 9 + slot * 0.5
            try:
                book(
                    district,
                    f"{slot}:{racer}",
                    f"M{racer + 1:04}",
                    people=50,
                    start=start,
                    end=start + 0.5,
                )
                outcome["booked"] += 1
            except SlotTakenError:
                outcome["taken"] += 1
            except ZhibuError as error:  # pragma: no cover - would be a fault
                outcome[error.code] += 1

    threads = [threading.Thread(target=race, args=[n]) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcome == {"booked": 10, "taken": 70}
    with district.reading() as session:
        per_room = select(func.count()).select_from(Occupancy)
        assert session.scalar(per_room) == 20  # two parts of the hall for each booking
