"""The booking form: what is said in the middle of it, and what the office does not allow."""

from __future__ import annotations

from datetime import datetime

import pytest

from bot.actions.booking_asks import AskBase, AskStart
from bot.actions.booking_end import AskConfirmed, SubmitBooking
from bot.actions.booking_form import ValidateBookingForm
from bot.actions.bookings import ActionCancelBooking, ActionMyBookings
from bot.actions.draft import SLOTS, cleared
from bot.actions.finding import ActionListBases
from bot.actions.reading import OLD_AFTER
from office import bases, bookings, members
from office.bases import SHANGHAI
from office.bookings import Wish
from office.database import Database
from office.models import ActivityBase, Booking, BookingState, OpeningHours
from tests.bot.conftest import Talk
from tests.conftest import NOW
from texts import say

WEDNESDAY = {"base": "J1", "day": "2026-12-02"}
WHOLE = WEDNESDAY | {"start": "14:00:00", "end": "16:00:00", "people": "15", "purpose": "主题党日"}
WHOLE_TEXTS = {f"booking_{name}": value for name, value in WHOLE.items()}


def book(database: Database, number: str, start: int, end: int, people: int = 50) -> int:
    """Book J1 on Wednesday, 2 December."""
    with database.writing() as session:
        base, member = bases.by_code(session, "J1"), members.by_number(session, number)
        assert base is not None
        assert member is not None
        at = datetime(2026, 12, 2, tzinfo=SHANGHAI)
        wish = Wish(base, at.replace(hour=start), at.replace(hour=end), people, "参观")
        key = f"{number}:{start}:{people}"
        return bookings.book(session, member, wish, request_key=key, now=NOW).id


def state(database: Database, booking_id: int) -> str:
    with database.reading() as session:
        return session.get_one(Booking, booking_id).state


# In the middle of a booking


def test_another_booking_is_cancelled_in_the_middle_and_the_draft_is_kept(talk: Talk) -> None:
    standing = book(talk.database, "M0005", 9, 11)
    talk.as_member("M0005").asked_for("people", **WEDNESDAY)
    offered = talk.says("我的预约", "my_bookings").run(ActionMyBookings())
    (payload,) = [p for title, p in offered.buttons.items() if title.startswith("取消")]
    assert payload == f'/cancel_booking{{"booking_id": "{standing}"}}'
    talk.presses("cancel_booking", booking_id=str(standing))
    assert talk.run(ValidateBookingForm()).events == []
    assert "已取消：12月2日（周三） 9:00—11:00" in talk.run(ActionCancelBooking()).text
    assert talk.run(ValidateBookingForm()).events == []  # Rasa asks it again before it goes on
    assert state(talk.database, standing) == BookingState.CANCELLED
    assert talk.slots["booking_day"] == WEDNESDAY["day"]


def test_giving_up_without_naming_a_booking_leaves_the_form(talk: Talk) -> None:
    talk.as_member("M0005").asked_for("people", **WEDNESDAY)
    turn = talk.says("算了不约了", "cancel_booking").run(ValidateBookingForm())
    assert turn.text == say("booking.left_book")
    assert (turn.set["booking_base"], turn.set["requested_slot"]) == (None, None)


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("重走红军路", "inform"),
        ("去看老一辈的故事", "book_base"),
        ("瞻仰烈士", "nlu_fallback"),
        ("学党章", "ask_policy"),
        ("给老党员过生日", "out_of_scope"),
    ],
)
def test_free_words_are_the_purpose_where_it_was_asked_for(
    talk: Talk, text: str, intent: str
) -> None:
    talk.as_member("M0005").asked_for("purpose", **WEDNESDAY)
    assert talk.says(text, intent).run(ValidateBookingForm()).set["booking_purpose"] == text


OTHERS = ["thanks", "bye", "greet", "help", "my_bookings", "next_meeting", "my_birthday"]
OTHERS += ["list_bases", "human_handoff", "cancel_booking", "change_booking", "deny", "affirm"]
OTHERS += ["none_of_these"]


