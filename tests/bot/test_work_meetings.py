"""Work meetings in the chat: planned in one sentence, changed, called off, read."""

from __future__ import annotations

import pytest

from bot.actions.work_meeting_form import (
    ActionSettleWorkMeeting,
    AskMeetingConfirmed,
    AskMeetingOrganisation,
    ValidateWorkMeetingForm,
)
from bot.actions.work_meetings import (
    ActionAcknowledgeMeeting,
    ActionAddToAgenda,
    ActionCallOffWorkMeeting,
    ActionWorkMeeting,
)
from office.models import Acknowledgement, Meeting, MeetingState, OutboxMessage
from tests.bot.conftest import Talk, Turn
from tests.office.work_meeting_world import (
    OVERSEER,
    SECOND,
    SECRETARY,
    furnish,
    local,
    person,
    planned,
)
from texts import say

SENTENCE = "12月3日下午两点在会议室开工作例会，主题是安全生产"


def word(key: str, **values: object) -> str:
    return say(f"work_meetings.{key}", **values)


@pytest.fixture
def secretary(talk: Talk) -> Talk:
    furnish(talk.database)
    return talk.as_member(SECRETARY)


def meetings(talk: Talk) -> list[Meeting]:
    with talk.database.reading() as session:
        return session.query(Meeting).filter_by(kind="work").order_by(Meeting.id).all()


def told(talk: Talk) -> list[OutboxMessage]:
    with talk.database.reading() as session:
        return session.query(OutboxMessage).filter_by(rule="work_meeting_changed").all()


def begins(talk: Talk, text: str = SENTENCE, intent: str = "plan_work_meeting") -> Turn:
    return talk.says(text, intent).run(ValidateWorkMeetingForm())


def asked(talk: Talk, part: str) -> Talk:
    talk.slots["requested_slot"] = f"meeting_{part}"
    return talk


def card(talk: Talk) -> Turn:
    return asked(talk, "confirmed").run(AskMeetingConfirmed())


def settled(talk: Talk) -> Turn:
    asked(talk, "confirmed").presses("affirm").run(ValidateWorkMeetingForm())
    turn = talk.run(ActionSettleWorkMeeting())
    talk.slots["requested_slot"] = None
    return turn


def test_one_sentence_a_card_and_a_yes(secretary: Talk) -> None:
    assert begins(secretary).text == ""
    shown = card(secretary)
    assert "12月3日（周四） 14:00" in shown.text
    assert "地点：会议室" in shown.text
    assert "主题：安全生产" in shown.text
    assert "通知 2 人" in shown.text
    assert list(shown.buttons) == ["就这样定", "先不定"]
    assert meetings(secretary) == []
    done = settled(secretary)
    assert done.text == word("planned", when="12月3日（周四） 14:00")
    assert done.set["meeting_day"] is None
    (meeting,) = meetings(secretary)
    assert (meeting.starts_at, meeting.place, meeting.theme) == (
        local(2026, 12, 3, 14),
        "会议室",
        "安全生产",
    )
    settled(secretary)
    assert len(meetings(secretary)) == 1


def test_part_by_part_with_a_correction(secretary: Talk) -> None:
    begins(secretary, "安排工作例会")
    for part, text in (
        ("day", "下周四"),
        ("start", "下午两点"),
        ("place", "村部"),
        ("theme", "冬季防火"),
    ):
        assert secretary.slots[f"meeting_{part}"] is None
        asked(secretary, part).says(text, "inform").run(ValidateWorkMeetingForm())
    asked(secretary, "confirmed").says("改到三点", "inform").run(ValidateWorkMeetingForm())
    shown = card(secretary)
    assert "15:00" in shown.text
    assert "村部" in shown.text
    assert "冬季防火" in shown.text


def test_a_time_that_has_passed_is_asked_again(secretary: Talk) -> None:
    turn = begins(secretary, "11月20日下午两点开工作例会")
    assert turn.text == word("meeting_past")
    assert turn.set["meeting_day"] is None
    turn = asked(secretary, "day").says("2月30日", "inform").run(ValidateWorkMeetingForm())
    assert turn.text == say("bot.no_such_day")
    turn = asked(secretary, "day").says("不知道", "out_of_scope").run(ValidateWorkMeetingForm())
    assert turn.text == word("not_understood_day")


