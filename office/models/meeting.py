"""Meetings of organisation life and the monthly work meeting."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from office.database import Record
from office.models.organisation import Organisation


class MeetingKind(StrEnum):
    """Kinds of meeting (支部工作条例, 11 to 18; the work meeting is a local rule)."""

    GENERAL = "general"  # 支部党员大会
    COMMITTEE = "committee"  # 支部委员会会议
    GROUP = "group"  # 党小组会
    LESSON = "lesson"  # 党课
    THEME_DAY = "theme_day"  # 主题党日
    ORGANISATION_LIFE = "organisation_life"  # 组织生活会
    APPRAISAL = "appraisal"  # 民主评议党员
    TALKS = "talks"  # 谈心谈话
    WORK = "work"  # 工作例会


class MeetingState(StrEnum):
    """Whether a meeting is to come, was held or was called off."""

    PLANNED = "planned"
    HELD = "held"
    CANCELLED = "cancelled"


class Meeting(Record):
    """A meeting of one organisation."""

    __tablename__ = "meetings"

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), index=True)
    kind: Mapped[MeetingKind] = mapped_column(String(30))
    starts_at: Mapped[datetime] = mapped_column(index=True)
    place: Mapped[str] = mapped_column(String(120), default="")
    theme: Mapped[str] = mapped_column(String(200), default="")
    state: Mapped[MeetingState] = mapped_column(String(20), default=MeetingState.PLANNED)
    expected: Mapped[int | None]
    """应到: how many ought to have come."""
    present: Mapped[int | None]
    """实到: how many came."""
    agenda: Mapped[str] = mapped_column(String(1000), default="")
    """What the secretary adds to the agenda that the assistant puts together."""
    summary: Mapped[str] = mapped_column(String(1000), default="")
    """What was written down of a meeting that was held."""
    version: Mapped[int] = mapped_column(default=0)
    """Raised by every change of time or place and by calling it off: each is told once."""
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    recorded_at: Mapped[datetime | None]
    organisation: Mapped[Organisation] = relationship()


class Acknowledgement(Record):
    """That somebody has seen (已阅) the notice of a meeting as it stood."""

    __tablename__ = "acknowledgements"
    __table_args__ = (UniqueConstraint("meeting_id", "member_id", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meetings.id"))
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"), index=True)
    version: Mapped[int]
    at: Mapped[datetime]
