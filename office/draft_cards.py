"""Drafts of answer cards: a secretary's reply that may help others, without personal data."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from office import access, audit
from office.access import Action
from office.errors import NotFoundError
from office.models import DraftCard, DraftState, Member, OpenQuestion
from office.personal_data import without_personal_data


def make(session: Session, by: Member, question_id: int, *, now: datetime) -> DraftCard:
    """The draft of an answered question; made once.

    Raises PersonalDataError if something personal would be left, NotFoundError where there is no
    reply, or to whom it is no business of.
    """
    question = session.get(OpenQuestion, question_id)
    if (
        question is None
        or question.reply is None
        or not access.may(session, by, Action.ANSWER_QUESTIONS, question.organisation_id)
    ):
        raise NotFoundError("question_not_found")
    earlier = session.scalar(select(DraftCard).where(DraftCard.question_id == question_id))
    if earlier is not None:
        return earlier
    # Of every organisation: members ask about people of other branches too.
    names = list(session.scalars(select(Member.name)))
    draft = DraftCard(
        question_id=question_id,
        question=without_personal_data(question.asked, names),
        answer=without_personal_data(question.reply, names),
        created_by_id=by.id,
        created_at=now,
    )
    session.add(draft)
    session.flush()
    audit.record(
        session,
        at=now,
        member_id=by.id,
        action="draft_card",
        subject=f"draft:{draft.id}",
        question=question_id,
    )
    return draft


def waiting(session: Session) -> list[DraftCard]:
    """The drafts that nobody has reviewed yet, the oldest first."""
    return list(
        session.scalars(
            select(DraftCard).where(DraftCard.state == DraftState.WAITING).order_by(DraftCard.id)
        )
    )


def get(session: Session, draft_id: int) -> DraftCard:
    """A draft in any state. Raises NotFoundError."""
    draft = session.get(DraftCard, draft_id)
    if draft is None:
        raise NotFoundError("no_such_draft", number=draft_id)
    return draft


def settle(session: Session, draft_id: int, state: DraftState, *, now: datetime) -> DraftCard:
    """Note that a waiting draft was taken into a card, or dropped. Raises NotFoundError."""
    changed = session.execute(
        update(DraftCard)
        .where(DraftCard.id == draft_id, DraftCard.state == DraftState.WAITING)
        .values(state=state)
        .returning(DraftCard.id)
    ).scalar_one_or_none()
    if changed is None:
        raise NotFoundError("no_such_draft", number=draft_id)
    audit.record(
        session, at=now, member_id=None, action=f"draft_{state}", subject=f"draft:{draft_id}"
    )
    return session.get_one(DraftCard, draft_id, populate_existing=True)
