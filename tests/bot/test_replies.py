"""A secretary's reply: written, looked at once more, sent to the member, kept as a draft."""

from __future__ import annotations

import pytest

from bot.actions.answers import ActionAnswer
from bot.actions.open_questions import ActionDropQuestion, ActionOpenQuestions, ActionSaveDraft
from bot.actions.reply_form import (
    ActionSendReply,
    AskReplyConfirmed,
    AskReplyText,
    ValidateReplyForm,
)
from office import members
from office.models import (
    DraftCard,
    Member,
    MemberState,
    OpenQuestion,
    OutboxMessage,
    QuestionState,
    Role,
)
from office.organisations import branch_of
from tests.bot.conftest import Talk, Turn
from texts import say

QUESTION = "活动室晚上能不能借"
REPLY = "能借，先找居委会登记"


@pytest.fixture
def asked(talk: Talk) -> Talk:
    """A question of M0003 waits, and the secretary of his branch speaks."""
    talk.as_member("M0003").says(QUESTION, "ask_policy").run(ActionAnswer())
    return talk.as_member("M0001")


def name_of(talk: Talk, number: str) -> str:
    with talk.database.reading() as session:
        member = members.by_number(session, number)
        assert member is not None
        return member.name


def question(talk: Talk) -> OpenQuestion:
    with talk.database.reading() as session:
        return session.query(OpenQuestion).one()


def told(talk: Talk) -> list[OutboxMessage]:
    with talk.database.reading() as session:
        return session.query(OutboxMessage).filter_by(rule="answer").all()


def begun(talk: Talk) -> Turn:
    talk.presses("answer_question", question_id="1").run(ValidateReplyForm())
    return talk.run(AskReplyText())


def written(talk: Talk, text: str = REPLY) -> Turn:
    """The form's turn on typed words; whatever they were taken for, it is the reply."""
    talk.says(text, "ask_policy").run(ValidateReplyForm())
    return talk.run(AskReplyConfirmed())


def sent(talk: Talk) -> Turn:
    talk.presses("send_reply").run(ValidateReplyForm())
    return talk.run(ActionSendReply())


def test_the_list_shows_the_oldest_three_with_a_button_each(asked: Talk) -> None:
    for n in range(2, 6):
        asked.as_member(f"M000{n + 2}").says(f"问题{n}", "ask_policy").run(ActionAnswer())
    listed = asked.as_member("M0001").says("待回复", "open_questions").run(ActionOpenQuestions())
    assert listed.text.splitlines()[0] == say("bot.open_questions", count=5)
    assert say("bot.more_questions", shown=3) in listed.text
    assert list(listed.buttons) == ["回复第 1 个", "回复第 2 个", "回复第 3 个"]
    assert listed.buttons["回复第 1 个"] == '/answer_question{"question_id": "1"}'


def test_a_reply_is_shown_once_more_before_it_is_sent(asked: Talk) -> None:
    prompt = begun(asked)
    assert QUESTION in prompt.text
    assert list(prompt.buttons) == ["不用回复", "先不回复"]
    shown = written(asked)
    assert REPLY in shown.text
    assert list(shown.buttons) == ["发出去", "改一改", "取消"]
    assert told(asked) == []


def test_the_reply_reaches_the_member_marked_as_the_secretarys(asked: Talk) -> None:
    begun(asked)
    written(asked)
    turn = sent(asked)
    assert turn.text == say("bot.reply_sent", name=name_of(asked, "M0003"))
    (message,) = told(asked)
    assert message.text.splitlines() == [
        f"关于您问的“{QUESTION}”，{name_of(asked, 'M0001')}书记答复：",
        REPLY,
        "（以上是支部书记的答复。）",
    ]
    assert (message.channel, message.address) == ("web", "M0003")
    assert asked.queue.rung[-1] == ("web", "M0003")
    assert question(asked).state == QuestionState.ANSWERED
    assert turn.set == {"reply_question": None, "reply_text": None, "reply_confirmed": None}


def test_an_administrator_does_not_reply_as_secretary(asked: Talk) -> None:
    asked.as_member("M0005")
    begun(asked)
    written(asked)
    sent(asked)
    (message,) = told(asked)
    assert f"{name_of(asked, 'M0005')}同志答复" in message.text
    assert "以上是党组织管理员的答复" in message.text


def test_sending_twice_sends_once(asked: Talk) -> None:
    begun(asked)
    written(asked)
    kept = dict(asked.slots)
    first = sent(asked)
    asked.slots = kept  # Rasa died before it had kept what the turn changed
    assert sent(asked).text == first.text
    assert len(told(asked)) == 1


def test_an_address_that_is_another_members_now_gets_nothing(asked: Talk) -> None:
    with asked.database.writing() as session:
        other, asker = (members.by_number(session, one) for one in ("M0009", "M0003"))
        assert other is not None
        assert asker is not None
        members.bind(session, other, "web", "M0003", now=asked.clock())
    begun(asked)
    written(asked)
    sent(asked)
    assert told(asked)[0].address == members.web_address(asker.id)