def test_left_by_a_word_or_a_button(secretary: Talk) -> None:
    begins(secretary)
    turn = asked(secretary, "confirmed").says("算了", "deny").run(ValidateWorkMeetingForm())
    assert turn.text == word("left")
    assert turn.set["requested_slot"] is None
    assert secretary.run(ActionSettleWorkMeeting()).messages == []
    assert meetings(secretary) == []


def test_a_question_in_the_middle_is_left_to_others(secretary: Talk) -> None:
    begins(secretary)
    asked(secretary, "confirmed").says("支委会多久开一次？", "ask_policy")
    assert secretary.run(ValidateWorkMeetingForm()).events == []


def test_who_convenes_nothing_is_told_so(secretary: Talk) -> None:
    assert begins(secretary.as_member("M0010")).text == word("not_convener")
    secretary.sender = "web:nobody"
    assert begins(secretary).text == say("bot.only_members")


def test_an_administrator_of_a_committee_plans_for_it(secretary: Talk) -> None:
    begins(secretary.as_member(OVERSEER))
    assert "晨光街道党工委" in card(secretary).text
    settled(secretary)
    assert meetings(secretary)[0].organisation_id == 2


def test_of_several_organisations_it_is_asked_which(secretary: Talk) -> None:
    with secretary.database.writing() as session:
        from office.models import Role, RoleKind

        session.add(
            Role(
                member_id=person(session, SECRETARY).id,
                organisation_id=2,
                kind=RoleKind.ADMINISTRATOR,
            )
        )
    begins(secretary)
    offered = asked(secretary, "organisation").run(AskMeetingOrganisation())
    assert "晨光街道党工委" in offered.buttons
    secretary.presses_on(offered, "晨光街道党工委").run(ValidateWorkMeetingForm())
    assert "晨光街道党工委" in card(secretary).text
    assert "会议室" in card(secretary).text


def test_a_second_one_in_the_month_changes_the_first(secretary: Talk) -> None:
    first = planned(secretary.database)
    turn = begins(secretary, "12月4日上午九点开工作例会")
    assert turn.text == word("there_already", when="12月3日（周四） 14:00")
    shown = card(secretary)
    assert "原来：12月3日（周四） 14:00" in shown.text
    assert "12月4日（周五） 9:00" in shown.text
    assert settled(secretary).text == word("changed_done", n=1, when="12月4日（周五） 9:00")
    (meeting,) = meetings(secretary)
    assert (meeting.id, meeting.version, meeting.theme) == (first, 1, "安全生产")
    (news,) = told(secretary)
    assert secretary.queue.rung == [(news.channel, news.address)]


def test_changed_by_words_and_without_saying_what(secretary: Talk) -> None:
    planned(secretary.database)
    begins(secretary, "工作例会改时间", "change_work_meeting")
    shown = card(secretary)
    assert "要改什么" in shown.text
    assert list(shown.buttons) == ["取消这次例会", "不改了"]
    asked(secretary, "confirmed").says("地点改到活动室", "inform").run(ValidateWorkMeetingForm())
    settled(secretary)
    assert meetings(secretary)[0].place == "活动室"
    begins(secretary, "例会改到周五上午九点", "change_work_meeting")
    assert "11月27日（周五） 9:00" in card(secretary).text


def test_somebody_else_changed_it_meanwhile(secretary: Talk) -> None:
    planned(secretary.database)
    begins(secretary, "例会改到12月4日上午九点", "change_work_meeting")
    with secretary.database.writing() as session:
        session.query(Meeting).filter_by(kind="work").update({"version": 5})
    assert settled(secretary).text == word("meeting_changed")