@pytest.mark.parametrize("intent", OTHERS)
@pytest.mark.parametrize("text", ["谢谢同志", "/help"])
def test_what_means_something_else_is_no_purpose(talk: Talk, text: str, intent: str) -> None:
    talk.as_member("M0005").asked_for("purpose", **WEDNESDAY)
    turn = talk.says(text, intent).run(ValidateBookingForm())
    assert not turn.set.get("booking_purpose")


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("/book_base", "book_base"),
        ("/inform", "inform"),
        ("我要预约基地", "book_base"),
        ("为什么要问这个", "nlu_fallback"),
        ("明天会下雨吗", "out_of_scope"),
        ("预备期是多久", "ask_policy"),
    ],
)
def test_codes_and_questions_are_no_purpose(talk: Talk, text: str, intent: str) -> None:
    talk.as_member("M0005").asked_for("purpose", **WEDNESDAY)
    turn = talk.says(text, intent).run(ValidateBookingForm())
    assert not turn.set.get("booking_purpose")


def test_a_button_of_the_purpose_is_the_purpose(talk: Talk) -> None:
    talk.as_member("M0005").asked_for("purpose", **WEDNESDAY)
    turn = talk.presses("inform", say="党课").run(ValidateBookingForm())
    assert turn.set["booking_purpose"] == "党课"


def test_what_is_hardly_a_farewell_does_not_throw_the_draft_away(talk: Talk) -> None:
    talk.as_member("M0005").asked_for("purpose", **WEDNESDAY)
    turn = talk.says("重走红军路", "bye", sure=0.62).run(ValidateBookingForm())
    assert turn.set["booking_purpose"] == "重走红军路"
    turn = talk.says("先这样", "bye", sure=0.92).run(ValidateBookingForm())
    assert turn.text == say("booking.left_book")


# An old draft


def test_a_new_booking_begins_without_what_an_old_draft_left(talk: Talk) -> None:
    talk.as_member("M0005").slots |= WHOLE_TEXTS
    turn = talk.says("预约红星纪念馆", "book_base").run(ValidateBookingForm())
    assert turn.set["booking_base"] == "J1"
    assert [turn.set[slot] for slot in SLOTS[1:]] == [None] * 5


def test_after_a_long_silence_one_begins_afresh(talk: Talk) -> None:
    talk.as_member("M0005").asked_for("confirmed", **WHOLE).says("好看", "nlu_fallback")
    talk.clock.move(seconds=OLD_AFTER + 1)
    turn = talk.says("预约基地", "book_base").run(ValidateBookingForm())
    assert turn.events == cleared()


def test_without_a_silence_the_draft_is_gone_on_with(talk: Talk) -> None:
    talk.as_member("M0005").asked_for("day", base="J1").says("好看", "nlu_fallback")
    talk.clock.move(minutes=1)
    turn = talk.says("预约基地", "book_base").run(ValidateBookingForm())
    assert turn.set == {"booking_misses": 0}
    assert talk.slots["booking_base"] == "J1"


def test_a_draft_whose_day_is_over_asks_for_the_day(talk: Talk) -> None:
    talk.as_member("M0005").asked_for("confirmed", **WHOLE).says("谢谢", "thanks")
    talk.clock.move(days=20)
    turn = talk.run(AskConfirmed())
    assert say("bot.past_day", day="12月2日（周三）") in turn.text
    assert "哪一天去" in turn.text
    assert turn.set == {
        "booking_day": None,
        "booking_confirmed": None,
        "requested_slot": "booking_day",
    }


def test_a_draft_for_which_it_is_too_late_asks_for_the_time(talk: Talk) -> None:
    talk.as_member("M0005").asked_for("confirmed", **WHOLE).says("谢谢", "thanks")
    talk.clock.now = datetime(2026, 12, 2, 13, tzinfo=SHANGHAI)
    turn = talk.run(AskConfirmed())
    assert say("bot.too_late", hours=2) in turn.text
    assert "15:00—17:00" in turn.text
    assert turn.set["requested_slot"] == "booking_start"


def test_a_draft_that_somebody_else_has_booked_asks_for_the_time(talk: Talk) -> None:
    book(talk.database, "M0080", 14, 16)
    talk.as_member("M0005").asked_for("confirmed", **WHOLE).says("谢谢", "thanks")
    turn = talk.run(AskConfirmed())
    free = say("bot.slot_free", free="9:00—14:00")  # 16:00—17:00 is too short for two hours
    assert say("bot.slot_taken", free=free) in turn.text
    assert turn.set["booking_start"] is turn.set["booking_end"] is None


