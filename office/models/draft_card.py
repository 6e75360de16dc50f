"""Drafts of answer cards, made of a question and the secretary's reply to it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from office.database import Record


class DraftState(StrEnum):
    """How far the review of a draft has come."""

    WAITING = "waiting"
    TAKEN = "taken"  # made into a card in knowledge/
    DROPPED = "dropped"


class DraftCard(Record):
    """A question and its answer without personal data, for the editors of the cards."""

    __tablename__ = "draft_cards"

    id: Mapped[int] = mapped_column(primary_key=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("questions.id"), unique=True)
    question: Mapped[str] = mapped_column(String(600))
    answer: Mapped[str] = mapped_column(String(600))
    created_by_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    created_at: Mapped[datetime]
    state: Mapped[DraftState] = mapped_column(String(20), default=DraftState.WAITING)
