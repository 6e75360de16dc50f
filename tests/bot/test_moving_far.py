"""Moving to another base, past midnight, and with a guide."""

from __future__ import annotations

from dataclasses import replace
from datetime import time

import pytest

from bot.actions import turn
from bot.actions.booking_asks import AskStart
from bot.actions.booking_end import AskConfirmed, SubmitBooking
from bot.actions.booking_form import ValidateBookingForm
from bot.actions.bookings import ActionCancelBooking, ActionMyBookings
from delivery.links import Links
from office import bases
from office.bases import SHANGHAI
from office.models import Booking, BookingState, OpeningHours
from tests.bot.conftest import Talk, Turn, book
from texts import say


def confirm(talk: Talk) -> Turn:
    talk.slots["booking_confirmed"] = "yes"
    return talk.presses("affirm").run(SubmitBooking())


def stored(talk: Talk, number: int) -> Booking:
    with talk.database.reading() as session:
        return session.get_one(Booking, number)


def local(booking: Booking) -> tuple[str, str]:
    return (
        f"{booking.starts_at.astimezone(SHANGHAI):%d %H:%M}",
        f"{booking.ends_at.astimezone(SHANGHAI):%d %H:%M}",
    )


def open_till_two(talk: Talk, code: str = "J1") -> None:
    with talk.database.writing() as session:
        base = bases.by_code(session, code)
        assert base is not None
        base.hours.clear()
        session.flush()
        base.hours.extend(
            OpeningHours(weekday=day, opens=time(9), closes=time(2)) for day in range(7)
        )


def begin_to_move(talk: Talk, number: int) -> None:
    talk.as_member("M0005").presses("change_booking", booking_id=str(number))
    talk.run(ValidateBookingForm())
    talk.slots["requested_slot"] = "booking_confirmed"


# Another base


def test_where_the_wished_time_is_taken_another_base_is_offered(talk: Talk) -> None:
    book(talk.database, "M0080", 3, 14, 16)
    number = book(talk.database, "M0005", 2, 14, 16)
    begin_to_move(talk, number)
    talk.says("改到12月3号下午两点到四点", "change_booking").run(ValidateBookingForm())
    turn = talk.run(AskStart())
    assert "这个时间还空着的基地" in turn.text
    assert say("booking.other_is_new") in turn.text
    assert say("booking.button_wait") not in turn.buttons
    (other,) = [title for title in turn.buttons if title.startswith("换 ")]
    talk.presses_on(turn, other).run(ValidateBookingForm())
    assert talk.slots["booking_base"] != "J1"
    summary = talk.run(AskConfirmed())
    assert "12月3日（周四） 14:00—16:00" in summary.text
    done = confirm(talk)
    assert "您原来约的红星纪念馆 12月2日（周三） 14:00—16:00还留着" in done.text
    assert stored(talk, number).state == BookingState.CONFIRMED
    talk.presses_on(done, say("booking.button_cancel_old")).run(ActionCancelBooking())
    assert stored(talk, number).state == BookingState.CANCELLED
    with talk.database.reading() as session:
        assert session.query(Booking).count() == 3


# Past midnight


def test_a_booking_past_midnight_is_moved(talk: Talk) -> None:
    open_till_two(talk)
    talk.as_member("M0005").says(
        "预约红星纪念馆，12月2号晚上十点到次日凌晨一点，50人，主题党日", "book_base"
    )
    talk.run(ValidateBookingForm())
    assert "12月2日（周三） 22:00—次日 1:00" in talk.run(AskConfirmed()).text
    assert "22:00—次日 1:00" in confirm(talk).text
    with talk.database.reading() as session:
        number = session.query(Booking).one().id
    mine = talk.says("我的预约", "my_bookings").run(ActionMyBookings())
    assert "22:00—次日 1:00" in mine.text
    begin_to_move(talk, number)
    talk.says("改到晚上十一点", "change_booking").run(ValidateBookingForm())
    assert "12月2日（周三） 23:00—次日 2:00" in talk.run(AskConfirmed()).text
    assert "改好了" in confirm(talk).text
    assert local(stored(talk, number)) == ("02 23:00", "03 02:00")
    begin_to_move(talk, number)
    talk.says("改到12月4号", "change_booking").run(ValidateBookingForm())
    confirm(talk)
    assert local(stored(talk, number)) == ("04 23:00", "05 02:00")


@pytest.mark.parametrize("till", ["次日凌晨一点", "凌晨一点", "一点"])
def test_where_no_base_is_open_at_night_it_is_refused_clearly(talk: Talk, till: str) -> None:
    number = book(talk.database, "M0005", 2, 14, 16)
    begin_to_move(talk, number)
    turn = talk.says(f"改到晚上十点到{till}", "change_booking").run(ValidateBookingForm())
    assert turn.text == say("bot.end_before_start")
    assert stored(talk, number).starts_at.astimezone(SHANGHAI).hour == 14


# The calendar file


def test_ones_bookings_link_their_calendar_files(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = book(talk.database, "M0005", 2, 14, 16)
    mine = talk.as_member("M0005").says("我的预约", "my_bookings").run(ActionMyBookings())
    assert ".ics" not in mine.text
    links = Links("https://zhibu.example", "a secret of ours")
    there = replace(turn.services(), links=links)
    monkeypatch.setattr("bot.actions.bookings.services", lambda: there)
    mine = talk.says("我的预约", "my_bookings").run(ActionMyBookings())
    assert f"https://zhibu.example/bookings/{number}.ics?key={links.key_of(number)}" in mine.text


# A guide


def test_a_guide_is_asked_for_and_taken_back_later(talk: Talk) -> None:
    with talk.database.writing() as session:
        base = bases.by_code(session, "J1")
        assert base is not None
        base.has_guide = True
    number = book(talk.database, "M0005", 2, 14, 16)
    begin_to_move(talk, number)
    talk.says("再加个讲解", "change_booking").run(ValidateBookingForm())
    assert say("booking.summary_guide") in talk.run(AskConfirmed()).text
    assert "参观，要讲解" in confirm(talk).text
    assert stored(talk, number).guide
    begin_to_move(talk, number)
    assert talk.slots["booking_guide"] == "yes"
    talk.says("不用讲解了", "change_booking").run(ValidateBookingForm())
    talk.run(AskConfirmed())
    confirm(talk)
    assert not stored(talk, number).guide
