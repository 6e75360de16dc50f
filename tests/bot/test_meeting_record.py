"""A meeting told in chat: the card, corrections, duplicates, and what is still due."""

from __future__ import annotations

from datetime import date

import pytest

from bot.actions.meeting_record import (
    ActionLeaveMeeting,
    ActionRecordMeeting,
    ActionSaveMeeting,
    ActionTakeBackMeeting,
)
from bot.actions.organisation_life import ActionOrganisationLifeDue
from bot.shortcuts import note_of
from office.bases import SHANGHAI
from office.models import Meeting, MeetingKind, MeetingState
from tests.bot.conftest import Talk, Turn, payload
from texts import say

TOLD = "11月20日下午开了支部党员大会，应到24实到20人，讨论了发展对象"
"""It is Monday, 23 November 2026."""


def words(key: str, **values: object) -> str:
    return say(f"organisation_life.{key}", **values)


SAVE, CHANGE = words("button_save"), words("button_change")


@pytest.fixture
def secretary(talk: Talk) -> Talk:
    return talk.as_member("M0001")


def tell(talk: Talk, text: str = TOLD) -> Turn:
    return talk.says(text, "record_meeting").run(ActionRecordMeeting())


def answer(talk: Talk, turn: Turn, text: str) -> Turn:
    """Type what the last reply asks for: it comes as the note of a button."""
    buttons = [{"title": title, "payload": code} for title, code in turn.buttons.items()]
    heard = note_of(text, buttons)
    assert heard is not None
    name, entities = payload(heard)
    return talk.presses(name, **entities).run(ActionRecordMeeting())


def save(talk: Talk, turn: Turn, title: str = SAVE) -> Turn:
    return talk.presses_on(turn, title).run(ActionSaveMeeting())


def held(talk: Talk, kind: MeetingKind = MeetingKind.GENERAL) -> list[Meeting]:
    with talk.database.reading() as session:
        rows = session.query(Meeting).filter(Meeting.recorded_at.is_not(None)).filter_by(kind=kind)
        return rows.order_by(Meeting.id).all()


def test_one_sentence_is_shown_and_saved(secretary: Talk) -> None:
    card = tell(secretary)
    for part in ("支部党员大会", "11月20日（周五）", "应到 24 人，实到 20 人", "讨论发展对象"):
        assert part in card.text
    assert not held(secretary)
    saved = save(secretary, card)
    assert "记下了：11月20日（周五）的支部党员大会" in saved.text
    (meeting,) = held(secretary)
    assert (meeting.expected, meeting.present, meeting.theme) == (24, 20, "讨论发展对象")
    assert meeting.starts_at.astimezone(SHANGHAI).date() == date(2026, 11, 20)
    save(secretary, card)  # the same tap twice
    assert len(held(secretary)) == 1


def test_it_is_put_right_by_typing_before_it_is_saved(secretary: Talk) -> None:
    turn = tell(secretary)
    for text in ("改成21人", "应到25", "不是20日是19日", "主题是学习党章"):
        turn = answer(secretary, turn, text)
    for part in ("11月19日（周四）", "应到 25 人，实到 21 人", "主题：学习党章"):
        assert part in turn.text
    asked = secretary.presses_on(turn, CHANGE).run(ActionRecordMeeting())
    assert asked.text == words("what_to_change")
    done = answer(secretary, answer(secretary, asked, "实到22人"), "好的")
    assert "记下了" in done.text
    assert held(secretary)[0].present == 22


def test_a_question_or_an_order_is_not_taken_for_a_correction(secretary: Talk) -> None:
    turn = tell(secretary)
    buttons = [{"title": title, "payload": code} for title, code in turn.buttons.items()]
    assert note_of("支部党员大会多久开一次", buttons) is None
    assert note_of("预约红星纪念馆", buttons) is None
    lost = answer(secretary, turn, "你好")
    assert lost.text == words("not_understood")
    assert SAVE in lost.buttons
    left = secretary.presses_on(turn, words("button_leave")).run(ActionLeaveMeeting())
    assert left.text == words("left")
    assert answer(secretary, turn, "算了").text == words("left")
    assert not held(secretary)


