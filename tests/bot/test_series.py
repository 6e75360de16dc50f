"""Bookings that repeat: read, shown with what clashes, booked, listed, cancelled."""

from __future__ import annotations

from datetime import date

import pytest

from bot.actions.booking_asks import AskStart
from bot.actions.booking_end import AskConfirmed, SubmitBooking
from bot.actions.booking_form import ValidateBookingForm
from bot.actions.bookings import ActionCancelBooking, ActionMyBookings
from bot.actions.series import ActionCancelSeries
from bot.repeats import Repeat, find
from office.bookings.recurrence import LAST
from office.models import Booking, BookingState
from tests.bot.conftest import Talk, Turn, book
from texts import say

MONDAY = date(2026, 11, 23)
WISH = "每周五下午两点到四点订红星纪念馆，三次，50人，主题党日"


@pytest.mark.parametrize(
    ("text", "weekday", "nth", "first", "last"),
    [
        ("每月第二个周五下午两点到四点，三次", 4, 2, "2026-11-24", "2027-02-12"),
        ("每个星期三晚上七点到九点，到年底", 2, None, "2026-11-24", "2026-12-31"),
        ("每月最后一个周五下午，连续约五次", 4, LAST, "2026-11-24", "2027-03-26"),
        ("每周日上午到明年三月底", 6, None, "2026-11-24", "2027-03-31"),
        ("从下个月起每月第一个周一，先约两次", 0, 1, "2026-12-01", "2027-01-04"),
        ("每个月的第2个礼拜六", 5, 2, "2026-11-24", None),
        ("每周五下午三点到五点，到12月20号", 4, None, "2026-11-24", "2026-12-20"),
        ("每周五，到6月", 4, None, "2026-11-24", "2027-06-30"),
    ],
)
def test_how_it_repeats_is_read(
    text: str, weekday: int, nth: int | None, first: str, last: str | None
) -> None:
    repeat, _ = find(text, MONDAY)
    until = date.fromisoformat(last) if last else None
    assert repeat == Repeat(weekday, nth, date.fromisoformat(first), until)
    assert Repeat.of(repeat.as_slot()) == repeat


@pytest.mark.parametrize(
    "text", ["下周五下午", "每月开几次会", "每周五次", "第二个周五", "每年一次", "每个周末三天"]
)
def test_what_does_not_repeat(text: str) -> None:
    assert find(text, MONDAY) == (None, text)


@pytest.mark.parametrize("slot", [None, "", "x", "2 4", "2 4 2026-13-01 -", "a 4 2026-12-01 -"])
def test_what_no_slot_holds(slot: str | None) -> None:
    assert Repeat.of(slot) is None


def ask(talk: Talk, wish: str = WISH, number: str = "M0005") -> Turn:
    talk.as_member(number).says(wish, "book_base").run(ValidateBookingForm())
    talk.slots["requested_slot"] = "booking_confirmed"
    return talk.run(AskConfirmed())


def answer(talk: Talk, turn: Turn, title: str) -> Turn:
    talk.presses_on(turn, title).run(ValidateBookingForm())
    return talk.run(SubmitBooking())


def all_bookings(talk: Talk) -> list[Booking]:
    with talk.database.reading() as session:
        return session.query(Booking).order_by(Booking.starts_at).all()


def test_all_dates_are_shown_and_booked_together(talk: Talk) -> None:
    turn = ask(talk)
    assert "时间：每周五 14:00—16:00，共 3 次" in turn.text
    for day in ("11月27日（周五）", "12月4日（周五）", "12月11日（周五）"):
        assert f"· {day} " in turn.text
    done = answer(talk, turn, say("booking.button_confirm_series", n=3))
    assert "约好了 3 次：红星纪念馆，每周五 14:00—16:00" in done.text
    made = all_bookings(talk)
    assert {one.state for one in made} == {BookingState.CONFIRMED}
    assert len({one.series_id for one in made}) == 1
    assert talk.slots["booking_repeat"] is None
    assert talk.queue.rung  # the secretary is told


def test_a_clash_is_listed_with_what_is_near_and_the_rest_is_booked(talk: Talk) -> None:
    book(talk.database, "M0080", 4, 14, 16)
    turn = ask(talk)
    assert "· 12月4日（周五） 约不上：已经有人约了。空着的有 " in turn.text
    assert say("booking.button_confirm_series", n=3) not in turn.buttons
    done = answer(talk, turn, say("booking.button_only_free", n=2))
    assert "约好了 2 次" in done.text
    assert "没约上的：\n· 12月4日（周五）" in done.text
    assert len(all_bookings(talk)) == 3
    other = next(iter(done.buttons))
    talk.presses_on(done, other).run(ValidateBookingForm())
    alone = talk.run(AskConfirmed())
    assert alone.text.startswith(say("booking.summary_book"))
    assert "50 人" in alone.text


@pytest.mark.parametrize("words", ["只约有空的", "能约的都约上"])
def test_words_take_what_is_free(talk: Talk, words: str) -> None:
    book(talk.database, "M0080", 4, 14, 16)
    ask(talk)
    talk.says(words, "inform").run(ValidateBookingForm())
    assert "约好了 2 次" in talk.run(SubmitBooking()).text


