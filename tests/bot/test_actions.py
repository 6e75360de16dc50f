"""Answers with their buttons, asking for a person, and what a member may know of himself."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.actions.answers import ActionAnswer, ActionAskOtherWords, ActionClarify
from bot.actions.handoff import ActionHandoff
from bot.actions.pass_on import ActionAskSecretary
from bot.actions.personal import ActionMyBirthday, ActionNextMeeting
from bot.answers.answer import Answer, Outcome
from office import members
from office.models import OpenQuestion, OutboxMessage, Role
from tests.bot.conftest import Talk
from tests.conftest import NOW
from texts import say

QUESTION = "党员能不能报销打车费"


def forwarded(talk: Talk) -> list[str]:
    with talk.database.reading() as session:
        return [row.text for row in session.query(OutboxMessage).filter_by(rule="handoff")]


def test_a_guest_is_not_offered_a_secretary_that_we_do_not_know(talk: Talk) -> None:
    for action in (ActionAnswer(), ActionAskOtherWords(), ActionClarify()):
        turn = talk.says(QUESTION, "ask_policy").run(action)
        assert say("bot.button_handoff") not in turn.buttons
        assert say("bot.button_ask_secretary") not in turn.buttons
        assert say("bot.button_handoff") not in turn.text


def test_none_of_these_tells_nobody_and_offers_the_secretary(talk: Talk) -> None:
    talk.as_member("M0005")
    talk.answers.answer = Answer(Outcome.CLARIFY, say("bot.clarify"), related=("甲", "乙"))
    asked = talk.says(QUESTION, "ask_policy").run(ActionAnswer())
    assert asked.buttons[say("bot.button_none_of_these")] == "/none_of_these"
    turn = talk.presses("none_of_these").run(ActionAskOtherWords())
    assert turn.text == say("bot.other_words")
    assert forwarded(talk) == []
    passed = talk.presses_on(turn, say("bot.button_ask_secretary")).run(ActionAskSecretary())
    assert passed.text == say("bot.passed_on")
    with talk.database.reading() as session:
        assert session.query(OpenQuestion).one().asked == QUESTION


def test_the_member_learns_which_words_were_forwarded(talk: Talk) -> None:
    talk.as_member("M0005").says(QUESTION, "ask_policy")
    turn = talk.says("找书记", "human_handoff").run(ActionHandoff())
    assert turn.text.splitlines() == [
        say("bot.handed_over"),
        say("bot.handed_over_words", text=QUESTION),
    ]
    (told,) = forwarded(talk)
    assert f"刚才问的是：“{QUESTION}”" in told
    assert len(talk.queue.rung) == 1


def test_without_a_question_nothing_is_said_to_be_forwarded(talk: Talk) -> None:
    turn = talk.as_member("M0005").says("找书记", "human_handoff").run(ActionHandoff())
    assert turn.text == say("bot.handed_over")
    assert say("bot.handoff_no_question") in forwarded(talk)[0]


def test_where_nobody_is_secretary_nothing_is_claimed(talk: Talk) -> None:
    talk.as_member("M0005").says(QUESTION, "ask_policy")
    with talk.database.writing() as session:
        session.query(Role).delete()
    turn = talk.says("找书记", "human_handoff").run(ActionHandoff())
    assert turn.text == say("bot.handed_over_nobody")


def test_a_guest_is_told_whom_to_ask(talk: Talk) -> None:
    turn = talk.says("找书记", "human_handoff").run(ActionHandoff())
    assert turn.text == say("bot.handoff_guest")
    assert forwarded(talk) == []


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (30, ["您是 2026年10月24日入党的，还不到一年。", "第一个政治生日是 2027年10月24日"]),
        (365, ["您是 2025年11月23日入党的，到今天已经 1 年。", "2026年11月23日（就是今天"]),
    ],
)
def test_years_in_the_party(talk: Talk, days: int, words: list[str]) -> None:
    with talk.database.writing() as session:
        member = members.by_number(session, "M0005")
        assert member is not None
        member.admitted_on = NOW.date() - timedelta(days=days)
    turn = talk.as_member("M0005").says("我的政治生日", "my_birthday").run(ActionMyBirthday())
    assert all(word in turn.text for word in words)
    assert " 0 年" not in turn.text


def test_meetings_begin_at_nine_not_at_zero_nine(talk: Talk) -> None:
    turn = talk.as_member("M0005").says("下次开会", "next_meeting").run(ActionNextMeeting())
    assert " 9:00 " in turn.text
    assert "09:00" not in turn.text
