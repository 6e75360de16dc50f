"""Finding a base and a time in the chat, and what is offered where a wish is taken or vague."""

from __future__ import annotations

from datetime import datetime

import pytest

from bot.actions.booking_asks import AskBase, AskDay, AskStart
from bot.actions.booking_end import AskConfirmed
from bot.actions.booking_form import ValidateBookingForm
from bot.actions.finding import ActionListBases
from office.bases import SHANGHAI
from tests.bot.conftest import Talk, Turn, book, payload
from texts import say

WEDNESDAY = {"base": "J1", "day": "2026-12-02"}


def reads(talk: Talk, text: str, intent: str = "book_base") -> Turn:
    return talk.says(text, intent).run(ValidateBookingForm())


# Searching


def test_a_weekend_for_many_with_a_guide(talk: Talk) -> None:
    turn = talk.says("周末能坐50人的、有讲解的", "list_bases").run(ActionListBases())
    (title,) = turn.buttons
    assert title == "红星纪念馆 11月28日（周六） 9:00—11:00"
    intent, filled = payload(turn.buttons[title])
    assert intent == "book_base"
    assert filled == {
        "base": "J1",
        "day": "2026-11-28",
        "start": "09:00",
        "end": "11:00",
        "people": "50",
        "guide": "yes",
    }


def test_an_afternoon_of_next_week(talk: Talk) -> None:
    turn = talk.says("下周哪个馆下午有空，30个人", "list_bases").run(ActionListBases())
    assert 1 < len(turn.buttons) <= 5
    for code in turn.buttons.values():
        _, filled = payload(code)
        assert "2026-11-30" <= filled["day"] <= "2026-12-06"
        assert "12:00" <= filled["start"] <= "16:00"


def test_equipment_is_looked_for(talk: Talk) -> None:
    turn = talk.says("有投影能坐100人的地方", "list_bases").run(ActionListBases())
    assert [title.split()[0] for title in turn.buttons] == ["星火党群服务中心"]


def test_where_nothing_fits_later_times_are_shown(talk: Talk) -> None:
    book(talk.database, "M0080", 28, 9, 17, month=11)
    book(talk.database, "M0080", 29, 9, 17, month=11)
    turn = talk.says("这周末能坐50人有讲解的", "list_bases").run(ActionListBases())
    assert turn.text.startswith(say("booking.found_later"))
    assert turn.buttons


def test_where_nothing_ever_fits_there_is_a_way_on(talk: Talk) -> None:
    turn = talk.says("周末能坐100人有讲解的", "list_bases").run(ActionListBases())
    assert turn.text == say("booking.found_nothing")
    assert list(turn.buttons.values()) == ["/list_bases"]


def test_a_base_that_is_named_is_looked_up_alone(talk: Talk) -> None:
    turn = talk.says("红星馆周六有空吗", "list_bases").run(ActionListBases())
    assert [title.split()[0] for title in turn.buttons] == ["红星纪念馆"]
    about = talk.says("介绍一下红星纪念馆", "list_bases").run(ActionListBases())
    assert say("booking.base_guide") in about.text
    assert "重温入党誓词（20 分钟）" in about.text


def test_the_button_of_a_match_fills_the_form(talk: Talk) -> None:
    turn = talk.says("下周三下午能坐50人有讲解的", "list_bases").run(ActionListBases())
    intent, filled = payload(next(iter(turn.buttons.values())))
    talk.as_member("M0005").presses(intent, **filled).run(ValidateBookingForm())
    known = {name: talk.slots[f"booking_{name}"] for name in ("base", "day", "people", "guide")}
    assert known == {"base": "J1", "day": "2026-12-02", "people": "50", "guide": "yes"}
    assert talk.slots["booking_purpose"] is None  # the only thing that is left to be asked


def test_in_the_form_bases_are_offered_that_are_free_then(talk: Talk) -> None:
    reads(talk.as_member("M0005"), "下周三下午要个有讲解的地方，50人")
    turn = talk.run(AskBase())
    assert say("booking.found") in turn.text
    names = {title.split()[0] for title in turn.buttons}
    assert names == {"红星纪念馆", "望江廉政教育基地"}


# Several days, parts of a day


def test_of_several_days_one_is_picked(talk: Talk) -> None:
    reads(talk.as_member("M0005"), "月底前去红星纪念馆")
    turn = talk.run(AskDay())
    assert talk.slots["requested_slot"] == "booking_day"
    assert list(turn.buttons)[:2] == ["11月24日（周二）", "11月25日（周三）"]  # Monday is closed
    intent, filled = payload(turn.buttons["11月24日（周二）"])
    talk.presses(intent, **filled).run(ValidateBookingForm())
    assert (talk.slots["booking_day"], talk.slots["booking_doubt"]) == ("2026-11-24", None)


def test_days_without_any_time_left_are_said_so(talk: Talk) -> None:
    book(talk.database, "M0080", 28, 9, 17, month=11)
    book(talk.database, "M0080", 29, 9, 17, month=11)
    reads(talk.as_member("M0005"), "这周末去红星纪念馆，50人")
    assert talk.run(AskDay()).text == say("booking.no_such_free_day")


