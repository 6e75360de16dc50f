"""Moving, cancelling, approving, waiting, checking in and rating by buttons."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from bot.actions.booking_asks import AskStart
from bot.actions.booking_end import AskConfirmed, SubmitBooking
from bot.actions.booking_form import ValidateBookingForm
from bot.actions.bookings import ActionCancelBooking, ActionMyBookings
from bot.actions.keeping import (
    ActionApproveBooking,
    ActionDeclineBooking,
    ActionPendingApprovals,
)
from bot.actions.visits import ActionCheckIn, ActionRateBooking
from bot.actions.waiting import ActionLeaveWaitlist, ActionTakeOffer
from cli.demo_bases import POSTER
from office import bases, bookings, members
from office.bases import SHANGHAI
from office.bookings import due
from office.models import Booking, BookingEvent, BookingState, OutboxMessage, Rating, WaitlistEntry
from tests.bot.conftest import Talk, Turn, book, payload
from texts import say

WAITS = {"base": "J1", "day": "2026-12-02", "start": "14:00", "end": "16:00", "people": "50"}


def keeper_of(talk: Talk, code: str) -> str:
    with talk.database.reading() as session:
        base = bases.by_code(session, code)
        assert base is not None
        return bases.keepers(session, base)[0].number


def name_of(talk: Talk, number: str) -> str:
    with talk.database.reading() as session:
        member = members.by_number(session, number)
        assert member is not None
        return member.name


def state(talk: Talk, booking_id: int) -> BookingState:
    with talk.database.reading() as session:
        return BookingState(session.get_one(Booking, booking_id).state)


def at(talk: Talk, day: int, hour: int, minute: int = 0) -> None:
    talk.clock.now = datetime(2026, 12, day, hour, minute, tzinfo=SHANGHAI)


def press(talk: Talk, action: object, turn: Turn, title: str) -> Turn:
    """Press a button of a turn and run the action on it."""
    intent, values = payload(turn.buttons[title])
    return talk.presses(intent, **values).run(action)


def told(talk: Talk, number: str) -> list[str]:
    """What a member was told unasked."""
    with talk.database.reading() as session:
        member = members.by_number(session, number)
        assert member is not None
        rows = session.query(OutboxMessage).filter_by(member_id=member.id, rule="booking")
        return [row.text for row in rows]


# Asking for a base that has to agree


def ask_for_the_veterans(talk: Talk, **more: str) -> Turn:
    filled = {"base": "J4", "day": "2026-12-02", "start": "14:00", "end": "16:00"}
    filled |= {"people": "20", "purpose": "听故事", "guide": "yes"} | more
    talk.as_member("M0005").presses("book_base", **filled).run(ValidateBookingForm())
    return talk.run(AskConfirmed())


def test_the_summary_says_that_the_base_has_to_agree_and_until_when(talk: Talk) -> None:
    turn = ask_for_the_veterans(talk)
    assert "基地：青松老兵之家（故事厅）" in turn.text
    assert "讲解：请基地安排" in turn.text
    assert "这个基地要先同意：最晚 11月24日（周二） 22:00 答复您" in turn.text
    assert "没有答复就是没约上" in turn.text
    assert list(turn.buttons) == ["确认预约", "改时间", "不约了"]


def test_a_request_is_not_said_to_be_booked(talk: Talk) -> None:
    ask_for_the_veterans(talk)
    talk.slots["booking_confirmed"] = "yes"
    turn = talk.presses("affirm").run(SubmitBooking())
    assert "还没有约上" in turn.text
    with talk.database.reading() as session:
        booking = session.query(Booking).one()
        assert (booking.state, booking.purpose, booking.guide) == (
            BookingState.HELD,
            "听故事",
            True,
        )
    assert any("想预约" in text for text in told(talk, keeper_of(talk, "J4")))
    assert talk.queue.rung
    mine = talk.says("我的预约", "my_bookings").run(ActionMyBookings())
    assert "等基地同意，最晚 11月24日（周二） 10:00 有结果" in mine.text


def test_a_base_without_guide_says_so(talk: Talk) -> None:
    turn = ask_for_the_veterans(talk, base="J2")
    assert say("booking.no_guide") in turn.text
    assert "要先同意" not in turn.text


# Keepers


def test_a_keeper_approves_once(talk: Talk) -> None:
    number = book(talk.database, "M0005", 2, 14, 16, base="J4", people=20)
    keeper = keeper_of(talk, "J4")
    talk.as_member(keeper)
    waiting = talk.says("待审批的预约", "pending_approvals").run(ActionPendingApprovals())
    assert "青松老兵之家（故事厅），20 人，参观" in waiting.text
    assert list(waiting.buttons) == ["同意第 1 个", "不同意第 1 个"]
    turn = press(talk, ActionApproveBooking(), waiting, "同意第 1 个")
    assert turn.text.startswith("已同意")
    assert state(talk, number) == BookingState.CONFIRMED
    assert any("基地同意了" in text for text in told(talk, "M0005"))
    for action in (ActionApproveBooking(), ActionDeclineBooking()):
        again = talk.presses("x", booking_id=str(number), note="满了").run(action)
        assert again.text.startswith(f"已经由基地管理员{name_of(talk, keeper)}")
        assert again.text.endswith("处理过了：同意了。")
    assert state(talk, number) == BookingState.CONFIRMED
    done = talk.says("待审批的预约", "pending_approvals").run(ActionPendingApprovals())
    assert done.text == say("booking.nothing_to_decide")


def test_a_refusal_wants_a_reason_and_tells_it(talk: Talk) -> None:
    number = book(talk.database, "M0005", 2, 14, 16, base="J4", people=20)
    talk.as_member(keeper_of(talk, "J4"))
    turn = talk.presses("decline_booking", booking_id=str(number)).run(ActionDeclineBooking())
    assert list(turn.buttons) == [say(f"booking.reason_{n}") for n in ("taken", "closed", "unfit")]
    assert state(talk, number) == BookingState.HELD
    done = press(talk, ActionDeclineBooking(), turn, say("booking.reason_closed"))
    assert "原因：那天临时不开放" in done.text
    assert state(talk, number) == BookingState.DECLINED
    assert any("那天临时不开放" in text for text in told(talk, "M0005"))
    again = talk.presses("decline_booking", booking_id=str(number)).run(ActionDeclineBooking())
    assert again.text.endswith("处理过了：没有同意。")


@pytest.mark.parametrize("action", [ActionApproveBooking(), ActionDeclineBooking()])
@pytest.mark.parametrize("note", [{}, {"note": "不行"}])
def test_who_is_no_keeper_finds_nothing(talk: Talk, action: object, note: dict[str, str]) -> None:
    number = book(talk.database, "M0005", 2, 14, 16, base="J4", people=20)
    talk.as_member("M0060").presses("approve_booking", booking_id=str(number), **note)
    assert "没有找到" in talk.run(action).text
    assert state(talk, number) == BookingState.HELD


@pytest.mark.parametrize("name", ["0", "-1", "99999", "abc", "9" * 30, "１"])
@pytest.mark.parametrize(
    "action",
    [
        ActionApproveBooking(),
        ActionDeclineBooking(),
        ActionCancelBooking(),
        ActionCheckIn(),
        ActionRateBooking(),
        ActionTakeOffer(),
        ActionLeaveWaitlist(),
    ],
)
def test_ids_that_name_nothing(talk: Talk, action: object, name: str) -> None:
    talk.as_member("M0005").presses("x", booking_id=name, offer_id=name, stars="5")
    assert "没有找到" in talk.run(action).text


@pytest.mark.parametrize(
    "action",
    [
        ActionApproveBooking(),
        ActionDeclineBooking(),
        ActionPendingApprovals(),
        ActionCheckIn(),
        ActionRateBooking(),
        ActionTakeOffer(),
        ActionLeaveWaitlist(),
    ],
)
def test_a_guest_does_nothing(talk: Talk, action: object) -> None:
    talk.presses("x", booking_id="1", offer_id="1", stars="5")
    assert talk.run(action).text == say("bot.only_members")


def test_what_silence_decided_names_nobody(talk: Talk) -> None:
    number = book(talk.database, "M0005", 2, 14, 16, base="J4", people=20)
    for days in (1, 2):
        with talk.database.writing() as session:
            due.step(session, now=talk.clock() + timedelta(days=days))
    assert state(talk, number) == BookingState.DECLINED
    talk.as_member(keeper_of(talk, "J4")).presses("approve_booking", booking_id=str(number))
    assert talk.run(ActionApproveBooking()).text == "已经按规定自动处理过了：没有同意。"


def test_more_requests_than_fit_are_counted(talk: Talk) -> None:
    for hour in (9, 10, 11, 14):
        book(talk.database, "M0005", 2, hour, hour + 1, base="J4", people=20)
    talk.as_member(keeper_of(talk, "J4"))
    turn = talk.says("待审批的预约", "pending_approvals").run(ActionPendingApprovals())
    assert len(turn.buttons) == 6
    assert say("booking.more_to_decide", count=1) in turn.text


def test_a_request_that_was_withdrawn_is_said_to_be_cancelled(talk: Talk) -> None:
    number = book(talk.database, "M0005", 2, 14, 16, base="J4", people=20)
    talk.as_member("M0005").presses("cancel_booking", booking_id=str(number))
    talk.run(ActionCancelBooking())
    talk.as_member(keeper_of(talk, "J4")).presses("decline_booking", booking_id=str(number))
    assert talk.run(ActionDeclineBooking()).text == say("bot.already_cancelled")


# Moving


def begin_to_move(talk: Talk, number: int) -> Turn:
    mine = talk.as_member("M0005").says("我的预约", "my_bookings").run(ActionMyBookings())
    press(talk, ValidateBookingForm(), mine, "改时间 12月2日（周三） 红星纪念馆")
    return talk.run(AskConfirmed())


def test_a_booking_is_moved_by_a_tap(talk: Talk) -> None:
    number = book(talk.database, "M0005", 2, 14, 16)
    asked = begin_to_move(talk, number)
    assert "12月2日（周三） 14:00—16:00" in asked.text
    *times, keep = asked.buttons
    assert len(times) == 3
    assert keep == say("booking.button_keep")
    press(talk, ValidateBookingForm(), asked, times[0])
    summary = talk.run(AskConfirmed())
    assert "原来：12月2日（周三） 14:00—16:00" in summary.text
    assert f"时间：{times[0]}" in summary.text
    talk.slots["booking_confirmed"] = "yes"
    done = talk.presses("affirm").run(SubmitBooking())
    assert done.text.startswith("改好了")
    with talk.database.reading() as session:
        (booking,) = session.query(Booking).all()
        assert (booking.id, booking.version) == (number, 1)


def test_a_booking_is_moved_by_words_and_stays_as_long(talk: Talk) -> None:
    number = book(talk.database, "M0005", 2, 14, 16)
    begin_to_move(talk, number)
    talk.slots["requested_slot"] = "booking_confirmed"
    talk.says("改到上午九点半", "change_booking").run(ValidateBookingForm())
    assert "时间：12月2日（周三） 9:30—11:30" in talk.run(AskConfirmed()).text


def test_a_move_to_a_taken_time_keeps_the_old_one(talk: Talk) -> None:
    number = book(talk.database, "M0005", 2, 14, 16)
    book(talk.database, "M0080", 3, 14, 16)
    begin_to_move(talk, number)
    talk.slots["requested_slot"] = "booking_confirmed"
    talk.says("改到12月3号", "change_booking").run(ValidateBookingForm())
    turn = talk.run(AskStart())
    assert "已经有人约了" in turn.text
    assert say("booking.button_wait") not in turn.buttons
    here = [code for title, code in turn.buttons.items() if not title.startswith("换 ")]
    assert all(payload(code)[0] == "change_booking" for code in here)
    left = talk.says("算了", "cancel_booking").run(ValidateBookingForm())
    assert left.text == say("booking.left_move")
    assert state(talk, number) == BookingState.CONFIRMED


def test_ones_own_booking_is_not_in_the_way(talk: Talk) -> None:
    number = book(talk.database, "M0005", 2, 14, 16)
    begin_to_move(talk, number)
    talk.slots["requested_slot"] = "booking_confirmed"
    talk.says("改到下午三点到五点", "change_booking").run(ValidateBookingForm())
    assert "时间：12月2日（周三） 15:00—17:00" in talk.run(AskConfirmed()).text


def test_another_base_is_another_booking(talk: Talk) -> None:
    number = book(talk.database, "M0005", 2, 14, 16)
    begin_to_move(talk, number)
    talk.slots["requested_slot"] = "booking_confirmed"
    turn = talk.says("换到村史馆", "change_booking").run(ValidateBookingForm())
    assert turn.text == say("booking.move_other_base")
    assert talk.slots["booking_base"] == "J1"


def test_a_booking_that_changed_meanwhile_is_not_moved(talk: Talk) -> None:
    number = book(talk.database, "M0005", 2, 14, 16)
    asked = begin_to_move(talk, number)
    press(talk, ValidateBookingForm(), asked, next(iter(asked.buttons)))
    with talk.database.writing() as session:
        member = members.by_number(session, "M0005")
        assert member is not None
        bookings.move(session, member, number, now=talk.clock(), head_count=20)
    talk.slots["booking_confirmed"] = "yes"
    turn = talk.presses("affirm").run(SubmitBooking())
    assert turn.text == say("bot.changed_meanwhile")
    assert set(turn.set.values()) == {None}


def test_moving_at_a_keepers_base_asks_anew(talk: Talk) -> None:
    number = book(talk.database, "M0005", 2, 14, 16, base="J4", people=20)
    with talk.database.writing() as session:
        keeper = members.by_number(session, keeper_of(talk, "J4"))
        bookings.approve(session, keeper, number, now=talk.clock())
    talk.as_member("M0005").presses("change_booking", booking_id=str(number), day="2026-12-03")
    talk.run(ValidateBookingForm())
    assert "要先同意" in talk.run(AskConfirmed()).text
    talk.slots["booking_confirmed"] = "yes"
    assert "要等基地重新同意" in talk.presses("affirm").run(SubmitBooking()).text
    assert state(talk, number) == BookingState.HELD


@pytest.mark.parametrize("who", ["M0080", "M0060"])
def test_another_branchs_booking_is_not_moved(talk: Talk, who: str) -> None:
    number = book(talk.database, "M0005", 2, 14, 16)
    talk.as_member(who).presses("change_booking", booking_id=str(number))
    turn = talk.run(ValidateBookingForm())
    assert "没有找到" in turn.text
    assert talk.slots["booking_base"] is None


def test_a_stale_button_in_the_middle_leaves_the_draft(talk: Talk) -> None:
    talk.as_member("M0005").asked_for("people", base="J1", day="2026-12-02")
    turn = talk.presses("change_booking", booking_id="4711").run(ValidateBookingForm())
    assert "没有找到" in turn.text
    assert talk.slots["booking_day"] == "2026-12-02"


def test_without_a_name_the_bookings_are_shown(talk: Talk) -> None:
    book(talk.database, "M0005", 2, 14, 16)
    talk.as_member("M0005").says("我要改预约", "change_booking")
    turn = talk.run(ValidateBookingForm())
    assert turn.text.startswith(say("booking.change_which"))
    assert turn.set["requested_slot"] is None


def test_of_many_bookings_one_is_picked_first(talk: Talk) -> None:
    for day in (1, 2, 3, 4):
        book(talk.database, "M0005", day, 14, 16)
    mine = talk.as_member("M0005").says("我的预约", "my_bookings").run(ActionMyBookings())
    assert len(mine.buttons) == 4
    one = press(talk, ActionMyBookings(), mine, "12月3日（周四） 红星纪念馆")
    assert list(one.buttons) == [
        "改时间 12月3日（周四） 红星纪念馆",
        "取消 12月3日（周四） 红星纪念馆",
    ]


# Cancelling


def test_at_short_notice_one_is_asked_once_more(talk: Talk) -> None:
    number = book(talk.database, "M0005", 2, 14, 16)
    at(talk, 1, 15)
    talk.as_member("M0005").presses("cancel_booking", booking_id=str(number))
    asked = talk.run(ActionCancelBooking())
    assert state(talk, number) == BookingState.CONFIRMED
    done = press(talk, ActionCancelBooking(), asked, say("booking.button_sure_to_cancel"))
    assert done.text.startswith("已取消")
    again = talk.presses("cancel_booking", booking_id=str(number), certain="yes")
    assert again.run(ActionCancelBooking()).text == say("bot.already_cancelled")


def test_after_the_deadline_the_contact_is_named(talk: Talk) -> None:
    number = book(talk.database, "M0005", 2, 14, 16, base="J6")
    at(talk, 1, 15)
    talk.as_member("M0005").presses("cancel_booking", booking_id=str(number), certain="yes")
    assert "请直接联系基地：廉政基地 10000000106" in talk.run(ActionCancelBooking()).text
    moved = talk.presses("change_booking", booking_id=str(number)).run(ValidateBookingForm())
    assert "10000000106" in moved.text
    assert state(talk, number) != BookingState.CANCELLED


def test_a_cancelled_booking_is_told_of_to_the_secretary_once(talk: Talk) -> None:
    number = book(talk.database, "M0005", 2, 14, 16)
    for _ in range(2):
        talk.as_member("M0005").presses("cancel_booking", booking_id=str(number))
        talk.run(ActionCancelBooking())
    with talk.database.reading() as session:
        events = session.query(BookingEvent).filter_by(booking_id=number, kind="cancelled").all()
        assert len(events) == 1


# Waiting


def wait_for_the_hall(talk: Talk) -> Turn:
    """M0005 waits for what M0080 has."""
    filled = WAITS | {"purpose": "主题党日"}
    talk.as_member("M0005").presses("join_waitlist", **filled).run(ValidateBookingForm())
    summary = talk.run(AskConfirmed())
    talk.slots["booking_confirmed"] = "yes"
    talk.presses("affirm").run(SubmitBooking())
    return summary


def test_a_taken_time_is_waited_for_offered_and_taken(talk: Talk) -> None:
    theirs = book(talk.database, "M0080", 2, 14, 16)
    summary = wait_for_the_hall(talk)
    assert summary.text.startswith(say("booking.summary_wait"))
    assert list(summary.buttons) == ["确认排队", "改时间", "不排了"]
    mine = talk.says("我的预约", "my_bookings").run(ActionMyBookings())
    assert "12月2日（周三） 14:00—16:00 红星纪念馆，还在排" in mine.text
    talk.as_member("M0080").presses("cancel_booking", booking_id=str(theirs))
    talk.run(ActionCancelBooking())
    assert any("候补有位置了" in text for text in told(talk, "M0005"))
    talk.as_member("M0005")
    mine = talk.says("我的预约", "my_bookings").run(ActionMyBookings())
    assert "有位置了" in mine.text
    taken = press(talk, ActionTakeOffer(), mine, "就要这个 红星纪念馆")
    assert taken.text.startswith("预约成功")
    again = press(talk, ActionTakeOffer(), mine, "就要这个 红星纪念馆")
    assert again.text == say("bot.offer_taken")
    left = press(talk, ActionLeaveWaitlist(), mine, "不排了 红星纪念馆")
    assert left.text == say("bot.offer_taken")


def test_waiting_in_words_takes_what_was_refused(talk: Talk) -> None:
    book(talk.database, "M0080", 2, 14, 16)
    talk.as_member("M0005").says("预约下周三下午两点到四点的红星纪念馆，50人", "book_base")
    talk.run(ValidateBookingForm())
    talk.says("那我排队吧", "join_waitlist").run(ValidateBookingForm())
    assert talk.slots["booking_aim"] == "wait"
    assert talk.slots["booking_start"] == "14:00:00"
    assert talk.slots["booking_purpose"] is None  # is asked for next


def test_who_need_not_wait_books(talk: Talk) -> None:
    talk.as_member("M0005").presses("join_waitlist", **WAITS, purpose="参观")
    turn = talk.run(ValidateBookingForm())
    assert turn.text == say("booking.need_not_wait")
    assert next(iter(talk.run(AskConfirmed()).buttons)) == "确认预约"


def test_leaving_twice_is_leaving_once(talk: Talk) -> None:
    book(talk.database, "M0080", 2, 14, 16)
    wait_for_the_hall(talk)
    mine = talk.says("我的预约", "my_bookings").run(ActionMyBookings())
    for _ in range(2):
        left = press(talk, ActionLeaveWaitlist(), mine, "不排了 红星纪念馆")
        assert left.text == say("booking.left_waitlist")
    none = talk.says("我的预约", "my_bookings").run(ActionMyBookings())
    assert none.text == say("bot.no_bookings")


def test_somebody_elses_offer_does_not_exist(talk: Talk) -> None:
    book(talk.database, "M0080", 2, 14, 16)
    wait_for_the_hall(talk)
    with talk.database.reading() as session:
        entry = session.query(WaitlistEntry).one().id
    talk.as_member("M0060")
    for action in (ActionTakeOffer(), ActionLeaveWaitlist()):
        assert "没有找到" in talk.presses("x", offer_id=str(entry)).run(action).text


def test_an_offer_that_ran_out_says_so(talk: Talk) -> None:
    theirs = book(talk.database, "M0080", 2, 14, 16)
    wait_for_the_hall(talk)
    talk.as_member("M0080").presses("cancel_booking", booking_id=str(theirs))
    talk.run(ActionCancelBooking())
    mine = talk.as_member("M0005").says("我的预约", "my_bookings").run(ActionMyBookings())
    talk.clock.move(hours=3)
    late = press(talk, ActionTakeOffer(), mine, "就要这个 红星纪念馆")
    assert late.text == say("bot.offer_over")


# At the base and after it


def test_the_keeper_checks_in_who_has_come(talk: Talk) -> None:
    number = book(talk.database, "M0005", 2, 14, 16, base="J5", people=20)
    talk.as_member(keeper_of(talk, "J5"))
    at(talk, 2, 9)
    early = talk.says("签到", "check_in").run(ActionCheckIn())
    assert "14:00—16:00 晨光科技展厅" in early.text
    assert early.buttons == {}
    at(talk, 2, 13, 40)
    turn = talk.says("签到", "check_in").run(ActionCheckIn())
    (title,) = turn.buttons
    for _ in range(2):
        assert press(talk, ActionCheckIn(), turn, title).text.startswith("签到好了")
    assert state(talk, number) == BookingState.CHECKED_IN
    assert say("booking.has_come") in talk.says("签到", "check_in").run(ActionCheckIn()).text


def test_a_member_checks_in_by_the_code(talk: Talk) -> None:
    number = book(talk.database, "M0010", 2, 14, 16, base="J5", people=20)
    talk.as_member("M0010")
    assert "签到码" in talk.says("签到", "check_in").run(ActionCheckIn()).text
    wrong = talk.presses("check_in", code="wrong-code").run(ActionCheckIn())
    assert wrong.text == say("bot.checkin_unknown")
    early = talk.presses("check_in", code=POSTER).run(ActionCheckIn())
    assert "现在没有您支部" in early.text
    at(talk, 2, 13, 40)
    done = talk.presses("check_in", code=POSTER).run(ActionCheckIn())
    assert done.text.startswith("签到好了")
    assert state(talk, number) == BookingState.CHECKED_IN


def test_stars_and_a_sentence(talk: Talk) -> None:
    number = book(talk.database, "M0005", 2, 14, 16)
    talk.as_member("M0005")
    rate = {"booking_id": str(number), "stars": "5"}
    assert talk.presses("rate_booking", **rate).run(ActionRateBooking()).text == say("bot.not_over")
    at(talk, 2, 17)
    with talk.database.writing() as session:
        due.step(session, now=talk.clock())
    none = talk.presses("rate_booking", **rate | {"stars": "9"}).run(ActionRateBooking())
    assert none.text == say("bot.no_stars")
    turn = talk.presses("rate_booking", **rate).run(ActionRateBooking())
    intent, values = payload(turn.buttons[say("booking.button_nothing_more")])
    assert (intent, values) == ("rate_booking", {"booking_id": str(number), "note": ""})
    nothing = talk.presses(intent, **values).run(ActionRateBooking())
    assert nothing.text == say("booking.thanks_for_stars")
    more = talk.presses(intent, **values | {"note": "讲得真好"}).run(ActionRateBooking())
    assert more.text == say("booking.thanks_for_words")
    with talk.database.reading() as session:
        (rating,) = session.query(Rating).all()
        assert (rating.stars, rating.sentence) == (5, "讲得真好")


def test_another_branch_does_not_rate(talk: Talk) -> None:
    number = book(talk.database, "M0005", 2, 14, 16)
    at(talk, 2, 17)
    with talk.database.writing() as session:
        due.step(session, now=talk.clock())
    talk.as_member("M0080").presses("rate_booking", booking_id=str(number), stars="1")
    assert "没有找到" in talk.run(ActionRateBooking()).text
