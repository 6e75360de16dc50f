"""Questions for the secretary: asked once, answered once, by whom they concern; drafts; votes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import count

import pytest
from sqlalchemy.orm import Session

from office import draft_cards, inbox, members, questions, votes
from office.database import Database
from office.errors import NotFoundError, NotPassedOnError, PersonalDataError, QuestionClosedError
from office.models import (
    AuditEntry,
    Cause,
    DraftState,
    InboxKind,
    Member,
    MemberState,
    OpenQuestion,
    QuestionState,
    Role,
)
from office.organisations import branch_of
from office.questions import Asked
from tests.conftest import NOW

KEYS = count()
SECRETARY, ASKER, STRANGER = "M0001", "M0003", "M0060"
ADMINISTRATOR = "M0005"
"""Of the committee above the branch of the first two."""


@pytest.fixture
def session(district: Database) -> Iterator[Session]:
    with district.writing() as session:
        yield session


def who(session: Session, number: str) -> Member:
    member = members.by_number(session, number)
    assert member is not None
    return member


def asked(text: str, cause: Cause = Cause.DECLINED, key: str | None = None) -> Asked:
    return Asked(text, cause, "web", "m5", key or f"question:{next(KEYS)}")


def ask(
    session: Session, text: str = "活动室能借吗", cause: Cause = Cause.DECLINED
) -> OpenQuestion:
    return questions.ask(session, who(session, ASKER), asked(text, cause), now=NOW)


def other_secretary(session: Session) -> Member:
    """One more secretary of the asker's branch."""
    branch = branch_of(session, who(session, ASKER).organisation_id)
    member = who(session, "M0002")
    session.add(Role(member_id=member.id, organisation_id=branch.id, kind="secretary"))
    session.flush()
    return member


def test_a_question_waits_for_the_secretary_of_the_branch(session: Session) -> None:
    question = ask(session)
    assert [one.number for one in questions.hearers(session, question.member)] == [SECRETARY]
    assert questions.open_for(session, who(session, SECRETARY)) == [question]
    assert questions.open_for(session, who(session, ADMINISTRATOR)) == [question]
    assert questions.open_for(session, who(session, ASKER)) == []
    assert questions.open_for(session, who(session, STRANGER)) == []
    assert questions.own(session, who(session, ASKER)) == [question]


def test_the_same_turn_handled_twice_asks_once(session: Session) -> None:
    first = questions.ask(session, who(session, ASKER), asked("甲", key="question:x"), now=NOW)
    again = questions.ask(session, who(session, ASKER), asked("甲", key="question:x"), now=NOW)
    assert first is again
    assert session.query(OpenQuestion).count() == 1


def test_the_same_question_is_not_asked_twice_while_it_is_open(session: Session) -> None:
    question = ask(session, "活动室能借吗？")
    with pytest.raises(NotPassedOnError, match="already_asked"):
        ask(session, "活动室 能借吗")
    questions.answer(session, who(session, SECRETARY), question.id, "能", now=NOW)
    assert ask(session, "活动室能借吗").id != question.id


def test_a_day_has_its_limits_and_the_next_begins_at_midnight_in_shanghai(session: Session) -> None:
    for n in range(questions.AUTOMATIC_A_DAY):
        ask(session, f"问题{n}")
    with pytest.raises(NotPassedOnError, match="too_many_questions"):
        ask(session, "再来一个")
    for n in range(questions.A_DAY - questions.AUTOMATIC_A_DAY):
        ask(session, f"自己要转的{n}", Cause.CHOSEN)
    with pytest.raises(NotPassedOnError, match="too_many_questions"):
        ask(session, "还有一个", Cause.CHOSEN)
    asker = who(session, ASKER)
    midnight = NOW.replace(hour=16)  # 0:00 of the 24th
    with pytest.raises(NotPassedOnError):
        questions.ask(session, asker, asked("明天的"), now=midnight - timedelta(seconds=1))
    assert questions.ask(session, asker, asked("明天的"), now=midnight).id


def test_nobody_is_asked_what_he_asks_himself(session: Session) -> None:
    with pytest.raises(NotPassedOnError, match="no_secretary"):
        questions.ask(session, who(session, SECRETARY), asked("甲"), now=NOW)
    assert session.query(OpenQuestion).count() == 0


