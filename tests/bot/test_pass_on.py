"""What goes on to the secretary when we have no answer, or the wrong one."""

from __future__ import annotations

import pytest

from bot.actions.answers import ActionAnswer, ActionClarify
from bot.actions.open_questions import ActionOpenQuestions
from bot.actions.pass_on import ActionAskSecretary
from bot.actions.thumbs import ActionThumbDown, ActionThumbUp
from bot.answers.answer import Answer, Outcome
from office import members, votes
from office.models import InboxKind, InboxMessage, InboxState, OpenQuestion, OutboxMessage, Role
from tests.bot.conftest import Talk, Turn
from tests.conftest import NOW
from texts import say

QUESTION = "党员能不能报销打车费"
ANSWER = Answer(Outcome.ANSWER, "一季度一次", related=("甲", "乙"), card="general-meeting")


def tasks(talk: Talk) -> list[OutboxMessage]:
    with talk.database.reading() as session:
        return session.query(OutboxMessage).filter_by(rule="question").all()


def asked(talk: Talk) -> list[OpenQuestion]:
    with talk.database.reading() as session:
        return session.query(OpenQuestion).all()


def counted(talk: Talk) -> list[tuple[str, int, int]]:
    with talk.database.reading() as session:
        return votes.totals(session)


def declined(talk: Talk, question: str = QUESTION) -> Turn:
    return talk.says(question, "ask_policy").run(ActionAnswer())


def answered(talk: Talk, question: str = QUESTION) -> Turn:
    talk.answers.answer = ANSWER
    return talk.says(question, "ask_policy").run(ActionAnswer())


def test_a_declined_question_reaches_the_secretary_with_a_button_to_reply(talk: Talk) -> None:
    turn = declined(talk.as_member("M0003"))
    assert turn.text == say("bot.decline_passed_on")
    (task,) = tasks(talk)
    with talk.database.reading() as session:
        asker, secretary = (members.by_number(session, one) for one in ("M0003", "M0001"))
    assert asker is not None
    assert secretary is not None
    assert task.member_id == secretary.id
    assert task.text == say("bot.question_declined", name=asker.name, text=QUESTION)
    assert [one["title"] for one in task.buttons] == ["回复", "不用回复"]
    assert talk.queue.rung == [(task.channel, task.address)]
    (question,) = asked(talk)
    assert (question.channel, question.address) == ("web", "M0003")


def test_the_same_turn_handled_twice_asks_once(talk: Talk) -> None:
    talk.as_member("M0003").says(QUESTION, "ask_policy")
    assert [talk.run(ActionAnswer()).text for _ in range(2)] == [say("bot.decline_passed_on")] * 2
    assert len(tasks(talk)) == len(asked(talk)) == 1


def test_the_same_question_again_is_not_passed_on_again(talk: Talk) -> None:
    declined(talk.as_member("M0003"))
    assert declined(talk).text == say("bot.decline_already_asked")
    assert len(tasks(talk)) == 1


def test_after_three_in_a_day_it_is_the_members_choice(talk: Talk) -> None:
    talk.as_member("M0003")
    for n in range(3):
        declined(talk, f"{QUESTION}{n}")
    turn = declined(talk)
    assert turn.text == say("bot.decline")
    assert len(tasks(talk)) == 3
    chosen = talk.presses_on(turn, say("bot.button_ask_secretary")).run(ActionAskSecretary())
    assert chosen.text == say("bot.passed_on")
    assert QUESTION in tasks(talk)[-1].text


@pytest.mark.parametrize("question", ["怎么举报我们支部的人", "书记拉票找谁", "我想离婚会受处分吗"])
def test_about_delicate_things_the_member_is_asked_first(talk: Talk, question: str) -> None:
    turn = declined(talk.as_member("M0003"), question)
    assert turn.text == say("bot.decline")
    assert say("bot.button_ask_secretary") in turn.buttons
    assert tasks(talk) == []


