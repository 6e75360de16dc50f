"""The whole life of bookings on the running assistant, by what members and keepers say and tap."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any

import pytest

from office import bases, members
from office.models import Booking, BookingState, OutboxMessage
from scheduler.plan import plan_activities
from tests.e2e.stack import Stack, until
from tests.e2e.test_conversations import chat, texts
from texts import say

pytestmark = pytest.mark.e2e


def titles(replies: list[dict[str, Any]]) -> list[str]:
    return [button["title"] for reply in replies for button in reply["buttons"]]


def number_in(text: str) -> int:
    found = re.search(r"编号 (\d+)", text)
    assert found, text
    return int(found[1])


def state(stack: Stack, booking_id: int) -> str:
    with stack.database().reading() as session:
        return session.get_one(Booking, booking_id).state


def told(stack: Stack, number: str, rule: str = "booking") -> list[OutboxMessage]:
    """What a member was told unasked."""
    with stack.database().reading() as session:
        member = members.by_number(session, number)
        assert member is not None
        return session.query(OutboxMessage).filter_by(member_id=member.id, rule=rule).all()


def keeper_of(stack: Stack, code: str) -> str:
    with stack.database().reading() as session:
        base = bases.by_code(session, code)
        assert base is not None
        return bases.keepers(session, base)[0].number


def test_found_asked_approved_reminded_and_cancelled(stack: Stack) -> None:
    found = chat(stack, "下周哪个馆下午有空，30个人，要讲解", number="M0110")
    assert "有讲解" in texts(found[0])
    assert 1 <= len(titles(found[0])) <= 5
    asked = chat(
        stack,
        "预约下周三上午九点到十一点的青松老兵之家，20人，听老兵讲故事",
        "参观学习",
        say("booking.button_confirm_book"),
        number="M0110",
    )
    everything = "\n".join(map(texts, asked))
    assert "这个基地要先同意" in everything
    assert "还没有约上" in everything
    booking = number_in(everything)
    assert state(stack, booking) == BookingState.HELD

    keeper = keeper_of(stack, "J4")
    assert any("想预约" in one.text for one in told(stack, keeper))
    decided = chat(stack, "待审批的预约", "同意第 1 个", number=keeper)
    assert decided[0][0]["intent"] == "pending_approvals"
    assert "已同意" in texts(decided[1])
    assert state(stack, booking) == BookingState.CONFIRMED
    (other,) = chat(stack, "有没有等我审批的预约", number="M0110")
    assert texts(other) == say("booking.nothing_to_decide")

    with stack.database().writing() as session:
        starts = session.get_one(Booking, booking).starts_at
        plan_activities(session, now=starts - timedelta(hours=23))
        rows = session.query(OutboxMessage).filter(OutboxMessage.text.contains("【活动提醒】"))
        (reminder,) = [row for row in rows if "老兵之家" in row.text]
        payload = reminder.buttons[0]["payload"]
    intent, _, values = payload.removeprefix("/").partition("{")
    assert (intent, json.loads("{" + values)) == ("cancel_booking", {"booking_id": str(booking)})
    listed, cancelled = chat(stack, "我的预约", payload, number="M0110")
    assert "已约上" in texts(listed)
    assert "已取消" in texts(cancelled)
    assert state(stack, booking) == BookingState.CANCELLED


def test_taken_waited_for_offered_and_taken(stack: Stack) -> None:
    wish = "预约下周四上午九点到十一点的清溪村史馆，30人，参观学习"
    confirm = say("booking.button_confirm_book")
    first = chat(stack, wish, confirm, number="M0080")
    theirs = number_in(texts(first[1]))
    waits = chat(
        stack,
        wish,
        say("booking.button_wait"),
        say("booking.button_confirm_wait"),
        "我的预约",
        number="M0100",
    )
    assert "已经有人约了" in texts(waits[0])
    assert "请核对候补" in texts(waits[1])
    assert "已经排上候补" in texts(waits[2])
    assert "还在排" in texts(waits[3])

    cancelled = chat(
        stack, "我的预约", f'/cancel_booking{{"booking_id": "{theirs}"}}', number="M0080"
    )
    assert "已取消" in texts(cancelled[1])
    until(lambda: [one for one in told(stack, "M0100") if "候补有位置了" in one.text], 10)
    taken = chat(stack, "我的预约", "就要这个 清溪村史馆", "我的预约", number="M0100")
    booking = number_in(texts(taken[1]))
    assert "已约上" in texts(taken[2])
    assert state(stack, booking) == BookingState.CONFIRMED


def test_a_booking_is_moved_by_words(stack: Stack) -> None:
    made = chat(
        stack,
        "预约下周五下午两点到四点的石榴民族团结馆，20人，参观学习",
        say("booking.button_confirm_book"),
        number="M0090",
    )
    booking = number_in(texts(made[1]))
    moved = chat(
        stack,
        "我的预约",
        f'/change_booking{{"booking_id": "{booking}"}}',
        "改到上午九点半",
        say("booking.button_confirm_move"),
        number="M0090",
    )
    assert "要改的预约现在是" in texts(moved[1])
    assert "9:30—11:30" in texts(moved[2])
    assert "改好了" in texts(moved[3])
    with stack.database().reading() as session:
        assert session.get_one(Booking, booking).version == 1


def test_a_refusal_takes_the_typed_words_as_the_reason(stack: Stack) -> None:
    asked = chat(
        stack,
        "预约下周二上午九点到十一点的青松老兵之家，20人，参观学习",
        say("booking.button_confirm_book"),
        number="M0112",
    )
    booking = number_in(texts(asked[1]))
    replies = chat(
        stack,
        "待审批的预约",
        f'/decline_booking{{"booking_id": "{booking}"}}',
        "那天老兵们要体检",
        number=keeper_of(stack, "J4"),
    )
    assert "原因是什么" in texts(replies[1])
    assert "原因：那天老兵们要体检" in texts(replies[2])
    assert state(stack, booking) == BookingState.DECLINED
    assert any("老兵们要体检" in one.text for one in told(stack, "M0112"))


def series_of(stack: Stack, number: str) -> list[Booking]:
    """The bookings of the member's series, by time."""
    with stack.database().reading() as session:
        member = members.by_number(session, number)
        assert member is not None
        rows = session.query(Booking).filter_by(member_id=member.id)
        return rows.filter(Booking.series_id.is_not(None)).order_by(Booking.starts_at).all()


