"""Questions passed on to the secretary of the member's branch, and his replies."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from office import access, audit
from office.access import Action
from office.bases import SHANGHAI
from office.errors import NotFoundError, NotPassedOnError, QuestionClosedError
from office.models import Cause, Member, MemberState, OpenQuestion, QuestionState, Role, RoleKind
from office.organisations import branch_of, holders

AUTOMATIC_A_DAY = 3
"""Declined questions of one member that are passed on in a day without his asking for it."""
A_DAY = 10
"""Questions of one member in a day, his own choice or not: secretaries have other work."""


@dataclass(frozen=True)
class Asked:
    """A question as a member put it, where, and why a person shall answer it."""

    text: str
    cause: Cause
    channel: str
    address: str
    request_key: str
    card: str | None = None


def hearers(session: Session, member: Member) -> list[Member]:
    """The secretaries of the member's branch who would hear his question; never himself."""
    branch = branch_of(session, member.organisation_id)
    secretaries = holders(session, branch.id, RoleKind.SECRETARY)
    return [secretary for secretary in secretaries if secretary.id != member.id]


def ask(session: Session, member: Member, asked: Asked, *, now: datetime) -> OpenQuestion:
    """Open a question; the same ``request_key`` gives the question that it opened before.

    Raises NotPassedOnError: no_secretary, already_asked (and still open), too_many_questions.
    """
    earlier = session.scalar(
        select(OpenQuestion).where(OpenQuestion.request_key == asked.request_key)
    )
    if earlier is not None:
        return earlier
    if not hearers(session, member):
        raise NotPassedOnError("no_secretary")
    if any(_same(asked.text, one.asked) for one in own(session, member)):
        raise NotPassedOnError("already_asked")
    if _too_many(session, member, asked.cause, now):
        raise NotPassedOnError("too_many_questions")
    question = OpenQuestion(
        member=member,
        organisation=branch_of(session, member.organisation_id),
        channel=asked.channel,
        address=asked.address,
        asked=asked.text[:300],
        cause=asked.cause,
        card=asked.card,
        asked_at=now,
        request_key=asked.request_key,
    )
    session.add(question)
    session.flush()
    return question


def find(session: Session, by: Member | None, question_id: int) -> OpenQuestion:
    """An open question that this person may answer.

    Raises QuestionClosedError, and NotFoundError to whom it is no business of.
    """
    question = session.get(OpenQuestion, question_id)
    if question is None or not access.may(
        session, by, Action.ANSWER_QUESTIONS, question.organisation_id
    ):
        raise NotFoundError("question_not_found")
    if question.state != QuestionState.OPEN:
        name = question.closed_by.name if question.closed_by else ""
        raise QuestionClosedError(f"question_{question.state}", name=name)
    return question


def answer(
    session: Session, by: Member, question_id: int, reply: str, *, now: datetime
) -> OpenQuestion:
    """Close a question with a reply; the same reply of the same person again is no error.

    Raises what ``find`` raises, and NotPassedOnError if the member has left.
    """
    closed = session.get(OpenQuestion, question_id)
    if closed is not None and (closed.closed_by_id, closed.reply) == (by.id, reply):
        return closed
    question = find(session, by, question_id)
    if question.member.state != MemberState.ACTIVE:
        raise NotPassedOnError("asker_left", name=question.member.name)
    return _close(session, by, question, QuestionState.ANSWERED, reply, now)


def drop(session: Session, by: Member, question_id: int, *, now: datetime) -> OpenQuestion:
    """Close a question without a reply. Raises what ``find`` raises."""
    question = find(session, by, question_id)
    return _close(session, by, question, QuestionState.DROPPED, None, now)


def own(session: Session, member: Member) -> list[OpenQuestion]:
    """The member's own questions that wait for a reply, the oldest first."""
    return list(
        session.scalars(
            select(OpenQuestion)
            .where(OpenQuestion.member_id == member.id, OpenQuestion.state == QuestionState.OPEN)
            .order_by(OpenQuestion.id)
        )
    )


def open_of(session: Session, branch_id: int) -> list[OpenQuestion]:
    """The branch's questions that wait for a reply, the oldest first."""
    return list(
        session.scalars(
            select(OpenQuestion)
            .where(
                OpenQuestion.organisation_id == branch_id, OpenQuestion.state == QuestionState.OPEN
            )
            .order_by(OpenQuestion.id)
        )
    )


def open_for(session: Session, member: Member) -> list[OpenQuestion]:
    """The open questions that this person may answer, the oldest first."""
    asked_of = session.scalars(
        select(OpenQuestion.organisation_id)
        .where(OpenQuestion.state == QuestionState.OPEN)
        .distinct()
    )
    found = [
        question
        for branch_id in list(asked_of)
        if access.may(session, member, Action.ANSWER_QUESTIONS, branch_id)
        for question in open_of(session, branch_id)
    ]
    return sorted(found, key=lambda question: question.id)


def may_answer(session: Session, member: Member) -> bool:
    """Whether questions of anybody are his to answer: a secretary's or an administrator's."""
    kinds = session.scalars(select(Role.kind).where(Role.member_id == member.id))
    return any(Action.ANSWER_QUESTIONS in access.OF_ROLE[RoleKind(kind)] for kind in kinds)


def _close(
    session: Session,
    by: Member,
    question: OpenQuestion,
    state: QuestionState,
    reply: str | None,
    now: datetime,
) -> OpenQuestion:
    """Close it unless somebody else was faster."""
    closed = session.execute(
        update(OpenQuestion)
        .where(OpenQuestion.id == question.id, OpenQuestion.state == QuestionState.OPEN)
        .values(state=state, closed_at=now, closed_by_id=by.id, reply=reply)
        .returning(OpenQuestion.id)
    ).scalar_one_or_none()
    session.refresh(question)
    if closed is None:
        return find(session, by, question.id)  # raises: it is closed
    audit.record(
        session,
        at=now,
        member_id=by.id,
        action=f"question_{state}",
        subject=f"question:{question.id}",
    )
    return question


def _too_many(session: Session, member: Member, cause: Cause, now: datetime) -> bool:
    midnight = datetime.combine(now.astimezone(SHANGHAI).date(), time(), SHANGHAI)
    today = session.execute(
        select(OpenQuestion.cause, func.count())
        .where(OpenQuestion.member_id == member.id, OpenQuestion.asked_at >= midnight)
        .group_by(OpenQuestion.cause)
    )
    counts: dict[str, int] = {str(one): count for one, count in today}
    if cause == Cause.DECLINED and counts.get(Cause.DECLINED, 0) >= AUTOMATIC_A_DAY:
        return True
    return sum(counts.values()) >= A_DAY


def _same(one: str, other: str) -> bool:
    """Whether two texts differ in nothing but spaces and punctuation."""
    bare = ["".join(char for char in text if char.isalnum()) for text in (one, other)]
    return bare[0] == bare[1]
