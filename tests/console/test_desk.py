"""The desk: requests are answered, branches checked in, and those concerned are told."""

from __future__ import annotations

from datetime import timedelta

import pytest

from delivery.queue import DeliveryQueue
from office.database import Database
from office.models import Booking, BookingState, OutboxMessage
from tests.conftest import FrozenClock
from tests.console.conftest import KEEPER, MEMBER, SECRETARY, Enter, book, member
from texts import say


def state(database: Database, booking: Booking) -> BookingState:
    with database.reading() as session:
        return BookingState(session.get_one(Booking, booking.id).state)


def told(database: Database) -> str:
    with database.reading() as session:
        return "\n".join(row.text for row in session.query(OutboxMessage))


def test_a_request_is_agreed_to_and_the_branch_told_once(
    enter: Enter, small_district: Database, request_waits: Booking
) -> None:
    page = enter(KEEPER)
    assert "晨光社区第一网格党支部" in page.get("/desk").text
    answer = page.post(f"/desk/bookings/{request_waits.id}/approve")
    assert (answer.status_code, answer.headers["location"]) == (303, "/desk?said=approved")
    assert say("desk.said_approved") in page.get("/desk?said=approved").text
    assert state(small_district, request_waits) == BookingState.CONFIRMED
    assert told(small_district).count("基地同意了") == 2  # who booked, and the secretary
    again = page.post(f"/desk/bookings/{request_waits.id}/approve")
    assert again.status_code == 409
    with small_district.reading() as session:
        by = session.get_one(Booking, request_waits.id).decided_by
        assert by is not None
        who = f"已经由基地管理员{by.name}处理过了：同意了。"
    assert who in again.text
    assert told(small_district).count("基地同意了") == 2


def test_those_concerned_are_reached_at_once(
    enter: Enter, small_district: Database, request_waits: Booking
) -> None:
    page = enter(KEEPER)
    queue: DeliveryQueue = page.app.state.here.queue  # type: ignore[attr-defined]
    assert queue.huey.pending_count() == 0
    page.post(f"/desk/bookings/{request_waits.id}/approve")
    with small_district.reading() as session:
        written = session.query(OutboxMessage).count()
    assert queue.huey.pending_count() == written > 0


def test_who_is_refused_hears_why(
    enter: Enter, small_district: Database, request_waits: Booking
) -> None:
    page = enter(KEEPER)
    silent = page.post(f"/desk/bookings/{request_waits.id}/decline", data={"reason": "  "})
    assert silent.status_code == 409
    assert say("desk.reason_missing") in silent.text
    assert state(small_district, request_waits) == BookingState.HELD
    page.post(f"/desk/bookings/{request_waits.id}/decline", data={"reason": "<b>检修</b>"})
    assert state(small_district, request_waits) == BookingState.DECLINED
    assert "<b>检修</b>" in told(small_district)


def test_what_people_write_is_shown_and_never_run(
    enter: Enter, small_district: Database, clock: FrozenClock
) -> None:
    booking = book(small_district, clock, purpose="<script>x</script>党课")
    page = enter(KEEPER).get(f"/desk/bookings/{booking.id}").text
    assert "<script>x" not in page
    assert "&lt;script&gt;x" in page


def test_a_branch_is_checked_in_from_half_an_hour_before(
    enter: Enter, small_district: Database, clock: FrozenClock
) -> None:
    booking = book(small_district, clock, starts_at=clock() + timedelta(hours=3))
    page, path = enter(KEEPER), f"/desk/bookings/{booking.id}/checkin"
    assert page.post(path).status_code == 409
    assert f'action="{path}"' not in page.get("/desk").text
    clock.move(hours=2, minutes=30)
    assert f'action="{path}"' in page.get("/desk").text
    assert page.post(path).status_code == 303
    assert state(small_district, booking) == BookingState.CHECKED_IN
    assert page.post(path).status_code == 303  # the same tap twice


def test_the_calendar_hears_local_times_and_names_nobody(
    enter: Enter, small_district: Database, request_waits: Booking
) -> None:
    week = "start=2026-11-30T00:00:00&end=2026-12-07T00:00:00"
    events = enter(KEEPER).get(f"/desk/bases/J2/events?{week}").json()
    assert [(one["start"], one["end"], one["classNames"]) for one in events] == [
        ("2026-12-02T14:00:00", "2026-12-02T16:00:00", ["held"])
    ]
    assert member(small_district, MEMBER).name not in str(events)


@pytest.mark.parametrize(
    "query",
    ["", "start=x&end=y", "start=2026-12-01&end=2026-11-01", "start=2026-01-01&end=2029-01-01"],
)
def test_a_calendar_that_asks_for_nonsense_is_refused(enter: Enter, query: str) -> None:
    assert enter(KEEPER).get(f"/desk/bases/J2/events?{query}").status_code == 422


@pytest.mark.parametrize("number", ["0", "-1", "99999999999999999999", "x"])
def test_a_booking_that_cannot_be_is_not_there(enter: Enter, number: str) -> None:
    answer = enter(KEEPER).post(f"/desk/bookings/{number}/approve")
    assert answer.status_code in {404, 422}


def test_the_branch_page_shows_a_month(
    enter: Enter, small_district: Database, clock: FrozenClock
) -> None:
    book(small_district, clock, purpose="学习党章")
    page = enter(SECRETARY)
    assert "学习党章" in page.get("/desk/branches/D1B1?month=2026-12").text
    assert "学习党章" not in page.get("/desk/branches/D1B1?month=2027-01").text
    assert say("desk.month_none") in page.get("/desk/branches/D1B1?month=2027-01").text
    assert page.get("/desk/branches/D1B1?month=junk").status_code == 200


def test_pages_of_the_desk_are_not_kept_by_the_browser(enter: Enter) -> None:
    assert enter(KEEPER).get("/desk").headers["cache-control"] == "no-store"
