"""A keeper changes the rules: what would clash is shown first, and saved only when he says so."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from sqlalchemy import func, select

from office.bases import SHANGHAI
from office.database import Database
from office.models import BookingEvent, EventKind, OutboxMessage
from tests.conftest import FrozenClock
from tests.console.conftest import KEEPER, Enter, base_now, book
from tests.office.bookings.world import DAY
from texts import say

MORNINGS = {
    f"d{day}_0_{end}": at for day in range(7) for end, at in (("from", "08:00"), ("to", "12:00"))
}


def clashes_told(database: Database) -> int:
    with database.reading() as session:
        told = session.scalar(
            select(func.count())
            .select_from(BookingEvent)
            .where(BookingEvent.kind == EventKind.CLASH, BookingEvent.told_at.is_not(None))
        )
    return told or 0


def test_new_hours_show_whom_they_hit_before_they_are_saved(
    enter: Enter, small_district: Database, clock: FrozenClock
) -> None:
    book(small_district, clock)  # 14:00 to 16:00
    page = enter(KEEPER)
    shown = page.post("/desk/bases/J2/hours", data=MORNINGS | {"step": "preview"})
    assert shown.status_code == 200
    assert say("desk.preview_some", n=1) in shown.text
    assert "晨光社区第一网格党支部" in shown.text
    assert 'value="12:00"' in shown.text  # what was typed is still there
    assert {row.closes for row in base_now(small_district).hours} == {time(20)}
    assert clashes_told(small_district) == 0

    saved = page.post("/desk/bases/J2/hours", data=MORNINGS | {"step": "save"})
    assert saved.status_code == 303
    assert {row.closes for row in base_now(small_district).hours} == {time(12)}
    assert clashes_told(small_district) == 1
    with small_district.reading() as session:
        texts = [row.text for row in session.query(OutboxMessage)]
    assert any(say("booking_notices.clash_closed") in text for text in texts)
    assert say("desk.clashes") in page.get("/desk/bases/J2").text


def test_what_hits_nobody_says_so(enter: Enter) -> None:
    form = {"step": "preview", "day": "2026-12-25", "kind": "open"}
    form |= {"s_0_from": "10:00", "s_0_to": "12:00"}
    assert say("desk.preview_none") in enter(KEEPER).post("/desk/bases/J2/days", data=form).text


def test_a_special_day_is_set_and_taken_back(enter: Enter, small_district: Database) -> None:
    page = enter(KEEPER)
    form = {"step": "save", "day": "2026-12-25", "kind": "closed", "note": "布展"}
    assert page.post("/desk/bases/J2/days", data=form).status_code == 303
    assert [(row.day, row.opens, row.note) for row in base_now(small_district).special_days] == [
        (date(2026, 12, 25), None, "布展")
    ]
    assert "布展" in page.get("/desk/bases/J2/days").text
    page.post("/desk/bases/J2/days", data={"step": "save", "day": "2026-12-25", "kind": "usual"})
    assert base_now(small_district).special_days == []


def test_a_room_is_closed_and_opened_again(enter: Enter, small_district: Database) -> None:
    page = enter(KEEPER)
    room = base_now(small_district).rooms[1]
    form = {"step": "save", "from_day": "2026-12-02", "from_time": "08:00", "room": str(room.id)}
    form |= {"to_day": "2026-12-02", "to_time": "18:00", "note": "检修"}
    assert page.post("/desk/bases/J2/closures", data=form).status_code == 303
    [closure] = base_now(small_district).closures
    assert closure.room_id == room.id
    assert closure.starts_at == datetime(2026, 12, 2, 8, tzinfo=SHANGHAI)
    lift = {"step": "save", "lift": str(closure.id)}
    assert enter("M0081").post("/desk/bases/J3/closures", data=lift).status_code == 404
    assert page.post("/desk/bases/J2/closures", data=lift).status_code == 303
    assert base_now(small_district).closures == []


def test_capacity_and_quota_are_set_together(
    enter: Enter, small_district: Database, clock: FrozenClock
) -> None:
    book(small_district, clock, people=24)
    rooms = base_now(small_district).rooms
    form = {"quota": "2", "step": "preview"}
    for room in rooms:
        form |= {f"r{room.id}_min": "1", f"r{room.id}_max": "20"}
    shown = enter(KEEPER).post("/desk/bases/J2/limits", data=form)
    assert say("booking_notices.clash_too_many") in shown.text
    assert base_now(small_district).quota_per_month is None
    enter(KEEPER).post("/desk/bases/J2/limits", data=form | {"step": "save"})
    assert base_now(small_district).quota_per_month == 2
    assert {room.capacity for room in base_now(small_district).rooms} == {20}


@pytest.mark.parametrize(
    ("part", "form", "why"),
    [
        ("hours", {"d0_0_from": "09:00"}, "time"),
        ("hours", {"d0_0_from": "9", "d0_0_to": "99:99"}, "time"),
        (
            "hours",
            {"d0_0_from": "09:00", "d0_0_to": "12:00", "d0_1_from": "11:00", "d0_1_to": "15:00"},
            "hours",
        ),
        ("days", {"day": "", "kind": "closed"}, "day"),
        ("days", {"day": "0001-01-01", "kind": "closed"}, "day"),
        ("days", {"day": "2026-12-25", "kind": "open"}, "time"),
        ("closures", {"from_day": "2026-12-25", "to_day": "2026-12-24"}, "closure"),
        ("closures", {"from_day": "2026-12-25", "to_day": "2026-12-26", "room": "1"}, "closure"),
        ("limits", {"quota": "0"}, "quota_per_month"),
        ("limits", {"quota": "many"}, "quota_per_month"),
        ("limits", {"quota": ""}, "capacity"),
    ],
)
@pytest.mark.parametrize("step", ["preview", "save"])
def test_what_makes_no_sense_is_refused_in_a_sentence(
    enter: Enter, small_district: Database, part: str, form: dict[str, str], why: str, step: str
) -> None:
    before = base_now(small_district)
    answer = enter(KEEPER).post(f"/desk/bases/J2/{part}", data=form | {"step": step})
    assert answer.status_code == 422
    sentences = {
        say(f"desk.rule_invalid_{why}"),
        say("desk.rule_invalid_number", least=1, most=100),
    }
    assert any(one in answer.text for one in sentences)
    after = base_now(small_district)
    assert len(after.hours) == len(before.hours)
    assert (after.special_days, after.closures, after.quota_per_month) == ([], [], None)


def test_a_form_of_megabytes_is_refused(enter: Enter) -> None:
    form = {"day": "2026-12-25", "note": "x" * 100_000}
    assert enter(KEEPER).post("/desk/bases/J2/days", data=form).status_code == 413


def test_trying_a_change_leaves_no_trace(
    enter: Enter, small_district: Database, clock: FrozenClock
) -> None:
    book(small_district, clock, starts_at=DAY + timedelta(hours=9))
    with small_district.reading() as session:
        before = session.query(BookingEvent).count()
    enter(KEEPER).post("/desk/bases/J2/hours", data={"step": "preview"})
    with small_district.reading() as session:
        assert session.query(BookingEvent).count() == before