def test_a_yes_to_what_clashes_books_nothing_and_asks_again(talk: Talk) -> None:
    book(talk.database, "M0080", 4, 14, 16)
    ask(talk)
    talk.says("好的", "affirm").run(ValidateBookingForm())
    turn = talk.run(SubmitBooking())
    assert turn.text == say("bot.series_clashes")
    assert len(all_bookings(talk)) == 1
    assert talk.slots["booking_repeat"]
    assert "约不上" in talk.run(AskConfirmed()).text


def test_a_public_holiday_is_marked_on_the_card(talk: Talk) -> None:
    turn = ask(talk, "每周五下午两点到四点订红星纪念馆，到明年1月，50人，主题党日")
    lines = [line for line in turn.text.split("\n") if "放假" in line]
    assert len(lines) == 1
    assert lines[0].startswith("· 2027年1月1日（周五）")
    assert lines[0].endswith("（这天元旦放假）")


def test_where_nothing_is_free_nothing_can_be_confirmed(talk: Talk) -> None:
    for day, month in ((27, 11), (4, 12), (11, 12)):
        book(talk.database, "M0080", day, 14, 16, month=month)
    turn = ask(talk)
    assert say("booking.series_confirm_none") in turn.text
    assert list(turn.buttons) == [
        say("bot.button_change_time"),
        say("booking.button_give_up_book"),
    ]


def test_a_day_beyond_what_the_base_opens_says_so(talk: Talk) -> None:
    turn = ask(talk, "每月第二个周五下午两点到四点订红星纪念馆，三次，50人，主题党日")
    assert "约不上：太早" in turn.text
    assert "每月第二个周五 14:00—16:00" in turn.text


def test_a_fifth_friday_is_not_in_every_month(talk: Talk) -> None:
    turn = ask(talk, "每月第五个周五下午两点到四点订红星纪念馆，到1月，50人，主题党日")
    assert "· 12月没有这一天" in turn.text


def test_hours_are_asked_for_and_another_day_makes_it_one_booking(talk: Talk) -> None:
    talk.as_member("M0005").says("每周五订红星纪念馆，三次", "book_base")
    talk.run(ValidateBookingForm())
    assert "每次几点到几点" in talk.run(AskStart()).text
    assert talk.slots["booking_day"] == "2026-11-27"
    talk.slots["requested_slot"] = "booking_start"
    talk.says("两点到四点", "inform").run(ValidateBookingForm())
    assert talk.slots["booking_repeat"]
    talk.says("改到12月2号", "change_booking").run(ValidateBookingForm())
    assert talk.slots["booking_repeat"] is None


def test_a_booking_that_is_moved_does_not_become_a_series(talk: Talk) -> None:
    number = book(talk.database, "M0005", 2, 14, 16)
    talk.as_member("M0005").presses("change_booking", booking_id=str(number))
    talk.run(ValidateBookingForm())
    talk.slots["requested_slot"] = "booking_confirmed"
    turn = talk.says("改到每周五", "change_booking").run(ValidateBookingForm())
    assert say("booking.series_not_moved") in turn.text
    assert talk.slots["booking_repeat"] is None


def test_one_is_cancelled_and_then_the_rest(talk: Talk) -> None:
    answer(talk, ask(talk), say("booking.button_confirm_series", n=3))
    first, *_ = all_bookings(talk)
    mine = talk.says("我的预约", "my_bookings").run(ActionMyBookings())
    assert "连续预约：红星纪念馆，每周五 14:00—16:00，还有 3 次" in mine.text
    talk.presses("cancel_booking", booking_id=str(first.id)).run(ActionCancelBooking())
    states = [one.state for one in all_bookings(talk)]
    assert states == [BookingState.CANCELLED, BookingState.CONFIRMED, BookingState.CONFIRMED]
    mine = talk.says("我的预约", "my_bookings").run(ActionMyBookings())
    (rest,) = [title for title in mine.buttons if title.startswith("取消剩下的 2 次")]
    sure = talk.presses_on(mine, rest).run(ActionCancelSeries())
    assert say("booking.series_sure", n=2) in sure.text
    assert [one.state for one in all_bookings(talk)] == states
    done = talk.presses_on(sure, say("booking.button_sure_to_cancel")).run(ActionCancelSeries())
    assert done.text.startswith(say("booking.series_cancelled", n=2))
    assert {one.state for one in all_bookings(talk)} == {BookingState.CANCELLED}
    again = talk.presses_on(sure, say("booking.button_sure_to_cancel")).run(ActionCancelSeries())
    assert again.text == say("bot.series_over")


def test_another_branch_does_not_cancel_a_series(talk: Talk) -> None:
    answer(talk, ask(talk), say("booking.button_confirm_series", n=3))
    series_id = str(all_bookings(talk)[0].series_id)
    talk.as_member("M0080").presses("cancel_series", series_id=series_id, certain="yes")
    assert talk.run(ActionCancelSeries()).text == say("bot.series_over")
    assert {one.state for one in all_bookings(talk)} == {BookingState.CONFIRMED}


def test_at_a_keepers_base_each_is_a_request(talk: Talk) -> None:
    wish = "每周三下午两点到四点订青松老兵之家，两次，20人，参观学习，要讲解"
    turn = ask(talk, wish)
    assert say("booking.series_approval") in turn.text
    assert say("booking.summary_guide") in turn.text
    done = answer(talk, turn, say("booking.button_confirm_series", n=2))
    assert "还没有约上" in done.text
    assert {(one.state, one.guide) for one in all_bookings(talk)} == {(BookingState.HELD, True)}
