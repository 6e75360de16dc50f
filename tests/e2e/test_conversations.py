"""Conversations with the whole running assistant: trained Rasa, actions, database, delivery."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from office import members
from office.bases import SHANGHAI
from office.models import Booking, BookingState, OutboxMessage, OutboxState, RoleKind
from office.organisations import branch_of, holders
from tests.e2e.stack import Stack
from texts import say

pytestmark = pytest.mark.e2e


def chat(stack: Stack, *lines: str, number: str | None = "M0005") -> list[list[dict[str, Any]]]:
    """The replies to each line, spoken as a member (or, without number, as a guest)."""
    who = ["--as", number] if number else []
    done = stack.run("chat", *who, "--json", said="\n".join(lines) + "\n")
    assert done.returncode == 0, done.stderr
    replies: list[list[dict[str, Any]]] = [[] for _ in lines]
    for row in map(json.loads, done.stdout.splitlines()):
        replies[row["in"] - 1].append(row)
    return replies


def texts(replies: list[dict[str, Any]]) -> str:
    return "\n".join(reply["text"] for reply in replies)


def test_a_policy_question_gets_a_cited_answer(stack: Stack) -> None:
    (replies,) = chat(stack, "支部党员大会多久开一次")
    assert replies[0]["intent"] == "ask_policy"
    assert "每季度" in replies[0]["text"]
    assert "《中国共产党支部工作条例（试行）》第11条" in replies[0]["text"]
    assert replies[0]["buttons"]


def test_small_talk_and_what_is_not_ours(stack: Stack) -> None:
    hello, thanks, weather = chat(stack, "你好", "谢谢啦", "明天会下雨吗")
    assert hello[0]["intent"] == "greet"
    assert thanks[0]["intent"] == "thanks"
    assert "党务政策" in texts(weather)
    assert say("bot.button_handoff") in [b["title"] for b in weather[0]["buttons"]]


def test_a_base_is_booked_with_a_question_and_a_correction_in_the_middle(stack: Stack) -> None:
    replies = chat(
        stack,
        "我想预约活动基地",
        "红星纪念馆",
        "下周三",
        "对了，预备党员有表决权吗",
        "下午两点到四点",
        "15人",
        "主题党日",
        "改成20人",
        "确认预约",
        "我的预约",
    )
    assert say("bot.bases_ask") in texts(replies[0])
    aside = texts(replies[3])
    assert "表决权" in aside
    assert "依据：" in aside
    assert "空着" in aside.rsplit("依据：", 1)[1]  # the form goes on where it was
    assert "15 人" in texts(replies[6])
    assert "20 人" in texts(replies[7])
    done = texts(replies[8])
    number = re.search(r"编号 (\d+)", done)
    assert number, done
    with stack.database().reading() as session:
        booking = session.get_one(Booking, int(number[1]))
        assert (booking.base.name, booking.head_count) == ("红星纪念馆", 20)
        assert booking.member.number == "M0005"
        start = booking.starts_at.astimezone(SHANGHAI)
    assert (start.weekday(), start.hour) == (2, 14)
    assert "红星纪念馆" in texts(replies[9])


def test_one_sentence_is_enough_and_one_tap_cancels(stack: Stack) -> None:
    replies = chat(
        stack,
        "预约下周四上午九点到十一点的红星纪念馆，12人，参观学习",
        say("booking.button_confirm_book"),
        "取消预约",
        number="M0060",
    )
    assert say("booking.button_confirm_book") in [b["title"] for b in replies[0][0]["buttons"]]
    number = re.search(r"编号 (\d+)", texts(replies[1]))
    assert number
    buttons = [button["title"] for reply in replies[2] for button in reply["buttons"]]
    cancel = next(title for title in buttons if title.startswith("取消"))
    # A new conversation of the same member: what it offers is its own.
    again = chat(stack, "取消预约", cancel, number="M0060")
    assert "已取消" in texts(again[1])
    with stack.database().reading() as session:
        assert session.get_one(Booking, int(number[1])).state == BookingState.CANCELLED


def test_another_booking_is_cancelled_in_the_middle_and_the_new_one_goes_on(stack: Stack) -> None:
    first = chat(
        stack,
        "预约下周三上午九点到十一点的清溪村史馆，10人，参观学习",
        say("booking.button_confirm_book"),
        "我想预约活动基地",
        "我的预约",
        number="M0070",
    )
    standing = re.search(r"编号 (\d+)", texts(first[1]))
    assert standing
    assert say("bot.bases_ask") in texts(first[3])
    cancel = next(
        button["title"]
        for reply in first[3]
        for button in reply["buttons"]
        if button["title"].startswith("取消")
    )
    replies = chat(
        stack,
        "订个基地",
        "长桥社区党校",
        "我的预约",
        cancel,
        "下周四下午两点到四点",
        "20",
        "谢谢",
        "重走红军路",
        "25",
        "25人",
        number="M0070",
    )
    assert "已取消" in texts(replies[3])
    assert "哪一天" in texts(replies[3])
    with stack.database().reading() as session:
        assert session.get_one(Booking, int(standing[1])).state == BookingState.CANCELLED
    assert "去做什么" in texts(replies[6])  # thanks are no purpose
    assert "重走红军路" in texts(replies[7])
    assert say("bot.change_what") in texts(replies[8])
    assert "25 人" in texts(replies[9])


def test_more_people_than_any_base_holds_are_asked_for_again(stack: Stack) -> None:
    replies = chat(stack, "预约基地，500人", "20", number="M0071")
    assert say("bot.too_many_anywhere", capacity=120) in texts(replies[0])
    assert "多少人" in texts(replies[0])
    assert "红星纪念馆" in texts(replies[1])


def test_a_slot_that_is_taken_is_refused_with_what_is_free(stack: Stack) -> None:
    wish = "预约下周五上午九点到十一点的红星纪念馆，55人，上党课"
    first = chat(stack, wish, "确认预约", number="M0080")
    assert "编号" in texts(first[1])
    second = chat(stack, wish, number="M0100")
    assert "空着" in texts(second[0])
    assert "编号" not in texts(second[0])


def test_a_booking_given_up_leaves_nothing(stack: Stack) -> None:
    replies = chat(stack, "订个基地", "红星纪念馆", "算了不约了", "党费怎么交", number="M0009")
    assert say("booking.left_book") in texts(replies[2])
    assert replies[3][0]["intent"] == "ask_policy"


def test_a_member_learns_what_is_his_own(stack: Stack) -> None:
    meeting, birthday = chat(stack, "下次什么时候开会", "我的政治生日是哪天")
    assert meeting[0]["intent"] == "next_meeting"
    with stack.database().reading() as session:
        member = members.by_number(session, "M0005")
        assert member is not None
        assert member.admitted_on is not None
    assert f"{member.admitted_on.year}年" in texts(birthday)


@pytest.mark.parametrize(
    "question", ["下次什么时候开会", "我的政治生日是哪天", "我想预约活动基地", "我的预约"]
)
def test_who_is_not_bound_learns_nothing_about_anybody(stack: Stack, question: str) -> None:
    (replies,) = chat(stack, question, number=None)
    assert texts(replies) == say("bot.only_members")


def test_who_is_not_bound_gets_policy_answers(stack: Stack) -> None:
    (replies,) = chat(stack, "预备期有多长", number=None)
    assert "1 年" in texts(replies)


def test_a_person_is_called_and_told_the_question(stack: Stack) -> None:
    replies = chat(stack, "我们支部能不能给我报销打车费", "转人工", number="M0010")
    assert say("bot.handed_over") in texts(replies[1])


def test_a_declined_question_comes_back_answered_by_the_secretary(stack: Stack) -> None:
    """M0040 asks; the secretary of his branch, replies; he gets it; a draft is kept."""
    question = "党员活动室的空调费由谁出"
    with stack.database().reading() as session:
        asker = members.by_number(session, "M0040")
        assert asker is not None
        branch = branch_of(session, asker.organisation_id)
        (secretary,) = holders(session, branch.id, RoleKind.SECRETARY)
    (asked,) = chat(stack, question, number="M0040")
    assert texts(asked) == say("bot.decline_passed_on")
    listed, begun, shown, changed, again, sent, draft, empty = chat(
        stack,
        "待回复的问题",
        say("bot.button_reply"),
        "可以",
        say("bot.button_change_reply"),
        "可以，晚上七点前跟居委会登记。有事打13800138000",
        say("bot.button_send_reply"),
        say("bot.button_save_draft"),
        "待回复的问题",
        number=secretary.number,
    )
    assert f"{asker.name}同志问：“{question}”" in texts(listed)
    assert question in texts(begun)
    assert say("bot.button_send_reply") in [b["title"] for b in shown[0]["buttons"]]
    assert texts(changed).startswith(say("bot.change_reply"))
    assert "居委会登记" in texts(again)
    assert texts(sent) == say("bot.reply_sent", name=asker.name)
    assert "13800138000" not in texts(draft)
    assert texts(empty) == say("bot.no_open_questions")
    with stack.database().reading() as session:
        address = members.web_address(asker.id)
        (told,) = session.query(OutboxMessage).filter_by(rule="answer", address=address)
        assert f"{secretary.name}书记答复" in told.text
        assert "居委会登记" in told.text
        assert told.state == OutboxState.SENT
        (task,) = session.query(OutboxMessage).filter_by(rule="question", member_id=secretary.id)
        assert [one["title"] for one in task.buttons] == ["回复", "不用回复"]
    drafts = json.loads(stack.run("knowledge", "drafts", "--json").stdout)
    assert [one["question"] for one in drafts] == [question]


def test_thumbs_are_counted_and_a_reply_is_not_mixed_with_a_booking(stack: Stack) -> None:
    replies = chat(
        stack,
        "支部党员大会多久开一次",
        say("bot.button_thumb_up"),
        "我想预约活动基地",
        "红星纪念馆",
        "对了，预备党员有表决权吗",
        say("bot.button_thumb_down"),
        "算了不约了",
        number="M0041",
    )
    assert [b["title"] for b in replies[0][0]["buttons"]][-2:] == ["👍 有用", "👎 没答对"]
    assert texts(replies[1]) == say("bot.thumb_up")
    assert say("bot.thumb_down") in texts(replies[5])
    assert "哪一天" in texts(replies[5])  # the booking goes on
    assert say("booking.left_book") in texts(replies[6])
    votes = json.loads(stack.run("knowledge", "votes", "--json").stdout)
    assert {"card": "ol-general-meeting-frequency", "up": 1, "down": 0} in votes
    with stack.database().reading() as session:
        member = members.by_number(session, "M0041")
        assert member is not None
        branch = branch_of(session, member.organisation_id)
        (secretary,) = holders(session, branch.id, RoleKind.SECRETARY)
    replies = chat(
        stack,
        "我想预约活动基地",
        "待回复的问题",
        say("bot.button_reply"),
        "算了不约了",
        "待回复的问题",
        say("bot.button_reply"),
        "/help",
        say("bot.button_not_now"),
        "待回复的问题",
        say("bot.button_reply"),
        say("bot.button_no_reply"),
        "预备期有多长",
        number=secretary.number,
    )
    assert "表决权" in texts(replies[1])
    assert "请先约完" in texts(replies[2])
    assert say("bot.bases_ask") in texts(replies[2])  # the booking goes on
    assert "表决权" in texts(replies[5])
    assert texts(replies[7]) == say("bot.reply_left")
    assert texts(replies[10]) == say("bot.question_dropped_done", name=member.name)
    assert "1 年" in texts(replies[11])  # the next words are no reply any more


ODD = ["😀😀", "\u200b\u200b", "/affirm", "<b>党费</b>' OR 1=1 --", "党" * 5000]


@pytest.mark.parametrize("line", ODD)
def test_odd_input_gets_a_kind_reply(stack: Stack, line: str) -> None:
    (replies,) = chat(stack, line)
    assert texts(replies)
    assert "Traceback" not in texts(replies)


def test_doctor_is_all_green_while_it_runs(stack: Stack) -> None:
    done = stack.run("doctor", "--json")
    findings = json.loads(done.stdout)
    assert {one["what"]: one["health"] for one in findings if one["health"] != "ok"} == {}
    assert done.returncode == 0


def test_the_whole_stack_fits_into_its_memory(stack: Stack) -> None:
    assert stack.memory() < 1.6 * 2**30


def test_no_log_holds_what_members_say_or_who_they_are(stack: Stack) -> None:
    """Runs last: names, phones and the words of the conversations above."""
    logs = "".join(file.read_text("utf-8", "replace") for file in stack.folder.glob("logs/*.log"))
    with stack.database().reading() as session:
        for number in ("M0005", "M0009", "M0010", "M0060"):
            member = members.by_number(session, number)
            assert member is not None
            assert member.name not in logs
            assert (member.phone or "?") not in logs
    words_said = ("打车费", "低保户", "居委会登记", "红星纪念馆", "预备党员有表决权吗")
    for words in (*words_said, "fake-token-of-the-tests"):
        assert words not in logs