def test_called_off_once_it_is_confirmed(secretary: Talk) -> None:
    meeting_id = planned(secretary.database)
    off = ActionCallOffWorkMeeting()
    sure = secretary.says("这个月的工作例会不开了", "call_off_work_meeting").run(off)
    assert "确定取消" in sure.text
    assert meetings(secretary)[0].state == MeetingState.PLANNED
    done = secretary.presses_on(sure, "确定取消").run(off)
    assert done.text == word("called_off_done", n=1, when="12月3日（周四） 14:00")
    assert meetings(secretary)[0].state == MeetingState.CANCELLED
    assert len(told(secretary)) == 1
    again = secretary.presses(
        "call_off_work_meeting", meeting_id=str(meeting_id), certain="yes"
    ).run(off)
    assert again.text == word("meeting_off")
    assert secretary.says("例会取消", "call_off_work_meeting").run(off).text == (
        word("none_to_change")
    )


def test_read_by_a_tap_and_seen_by_who_convenes(secretary: Talk) -> None:
    meeting_id = planned(secretary.database)
    read = ActionAcknowledgeMeeting()
    pressed = {"meeting_id": str(meeting_id), "version": "0"}
    before = secretary.says("谁没看", "work_meeting").run(ActionWorkMeeting())
    assert "看过的 1 人，还没看的：" in before.text
    secretary.as_member(SECOND)
    seen = secretary.says("例会安排", "work_meeting").run(ActionWorkMeeting())
    assert "已阅" in seen.buttons
    for _ in range(2):
        turn = secretary.presses("acknowledge_meeting", **pressed).run(read)
        assert turn.text == word("read_done", when="12月3日（周四） 14:00")
    with secretary.database.reading() as session:
        assert session.query(Acknowledgement).count() == 2
    stranger = secretary.as_member("M0010").presses("acknowledge_meeting", **pressed).run(read)
    assert stranger.text == word("meeting_not_found")
    secretary.as_member(SECRETARY)
    after = secretary.says("谁没看", "work_meeting").run(ActionWorkMeeting())
    assert word("readers_all", n=2) in after.text


def test_an_old_button_shows_what_is_so_now(secretary: Talk) -> None:
    meeting_id = planned(secretary.database)
    begins(secretary, "例会改到12月4日上午九点", "change_work_meeting")
    settled(secretary)
    secretary.as_member(SECOND)
    pressed = {"meeting_id": str(meeting_id), "version": "0"}
    read = ActionAcknowledgeMeeting()
    turn = secretary.presses("acknowledge_meeting", **pressed).run(read)
    assert "12月4日（周五） 9:00" in turn.text
    assert "记下" in secretary.presses_on(turn, "已阅").run(read).text


@pytest.mark.parametrize(("meeting_id", "version"), [("999999", "0"), ("x", "y"), ("-1", "0")])
def test_a_made_up_button_finds_nothing(secretary: Talk, meeting_id: str, version: str) -> None:
    secretary.presses("acknowledge_meeting", meeting_id=meeting_id, version=version)
    assert secretary.run(ActionAcknowledgeMeeting()).text == word("meeting_not_found")


def test_an_item_for_the_agenda(secretary: Talk) -> None:
    add = ActionAddToAgenda()
    none = secretary.says("例会议程加一条：讨论消防", "add_to_agenda").run(add)
    assert none.text == word("agenda_no_meeting")
    planned(secretary.database)
    turn = secretary.says("例会议程加一条：讨论消防", "add_to_agenda").run(add)
    assert "1. 讨论消防" in turn.text
    assert secretary.says("加议程", "add_to_agenda").run(add).text == word("agenda_how")
    seen = secretary.says("例会议程", "work_meeting").run(ActionWorkMeeting())
    assert "1. 讨论消防" in seen.text


def test_nothing_planned(secretary: Talk) -> None:
    turn = secretary.says("例会安排", "work_meeting").run(ActionWorkMeeting())
    assert (turn.text, list(turn.buttons)) == (word("none_planned"), ["安排工作例会"])
    secretary.as_member("M0010")
    turn = secretary.says("例会安排", "work_meeting").run(ActionWorkMeeting())
    assert (turn.text, list(turn.buttons)) == (word("none_planned"), [])