def test_what_is_no_question_of_policy_is_not_passed_on(talk: Talk) -> None:
    talk.as_member("M0003")
    for name in ("out_of_scope", "nlu_fallback", "inform"):
        talk.says("哈哈哈哈嘎嘎", name).run(ActionClarify())
    assert asked(talk) == []


def test_a_guest_and_who_has_no_secretary_are_told_whom_to_ask(talk: Talk) -> None:
    assert declined(talk).text == say("bot.decline_guest")
    assert declined(talk.as_member("M0001")).text == say("bot.decline_guest")  # the secretary
    with talk.database.writing() as session:
        session.query(Role).delete()
    assert declined(talk.as_member("M0003")).text == say("bot.decline_guest")
    assert asked(talk) == []


def test_thumbs_stand_under_an_answer_after_the_related_questions(talk: Talk) -> None:
    turn = answered(talk.as_member("M0003"))
    assert list(turn.buttons) == ["甲", "乙", "👍 有用", "👎 没答对"]
    talk.answers.answer = Answer(Outcome.CLARIFY, "哪一个", related=("甲", "乙"))
    asked_back = talk.says(QUESTION, "ask_policy").run(ActionAnswer())
    assert "👍 有用" not in asked_back.buttons


def test_a_thumb_up_is_counted_by_card(talk: Talk) -> None:
    turn = answered(talk)
    assert talk.presses_on(turn, "👍 有用").run(ActionThumbUp()).text == say("bot.thumb_up")
    assert counted(talk) == [("general-meeting", 1, 0)]


def test_a_thumb_down_takes_the_question_to_the_secretary(talk: Talk) -> None:
    turn = answered(talk.as_member("M0003"))
    down = talk.presses_on(turn, "👎 没答对").run(ActionThumbDown())
    assert down.text == say("bot.thumb_down")
    (question,) = asked(talk)
    assert (question.asked, question.cause, question.card) == (
        QUESTION,
        "thumbs_down",
        "general-meeting",
    )
    assert "他觉得我没答对" in tasks(talk)[0].text
    assert counted(talk) == [("general-meeting", 0, 1)]


def test_a_guests_thumb_down_is_counted_and_goes_to_nobody(talk: Talk) -> None:
    turn = answered(talk)
    down = talk.presses_on(turn, "👎 没答对").run(ActionThumbDown())
    assert down.text == say("bot.thumb_down_guest")
    assert down.buttons == {}
    assert tasks(talk) == []
    assert counted(talk) == [("general-meeting", 0, 1)]


def test_a_thumb_pressed_again_counts_once(talk: Talk) -> None:
    turn = answered(talk.as_member("M0003"))
    with talk.database.writing() as session:  # turns 2 and 3 are presses of the same button
        for n in (2, 3):
            session.add(
                InboxMessage(
                    id=n,
                    channel="web",
                    update_id=str(n),
                    address="M0003",
                    kind=InboxKind.BUTTON,
                    text="7:3",
                    state=InboxState.WAITING,
                    received_at=NOW,
                )
            )
    first = talk.presses_on(turn, "👎 没答对").run(ActionThumbDown())
    again = talk.presses_on(turn, "👎 没答对").run(ActionThumbDown())
    assert [first.text, again.text] == [say("bot.thumb_down"), say("bot.thumb_again")]
    assert counted(talk) == [("general-meeting", 0, 1)]
    assert len(tasks(talk)) == 1


def test_a_member_sees_his_own_questions_that_wait(talk: Talk) -> None:
    talk.as_member("M0003")
    nothing = talk.says("书记回我没", "open_questions").run(ActionOpenQuestions())
    assert nothing.text == say("bot.no_own_questions")
    declined(talk)
    own = talk.says("书记回我没", "open_questions").run(ActionOpenQuestions())
    assert QUESTION in own.text
    assert own.buttons == {}
    talk.sender = "web:guest"
    guest = talk.says("待回复的问题", "open_questions").run(ActionOpenQuestions())
    assert guest.text == say("bot.only_members")
