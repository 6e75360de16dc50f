"""Questions that we could not answer and passed on to the secretary of the member's branch."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from office.database import Record
from office.models.member import Member
from office.models.organisation import Organisation


class Cause(StrEnum):
    """Why a question was passed on."""

    DECLINED = "declined"  # we had no answer, and passed it on by ourselves
    CHOSEN = "chosen"  # the member had it passed on by the button 转给书记
    THUMBS_DOWN = "thumbs_down"  # our answer did not help (👎)


class QuestionState(StrEnum):
    """What became of a question."""

    OPEN = "open"
    ANSWERED = "answered"
    DROPPED = "dropped"  # the secretary answers it in another way, or not at all


class OpenQuestion(Record):
    """A member's question that a person shall answer."""

    __tablename__ = "questions"

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"), index=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), index=True)
    """The branch whose secretary is asked."""
    channel: Mapped[str] = mapped_column(String(20))
    address: Mapped[str] = mapped_column(String(100))
    """Where it was asked, and where the reply goes."""
    asked: Mapped[str] = mapped_column(String(300))
    cause: Mapped[Cause] = mapped_column(String(20))
    card: Mapped[str | None] = mapped_column(String(80))
    """The answer card that did not help."""
    state: Mapped[QuestionState] = mapped_column(String(20), default=QuestionState.OPEN)
    asked_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    reply: Mapped[str | None] = mapped_column(String(300))
    request_key: Mapped[str] = mapped_column(String(80), unique=True)
    """Names the turn that asked, so that the same turn handled twice asks once."""
    member: Mapped[Member] = relationship(foreign_keys=member_id)
    organisation: Mapped[Organisation] = relationship()
    closed_by: Mapped[Member | None] = relationship(foreign_keys=closed_by_id)