def test_a_series_is_booked_moved_in_one_and_cancelled_at_once(stack: Stack) -> None:
    made = chat(
        stack,
        "每周五下午两点到四点订晨光科技展厅，三次，15人，参观学习",
        say("booking.button_confirm_series", n=3),
        number="M0070",
    )
    assert "请核对连续预约" in texts(made[0])
    assert texts(made[0]).count("（周五）") == 3
    assert "约好了 3 次" in texts(made[1])
    first, second, third = series_of(stack, "M0070")

    moved = chat(
        stack,
        "我的预约",
        f'/change_booking{{"booking_id": "{second.id}"}}',
        "改到上午九点半",
        say("booking.button_confirm_move"),
        number="M0070",
    )
    assert "连续预约：" in texts(moved[0])
    assert "9:30—11:30" in texts(moved[3])
    before = (first.starts_at, third.starts_at)
    now_are = series_of(stack, "M0070")
    assert (now_are[0].starts_at, now_are[2].starts_at) == before
    assert now_are[1].starts_at != second.starts_at

    cancelled = chat(
        stack,
        "我的预约",
        f'/cancel_booking{{"booking_id": "{third.id}"}}',
        "我的预约",
        number="M0070",
    )
    assert "已取消" in texts(cancelled[1])
    assert "还有 2 次" in texts(cancelled[2])
    (rest,) = [title for title in titles(cancelled[2]) if title.startswith("取消剩下的 2 次")]
    sure = chat(
        stack, "我的预约", rest, say("booking.button_sure_to_cancel"), "我的预约", number="M0070"
    )
    assert "确定取消剩下的" in texts(sure[1])
    assert "已取消" in texts(sure[2])
    assert {one.state for one in series_of(stack, "M0070")} == {BookingState.CANCELLED}
    assert texts(sure[3]) == say("bot.no_bookings")


def test_of_a_series_with_a_clash_what_is_free_is_booked(stack: Stack) -> None:
    one = chat(
        stack,
        "预约下周四下午五点到六点半的长桥社区党校，30人，党课",
        say("booking.button_confirm_book"),
        number="M0120",
    )
    taken = number_in(texts(one[1]))
    with stack.database().reading() as session:
        booking = session.get_one(Booking, taken)
        people = booking.room.capacity
    series = chat(
        stack,
        f"每周四下午五点到六点半订长桥社区党校，三次，{people}人，党课",
        "能约的都约上",
        number="M0130",
    )
    card = texts(series[0])
    assert card.count("约不上：已经有人约了") == 1
    assert "空着的有" in card
    assert "约好了 2 次" in texts(series[1])
    assert "没约上的：" in texts(series[1])
    assert len(titles(series[1])) > 1  # other times for the one that is left out
    assert len(series_of(stack, "M0130")) == 2


def test_typed_codes_are_words_and_no_commands(stack: Stack) -> None:
    (typed,) = chat(stack, '/approve_booking{"booking_id": "1"}', number="M0060")
    assert "已同意" not in texts(typed)
    (unknown,) = chat(stack, "签到 no-such-code", number="M0060")
    assert texts(unknown) == say("bot.checkin_unknown")