def test_a_part_of_the_day_offers_what_is_free_in_it(talk: Talk) -> None:
    book(talk.database, "M0080", 2, 9, 10)
    reads(talk.as_member("M0005"), "下周三上午去红星纪念馆，50人")
    turn = talk.run(AskStart())
    assert "空着：10:00—12:00" in turn.text
    assert list(turn.buttons) == ["10:00—12:00"]
    intent, filled = payload(turn.buttons["10:00—12:00"])
    talk.presses(intent, **filled).run(ValidateBookingForm())
    assert (talk.slots["booking_start"], talk.slots["booking_end"]) == ("10:00:00", "12:00:00")


def test_half_open_hours_cut_what_is_offered(talk: Talk) -> None:
    reads(talk.as_member("M0005"), "下周三下午三点以后去红星纪念馆")
    assert list(talk.run(AskStart()).buttons) == ["15:00—17:00"]


def test_a_part_of_the_day_that_is_full_shows_the_rest(talk: Talk) -> None:
    book(talk.database, "M0080", 2, 9, 12)
    reads(talk.as_member("M0005"), "下周三上午去红星纪念馆，50人")
    assert "那段时间没有空了。还空着：12:00—17:00" in talk.run(AskStart()).text


# Two meanings


def test_eight_oclock_is_asked_back_where_the_base_is_open_at_both(talk: Talk) -> None:
    reads(talk.as_member("M0005"), "下周三八点到九点去社区党校，15人")
    assert talk.slots["booking_start"] is None
    turn = talk.run(AskStart())
    assert turn.text == say("booking.which_half")
    assert list(turn.buttons) == ["上午 8:00—9:00", "晚上 20:00—21:00"]
    intent, filled = payload(turn.buttons["晚上 20:00—21:00"])
    talk.presses(intent, **filled).run(ValidateBookingForm())
    assert talk.slots["booking_start"] == "20:00:00"


@pytest.mark.parametrize(
    ("said", "start"),
    [
        ("下周三三点到四点去社区党校", "15:00:00"),
        ("下周三七点到九点去社区党校", "19:00:00"),
        ("下周三上午八点到九点去社区党校", "08:00:00"),
        ("下周三8:00-9:00去社区党校", "08:00:00"),
    ],
)
def test_the_only_possible_meaning_is_taken(talk: Talk, said: str, start: str) -> None:
    reads(talk.as_member("M0005"), said)
    assert talk.slots["booking_start"] == start


def test_a_vague_hour_is_settled_once_the_base_is_known(talk: Talk) -> None:
    reads(talk.as_member("M0005"), "预约下周三八点到九点")
    assert talk.slots["booking_start"] == "08:00:00"
    talk.slots["requested_slot"] = "booking_base"
    reads(talk, "社区党校", "inform")
    assert talk.slots["requested_slot"] == "booking_start"


def test_todays_weekday_is_today_or_in_a_week(talk: Talk) -> None:
    talk.clock.now = datetime(2026, 11, 25, 10, tzinfo=SHANGHAI)
    reads(talk.as_member("M0005"), "周三去社区党校")
    turn = talk.run(AskDay())
    assert list(turn.buttons) == ["今天 11月25日（周三）", "下周 12月2日（周三）"]
    talk.clock.move(hours=10)  # too late for today
    talk.slots["requested_slot"] = None
    reads(talk, "周三去社区党校")
    assert talk.slots["booking_day"] == "2026-12-02"


# Taken


def test_what_is_taken_offers_times_bases_and_the_waiting_list(talk: Talk) -> None:
    book(talk.database, "M0080", 2, 14, 16)
    reads(talk.as_member("M0005"), "预约下周三下午两点到四点的红星纪念馆，50人，主题党日")
    turn = talk.run(AskStart())
    titles = list(turn.buttons)
    assert titles[0] == "12月2日（周三） 12:00—14:00"
    assert [title for title in titles if title.startswith("换")]
    assert titles[-1] == say("booking.button_wait")
    assert len(titles) <= 6
    intent, filled = payload(turn.buttons[titles[0]])
    talk.presses(intent, **filled).run(ValidateBookingForm())
    summary = talk.run(AskConfirmed())
    assert "12月2日（周三） 12:00—14:00" in summary.text
    assert "人数：50 人" in summary.text


# What makes no sense


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("预约红星纪念馆，下周三下午4点到下午2点", "结束时间要晚于开始时间"),
        ("预约红星纪念馆，下周三下午两点到两点", "结束时间要晚于开始时间"),
        ("预约红星纪念馆，2029年12月5日", "60 天以内"),
        ("预约红星纪念馆，0人", "至少是 1 人"),
        ("预约红星纪念馆，1000000000人", "最多容纳 60 人"),
        ("预约11月20号的红星纪念馆", "已经过去了"),
    ],
)
def test_nonsense_gets_a_clear_sentence(talk: Talk, said: str, words: str) -> None:
    assert words in reads(talk.as_member("M0005"), said).text


@pytest.mark.parametrize(
    "broken",
    [
        {"base": "J99", "day": "2026-12-02"},
        {"base": "J1", "day": "2026-99-02", "start": "25:00", "people": "很多"},
        {"base": "J1", "day": "2026-12-02", "start": "16:00", "end": "14:00"},
        {"base": "' OR 1=1 --", "people": "99999999999999999999"},
    ],
)
def test_a_broken_button_breaks_nothing(talk: Talk, broken: dict[str, str]) -> None:
    turn = talk.as_member("M0005").presses("book_base", **broken).run(ValidateBookingForm())
    assert turn.set["booking_confirmed"] is None
    assert "booking" not in turn.text
