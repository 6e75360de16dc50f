"""The ledger (台账) of a work meeting, and the tasks that were handed out."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from office.database import Record
from office.models.meeting import Meeting
from office.models.member import Member
from office.models.organisation import Organisation


class Ledger(Record):
    """What was written down of one work meeting (a local rule, no central form)."""

    __tablename__ = "ledgers"

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meetings.id"), unique=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), index=True)
    held_on: Mapped[date]
    place: Mapped[str] = mapped_column(String(120))
    present: Mapped[int]
    theme: Mapped[str] = mapped_column(String(200))
    progress: Mapped[str] = mapped_column(String(2000), default="")
    problems: Mapped[str] = mapped_column(String(2000), default="")
    causes: Mapped[str] = mapped_column(String(2000), default="")
    recorded_by_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    recorded_at: Mapped[datetime]
    meeting: Mapped[Meeting] = relationship()
    tasks: Mapped[list[Task]] = relationship(back_populates="ledger", order_by="Task.id")


class TaskState(StrEnum):
    """How far a task has come; "late" is an open one whose day has passed."""

    OPEN = "open"
    DONE = "done"
    DROPPED = "dropped"


class Task(Record):
    """Something that a work meeting decided somebody should do by a day."""

    __tablename__ = "tasks"
    __table_args__ = (Index("ix_tasks_state_due_on", "state", "due_on"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), index=True)
    ledger_id: Mapped[int | None] = mapped_column(ForeignKey("ledgers.id"), index=True)
    title: Mapped[str] = mapped_column(String(200))
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"), index=True)
    """Who does it, where the name belongs to one member of the branch."""
    owner_name: Mapped[str] = mapped_column(String(40), default="")
    due_on: Mapped[date | None]
    state: Mapped[TaskState] = mapped_column(String(20), default=TaskState.OPEN)
    created_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    result: Mapped[str] = mapped_column(String(300), default="")
    organisation: Mapped[Organisation] = relationship()
    ledger: Mapped[Ledger | None] = relationship(back_populates="tasks")
    owner: Mapped[Member | None] = relationship(foreign_keys=[owner_id])