def test_what_is_missing_is_asked_for(secretary: Talk) -> None:
    kind = tell(secretary, "刚才开了个会，10人参加")
    assert kind.text == words("ask_kind")
    assert list(kind.buttons)[:2] == ["支部党员大会", "支部委员会会议"]
    card = secretary.presses_on(kind, "支部委员会会议").run(ActionRecordMeeting())
    assert "11月23日（周一）" in card.text
    day = tell(secretary, "这个月支委会开过了")
    assert day.text == words("ask_day")
    assert "11月6日（周五）" in answer(secretary, day, "6号").text
    assert "11月22日（周日）" in secretary.presses_on(day, "昨天").run(ActionRecordMeeting()).text
    group = tell(secretary, "昨天党小组会开了，8人")
    assert group.text == words("ask_group")
    card = secretary.presses_on(group, "2号楼党小组").run(ActionRecordMeeting())
    assert "党小组会（2号楼党小组）" in card.text
    save(secretary, card)
    with secretary.database.reading() as session:
        (row,) = session.query(Meeting).filter(Meeting.recorded_at.is_not(None))
        assert row.organisation.name == "2号楼党小组"


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("11月25日开了党员大会", "meeting_future"),
        ("昨天开了党员大会，应到20实到24人", "meeting_too_many"),
        ("昨天开了工作例会", "meeting_is_work"),
    ],
)
def test_what_cannot_be_is_said_and_can_be_put_right(secretary: Talk, text: str, key: str) -> None:
    turn = tell(secretary, text)
    said = words(key, day="11月25日（周三）", present=24, expected=20)
    assert turn.text == said
    if key == "meeting_future":
        assert "11月22日" in answer(secretary, turn, "是昨天").text


def test_the_same_day_again_is_asked_about(secretary: Talk) -> None:
    save(secretary, tell(secretary))
    again = save(secretary, tell(secretary, "11月20日开了党员大会，实到19人"))
    assert again.text == words("meeting_twice", day="11月20日（周五）", kind="支部党员大会")
    save(secretary, again, words("button_same"))
    assert [row.present for row in held(secretary)] == [19]
    other = save(secretary, tell(secretary, "11月20日开了党员大会，实到7人"))
    made = save(secretary, other, words("button_other"))
    assert [row.present for row in held(secretary)] == [19, 7]
    struck = secretary.presses_on(made, words("button_take_back_it")).run(ActionTakeBackMeeting())
    assert "已撤销" in struck.text
    assert [row.state for row in held(secretary)] == [MeetingState.HELD, MeetingState.CANCELLED]


def test_two_at_once_count_for_both(secretary: Talk) -> None:
    card = tell(secretary, "昨天组织生活会和民主评议一起开的，应到24人，实到23人")
    saved = save(secretary, card)
    assert held(secretary, MeetingKind.ORGANISATION_LIFE)
    assert held(secretary, MeetingKind.APPRAISAL)
    assert words("button_take_back", kind="组织生活会") in saved.buttons


def test_others_are_told_who_records(talk: Talk) -> None:
    assert tell(talk).text == words("not_recorder")
    assert tell(talk.as_member("M0003")).text == words("not_recorder")
    draft = '{"kinds": ["general"], "day": "2026-11-20"}'
    turn = talk.presses("save_meeting", draft=draft).run(ActionSaveMeeting())
    assert turn.text == words("not_recorder")
    assert not held(talk)


@pytest.mark.parametrize(
    "draft", ["", "{", '{"kinds": ["general"], "day": "2026-11-20", "group": 5}']
)
def test_a_broken_button_writes_nothing_wrong(secretary: Talk, draft: str) -> None:
    secretary.presses("save_meeting", draft=draft, again="x").run(ActionSaveMeeting())
    assert len(held(secretary)) <= 1


def test_in_the_middle_of_a_booking_a_purpose_is_no_record(
    secretary: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    secretary.says("开支部党员大会", "record_meeting")
    tracker_loop = {"name": "booking_form"}
    assert not secretary.run(_InLoop(tracker_loop)).messages


class _InLoop:
    """Runs the action as if a form were under way."""

    def __init__(self, loop: dict[str, str]) -> None:
        self.loop = loop

    def run(self, dispatcher: object, tracker: object, domain: object) -> object:
        tracker.active_loop = self.loop  # type: ignore[attr-defined]
        return ActionRecordMeeting().run(dispatcher, tracker, domain)


def test_what_is_done_due_and_left_out_is_shown(secretary: Talk) -> None:
    def shown() -> str:
        return (
            secretary.says("还差什么", "organisation_life_due")
            .run(ActionOrganisationLifeDue())
            .text
        )

    before = shown()
    done, _, due = before.partition(words("stands_due"))
    assert "主题党日（11月）11月16日" in done
    assert "支部党员大会（第四季度）" in due
    save(secretary, tell(secretary))
    done, _, due = shown().partition(words("stands_due"))
    assert "支部党员大会（第四季度）11月20日" in done
    assert "支部党员大会" not in due.partition(words("stands_how"))[0]


def test_how_it_stands_is_for_who_keeps_the_records(talk: Talk) -> None:
    for one in (talk, talk.as_member("M0003")):
        turn = one.says("还差什么", "organisation_life_due").run(ActionOrganisationLifeDue())
        assert turn.text == words("not_shown")