@pytest.mark.parametrize("people", ["61", "0"])
def test_a_head_count_that_no_longer_fits_is_asked_for_again(talk: Talk, people: str) -> None:
    talk.as_member("M0005").asked_for("confirmed", **WHOLE | {"people": people})
    turn = talk.says("谢谢", "thanks").run(AskConfirmed())
    assert turn.messages[-1]["response"] == "utter_ask_booking_people"
    assert turn.set["requested_slot"] == "booking_people"


def test_a_base_that_is_gone_is_asked_for_again(talk: Talk) -> None:
    talk.as_member("M0005").asked_for("confirmed", **WHOLE | {"base": "J99"})
    turn = talk.says("谢谢", "thanks").run(AskConfirmed())
    assert say("bot.base_gone") in turn.text
    assert say("booking.found") in turn.text


# What the office does not allow


def test_more_people_than_any_base_holds(talk: Talk) -> None:
    talk.as_member("M0005")
    turn = talk.says("预约基地，500人", "book_base").run(ValidateBookingForm())
    assert turn.text == say("bot.too_many_anywhere", capacity=120)
    assert (turn.set["booking_people"], turn.set["requested_slot"]) == (None, "booking_people")
    talk.says("100", "inform").run(ValidateBookingForm())
    assert list(talk.run(AskBase()).buttons) == ["星火党群服务中心"]


def test_asking_for_a_base_that_holds_more_than_any(talk: Talk) -> None:
    turn = talk.says("能坐500人的有哪些", "list_bases").run(ActionListBases())
    assert say("bot.too_many_anywhere", capacity=120) in turn.text
    assert "红星纪念馆" in turn.buttons


@pytest.mark.parametrize(
    ("said", "part", "words"),
    [
        ("预约红星纪念馆，61人", "people", "60 人"),
        ("预约红星纪念馆，下周一", "day", "红星纪念馆11月30日（周一）不开放"),
        ("预约红星纪念馆，2027年6月2日", "day", "60 天以内"),
        ("预约红星纪念馆，2月30号", "day", "没有这一天"),
        ("预约11月1号的基地", "day", "已经过去了"),
        ("预约红星纪念馆，下周三下午四点到六点", "start", "周二至周日 9:00—17:00"),
        ("预约红星纪念馆，下周三10:00到10:05", "start", "15 分钟"),
    ],
)
def test_what_is_refused_is_explained_and_asked_for_again(
    talk: Talk, said: str, part: str, words: str
) -> None:
    turn = talk.as_member("M0005").says(said, "book_base").run(ValidateBookingForm())
    assert words in turn.text
    assert turn.set[f"booking_{part}"] is None
    assert turn.set["requested_slot"] == f"booking_{part}"


def test_a_day_without_any_time_left_is_refused_at_once(talk: Talk) -> None:
    book(talk.database, "M0080", 9, 17)
    turn = talk.as_member("M0005").says("预约红星纪念馆，下周三", "book_base")
    assert "没有能约的时间" in turn.run(ValidateBookingForm()).text
    assert talk.slots["requested_slot"] == "booking_day"


def test_a_base_that_has_closed_before_the_booking_is_made_says_when_it_is_open(
    talk: Talk,
) -> None:
    with talk.database.writing() as session:
        base = bases.by_code(session, "J1")
        assert base is not None
        for row in session.query(OpeningHours).filter_by(base_id=base.id, weekday=2):
            row.closes = row.closes.replace(hour=15)
    talk.as_member("M0005").slots |= WHOLE_TEXTS
    talk.slots["booking_confirmed"] = "yes"
    turn = talk.presses("affirm").run(SubmitBooking())
    assert "红星纪念馆的开放时间：" in turn.text
    assert "周三 9:00—15:00" in turn.text
    assert turn.set["booking_start"] is None
    assert turn.events[-1] == {"event": "followup", "timestamp": None, "name": "booking_form"}
    assert talk.slots["booking_purpose"] == "主题党日"


def test_somebody_faster_leaves_everything_but_the_time(talk: Talk) -> None:
    book(talk.database, "M0080", 14, 16)
    talk.as_member("M0005").slots |= WHOLE_TEXTS
    talk.slots["booking_confirmed"] = "yes"
    turn = talk.presses("affirm").run(SubmitBooking())
    assert turn.set == {
        "booking_start": None,
        "booking_end": None,
        "booking_confirmed": None,
        "booking_doubt": "taken 14:00:00 16:00:00",
    }
    talk.slots["requested_slot"] = None  # the form begins again, on the same message
    assert talk.run(ValidateBookingForm()).set == {"booking_misses": 0}
    assert talk.run(AskStart()).text.startswith("这个时间已经有人约了。")