def test_an_answer_closes_the_question_once(session: Session) -> None:
    question, other = ask(session), other_secretary(session)
    secretary = who(session, SECRETARY)
    closed = questions.answer(session, secretary, question.id, "能借", now=NOW)
    assert (closed.state, closed.reply, closed.closed_at) == (QuestionState.ANSWERED, "能借", NOW)
    assert questions.answer(session, secretary, question.id, "能借", now=NOW) is closed
    with pytest.raises(QuestionClosedError, match="question_answered") as late:
        questions.answer(session, other, question.id, "不能", now=NOW)
    assert late.value.detail == {"name": secretary.name}
    assert session.query(AuditEntry).filter_by(subject=f"question:{question.id}").count() == 1
    assert closed.reply == "能借"


def test_a_dropped_question_is_not_open_any_more(session: Session) -> None:
    question = ask(session)
    questions.drop(session, who(session, SECRETARY), question.id, now=NOW)
    assert questions.open_of(session, question.organisation_id) == []
    with pytest.raises(QuestionClosedError, match="question_dropped"):
        questions.find(session, who(session, SECRETARY), question.id)


@pytest.mark.parametrize("number", [ASKER, STRANGER, None])
def test_to_anybody_else_the_question_does_not_exist(session: Session, number: str | None) -> None:
    question = ask(session)
    by = who(session, number) if number else None
    with pytest.raises(NotFoundError):
        questions.find(session, by, question.id)
    if by is not None:
        for call in (questions.drop, draft_cards.make):
            with pytest.raises(NotFoundError):
                call(session, by, question.id, now=NOW)
        with pytest.raises(NotFoundError):
            questions.answer(session, by, question.id, "能", now=NOW)


def test_who_has_left_gets_no_reply(session: Session) -> None:
    question = ask(session)
    question.member.state = MemberState.LEFT
    with pytest.raises(NotPassedOnError, match="asker_left"):
        questions.answer(session, who(session, SECRETARY), question.id, "能", now=NOW)
    assert question.state == QuestionState.OPEN


def test_a_draft_is_made_once_and_names_nobody(session: Session) -> None:
    asker, secretary = who(session, ASKER), who(session, SECRETARY)
    question = ask(session, f"{asker.name}同志的电话13800138000能登记吗")
    with pytest.raises(NotFoundError):
        draft_cards.make(session, secretary, question.id, now=NOW)
    reply = f"能，找{who(session, STRANGER).name}，发到 a.b@example.com 也行"
    questions.answer(session, secretary, question.id, reply, now=NOW)
    draft = draft_cards.make(session, secretary, question.id, now=NOW)
    assert draft.question == "某同志的电话（号码略）能登记吗"
    assert draft.answer == "能，找某同志，发到 （邮箱略） 也行"
    assert draft_cards.make(session, secretary, question.id, now=NOW) is draft
    assert draft_cards.waiting(session) == [draft]


def test_a_draft_that_still_looks_personal_is_refused(session: Session) -> None:
    question = ask(session)
    questions.answer(session, who(session, SECRETARY), question.id, "去3号楼找我", now=NOW)
    with pytest.raises(PersonalDataError):
        draft_cards.make(session, who(session, SECRETARY), question.id, now=NOW)
    assert draft_cards.waiting(session) == []


def test_a_draft_is_taken_or_dropped_once(session: Session) -> None:
    question = ask(session)
    questions.answer(session, who(session, SECRETARY), question.id, "能", now=NOW)
    draft = draft_cards.make(session, who(session, SECRETARY), question.id, now=NOW)
    taken = draft_cards.settle(session, draft.id, DraftState.TAKEN, now=NOW)
    assert taken.state == DraftState.TAKEN
    with pytest.raises(NotFoundError):
        draft_cards.settle(session, draft.id, DraftState.DROPPED, now=NOW)
    assert draft_cards.get(session, draft.id).state == DraftState.TAKEN


def test_votes_are_counted_by_card_and_day(session: Session) -> None:
    first, second = date(2026, 11, 23), date(2026, 11, 24)
    for card, up, day in (("a", True, first), ("a", False, second), ("a", True, first)):
        votes.count(session, card, up=up, day=day)
    votes.count(session, "b", up=False, day=first)
    votes.count(session, "b", up=False, day=first)
    assert votes.totals(session) == [("b", 0, 2), ("a", 2, 1)]


def test_the_same_button_pressed_again_is_known(session: Session) -> None:
    def press(address: str, text: str) -> int:
        row = inbox.store(
            session,
            channel="web",
            update_id=str(next(KEYS)),
            address=address,
            kind=InboxKind.BUTTON,
            text=text,
            now=NOW,
        )
        assert row is not None
        return row

    assert not inbox.pressed_before(session, press("m5", "7:1"))
    assert not inbox.pressed_before(session, press("m5", "7:2"))
    assert not inbox.pressed_before(session, press("m6", "7:1"))
    assert inbox.pressed_before(session, press("m5", "7:1"))
    assert not inbox.pressed_before(session, 9999)
