"""When a base has a room to spare on a day."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from office import bases, bookings
from office.database import Database
from tests.conftest import NOW
from tests.office.bookings.district import WEDNESDAY, book, member


def free_hours(
    database: Database, people: int, *, now: datetime = NOW, code: str = "J1"
) -> list[tuple[str, str]]:
    with database.reading() as session:
        base = bases.by_code(session, code)
        assert base is not None
        free = bases.free_times(session, base, WEDNESDAY.date(), people, now=now)
        return [(f"{f.starts_at:%H:%M}", f"{f.ends_at:%H:%M}") for f in free]


def test_free_times_leave_out_what_is_taken(district: Database) -> None:
    book(district, "a", people=50, start=10, end=11)
    assert free_hours(district, 50) == [("09:00", "10:00"), ("11:00", "17:00")]


def test_free_times_are_those_of_every_room_that_fits_drawn_together(district: Database) -> None:
    book(district, "east", start=9, end=12)
    book(district, "west", "M0050", start=10, end=14)
    assert free_hours(district, 15) == [("09:00", "10:00"), ("12:00", "17:00")]
    assert free_hours(district, 50) == [("14:00", "17:00")]  # the whole hall only


def test_rooms_that_take_turns_are_free_all_the_time_but_not_for_one_booking(
    district: Database,
) -> None:
    book(district, "east", start=9, end=13)
    for_a_time = book(district, "east again", start=13, end=14)
    book(district, "west", "M0050", start=13, end=17)
    with district.writing() as session:
        bookings.cancel(session, member(session), for_a_time.id, now=NOW)
    assert free_hours(district, 15) == [("09:00", "17:00")]
    with district.reading() as session:
        base = bases.by_code(session, "J1")
        assert base is not None
        day, hours = WEDNESDAY.date(), [timedelta(hours=2), timedelta(hours=5)]
        times = [
            bases.room_times(session, base, day, 15, now=NOW, lasting=lasting) for lasting in hours
        ]
    assert [[(f.starts_at.hour, f.ends_at.hour) for f in free] for free in times] == [
        [(9, 13), (13, 17)],
        [],
    ]


@pytest.mark.parametrize(
    ("hour", "free"),
    [
        (6, [("09:00", "12:00"), ("14:00", "17:00")]),
        (8, [("10:00", "12:00"), ("14:00", "17:00")]),
        (8.01, [("10:30", "12:00"), ("14:00", "17:00")]),
        (8.5, [("10:30", "12:00"), ("14:00", "17:00")]),
        (11, [("14:00", "17:00")]),
        (15, []),
        (23, []),
    ],
)
def test_free_times_begin_when_one_may_still_book(
    small_district: Database, hour: float, free: list[tuple[str, str]]
) -> None:
    now = WEDNESDAY + timedelta(hours=hour)
    assert free_hours(small_district, 10, now=now, code="J3") == free


def test_the_largest_room_of_all(small_district: Database) -> None:
    with small_district.reading() as session:
        assert bases.largest_capacity(session) == 120