def test_a_booking_is_made_once(talk: Talk) -> None:
    talk.as_member("M0005").slots |= WHOLE_TEXTS
    talk.slots["booking_confirmed"] = "yes"
    turn = talk.presses("affirm").run(SubmitBooking())
    assert "12月2日（周三） 14:00—16:00，15 人，主题党日" in turn.text
    assert set(turn.set.values()) == {None}


# Free times


def test_free_times_are_those_of_all_rooms_that_fit(talk: Talk) -> None:
    book(talk.database, "M0080", 9, 12, people=20)  # one part of the hall; the other is free
    book(talk.database, "M0100", 10, 12, people=20)
    talk.as_member("M0005").asked_for("start", **WEDNESDAY).says("谢谢", "thanks")
    assert "9:00—10:00、12:00—17:00" in talk.run(AskStart()).text
    talk.slots["booking_people"] = "50"
    assert "空着：12:00—17:00" in talk.run(AskStart()).text


def test_todays_past_hours_are_not_offered(talk: Talk) -> None:
    today = {"base": "J2", "day": "2026-11-23"}
    talk.as_member("M0005").asked_for("start", **today).says("谢谢", "thanks")
    talk.clock.move(minutes=5)  # 10:05, and the base wants to know two hours ahead
    assert "空着：12:30—20:00" in talk.run(AskStart()).text


def test_hours_of_an_interrupted_day_are_drawn_together(talk: Talk) -> None:
    turn = talk.says("村史馆几点开门", "list_bases").run(ActionListBases())
    assert "周二至周日 9:00—12:00、14:00—17:00" in turn.text
    assert "每天 8:00—20:00" in talk.says("有哪些基地", "list_bases").run(ActionListBases()).text


def test_a_base_without_hours_says_so(talk: Talk) -> None:
    with talk.database.writing() as session:
        base = session.query(ActivityBase).filter_by(code="J3").one()
        session.query(OpeningHours).filter_by(base_id=base.id).delete()
    turn = talk.says("村史馆几点开门", "list_bases").run(ActionListBases())
    assert say("bot.hours_closed") in turn.text


# The last question


def test_the_summary_writes_times_as_people_do(talk: Talk) -> None:
    early = WHOLE | {"start": "09:00:00", "end": "10:30:00"}
    talk.as_member("M0005").asked_for("confirmed", **early).says("主题党日", "inform")
    assert "12月2日（周三） 9:00—10:30" in talk.run(AskConfirmed()).text


@pytest.mark.parametrize(
    ("text", "intent"),
    [("20", "inform"), ("二十", "inform"), ("改成20", "change_booking"), ("不对", "deny")],
)
def test_at_the_end_a_bare_number_may_be_anything(talk: Talk, text: str, intent: str) -> None:
    talk.as_member("M0005").asked_for("confirmed", **WHOLE)
    turn = talk.says(text, intent).run(ValidateBookingForm())
    assert turn.text == say("bot.change_what")
    assert turn.set == {"booking_confirmed": None, "booking_misses": 0}


def test_at_the_end_a_number_of_people_is_one(talk: Talk) -> None:
    talk.as_member("M0005").asked_for("confirmed", **WHOLE)
    turn = talk.says("改成20人", "change_booking").run(ValidateBookingForm())
    assert turn.set["booking_people"] == "20"


def test_where_the_number_was_asked_for_it_is_one(talk: Talk) -> None:
    talk.as_member("M0005").asked_for("people", **WEDNESDAY)
    assert talk.says("20", "inform").run(ValidateBookingForm()).set["booking_people"] == "20"


def test_after_three_misses_the_form_lets_go(talk: Talk) -> None:
    talk.as_member("M0005").asked_for("day", base="J1")
    texts = [talk.says("嗯哪", "nlu_fallback").run(ValidateBookingForm()).text for _ in range(3)]
    assert texts[:2] == [say("bot.form_not_understood_booking_day")] * 2
    assert texts[2] == say("bot.form_gave_up")


def test_a_guest_is_told_how_to_become_known(talk: Talk) -> None:
    turn = talk.says("我想预约活动基地", "book_base").run(ValidateBookingForm())
    assert turn.text == say("bot.only_members")
    assert turn.set["requested_slot"] is None