@pytest.mark.parametrize(
    ("words", "reply"), [("改一改", None), ("改成先找我登记", "改成先找我登记"), ("好的", REPLY)]
)
def test_words_instead_of_buttons(asked: Talk, words: str, reply: str | None) -> None:
    begun(asked)
    written(asked)
    asked.says(words, "affirm").run(ValidateReplyForm())
    assert asked.slots["reply_text"] == reply
    assert asked.slots["reply_confirmed"] == ("yes" if words == "好的" else None)


@pytest.mark.parametrize("words", ["取消", "先不回复。"])
def test_a_reply_is_left_and_the_question_stays(asked: Talk, words: str) -> None:
    begun(asked)
    turn = asked.says(words, "cancel_booking").run(ValidateReplyForm())
    assert turn.text == say("bot.reply_left")
    assert turn.set["requested_slot"] is None
    assert asked.run(ActionSendReply()).text == ""
    assert question(asked).state == QuestionState.OPEN


def test_a_yes_to_the_question_itself_is_a_reply(asked: Talk) -> None:
    begun(asked)
    assert "“可以”" in written(asked, "可以").text
    assert told(asked) == []


def test_a_button_of_something_else_waits(asked: Talk) -> None:
    begun(asked)
    for name, entities in (("help", {}), ("ask_policy", {"say": "党费怎么交"})):
        turn = asked.presses(name, **entities).run(ValidateReplyForm())
        assert turn.text == say("bot.finish_reply", name=name_of(asked, "M0003"))
        assert asked.slots["reply_text"] is None


def test_a_question_that_needs_no_reply_is_closed_and_the_member_told(asked: Talk) -> None:
    prompt = begun(asked)
    turn = asked.presses_on(prompt, "不用回复").run(ValidateReplyForm())
    assert turn.text == say("bot.question_dropped_done", name=name_of(asked, "M0003"))
    assert turn.set["requested_slot"] is None
    assert question(asked).state == QuestionState.DROPPED
    assert [one.text for one in told(asked)] == [
        say("bot.question_dropped_to_member", question=QUESTION)
    ]


def test_a_stale_button_says_who_was_faster(asked: Talk) -> None:
    with asked.database.writing() as session:
        second = members.by_number(session, "M0002")
        assert second is not None
        branch = branch_of(session, second.organisation_id)
        session.add(Role(member_id=second.id, organisation_id=branch.id, kind="secretary"))
    begun(asked)
    written(asked)
    sent(asked)
    asked.as_member("M0002")
    late = say("bot.question_answered", name=name_of(asked, "M0001"))
    begin = asked.presses("answer_question", question_id="1").run(ValidateReplyForm())
    assert begin.text == late
    assert begin.set["requested_slot"] is None
    assert asked.presses("drop_question", question_id="1").run(ActionDropQuestion()).text == late


@pytest.mark.parametrize(("number", "given"), [("M0003", "1"), ("M0060", "1"), ("M0001", "x1")])
def test_nobody_else_learns_that_there_is_a_question(asked: Talk, number: str, given: str) -> None:
    asked.as_member(number)
    unknown = say("bot.question_not_found")
    for action, name in (
        (ValidateReplyForm(), "answer_question"),
        (ActionDropQuestion(), "drop_question"),
        (ActionSaveDraft(), "save_draft"),
    ):
        assert asked.presses(name, question_id=given).run(action).text == unknown
    asked.sender = "web:guest"
    assert asked.presses("drop_question", question_id="1").run(ActionDropQuestion()).text == unknown


def test_who_has_left_meanwhile_gets_nothing(asked: Talk) -> None:
    begun(asked)
    written(asked)
    with asked.database.writing() as session:
        session.query(Member).filter_by(number="M0003").one().state = MemberState.TRANSFERRED
    turn = sent(asked)
    assert turn.text == say("bot.asker_left", name=name_of(asked, "M0003"))
    assert list(turn.buttons) == ["不用回复"]
    assert told(asked) == []


def test_one_tap_keeps_the_reply_as_a_draft_without_personal_data(asked: Talk) -> None:
    begun(asked)
    written(asked, f"能借，找{name_of(asked, 'M0003')}同志登记，13800138000")
    turn = asked.presses_on(sent(asked), "存为问答草稿").run(ActionSaveDraft())
    kept = "能借，找某同志登记，（号码略）"
    assert turn.text == say("bot.draft_saved", question=QUESTION, answer=kept)
    with asked.database.reading() as session:
        assert session.query(DraftCard).one().answer == kept


def test_a_draft_that_looks_personal_is_not_kept(asked: Talk) -> None:
    begun(asked)
    written(asked, "来3号楼找我")
    turn = asked.presses_on(sent(asked), "存为问答草稿").run(ActionSaveDraft())
    assert turn.text == say("bot.looks_personal", found="3号楼")
    with asked.database.reading() as session:
        assert session.query(DraftCard).count() == 0
