"""Study content that is pushed to organisations, and how many have opened and read it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from office.database import Record
from office.models.organisation import Organisation


class StudyState(StrEnum):
    """Where an item is."""

    PLANNED = "planned"  # goes out at ``send_at``
    SENT = "sent"  # stands in the outbox for everybody
    WITHDRAWN = "withdrawn"


class StudyItem(Record):
    """A text, link or file for members to study."""

    __tablename__ = "study_items"

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), index=True)
    """Who sends it; the targets are this organisation or below it."""
    title: Mapped[str] = mapped_column(String(120))
    text: Mapped[str] = mapped_column(String(3000), default="")
    link: Mapped[str] = mapped_column(String(500), default="")
    file_name: Mapped[str] = mapped_column(String(120), default="")
    file_type: Mapped[str] = mapped_column(String(80), default="")
    file: Mapped[bytes | None] = mapped_column(deferred=True)
    send_at: Mapped[datetime] = mapped_column(index=True)
    state: Mapped[StudyState] = mapped_column(String(20), default=StudyState.PLANNED)
    created_by_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    created_at: Mapped[datetime]
    organisation: Mapped[Organisation] = relationship()
    targets: Mapped[list[StudyTarget]] = relationship(back_populates="item")


class StudyTarget(Record):
    """An organisation whose members, and those below it, get an item."""

    __tablename__ = "study_targets"
    __table_args__ = (UniqueConstraint("item_id", "organisation_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("study_items.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    item: Mapped[StudyItem] = relationship(back_populates="targets")
    organisation: Mapped[Organisation] = relationship()


class StudyReceipt(Record):
    """That somebody of a branch has opened or read an item: counted, and never shown who."""

    __tablename__ = "study_receipts"
    __table_args__ = (UniqueConstraint("item_id", "reader"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("study_items.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), index=True)
    """The reader's branch."""
    reader: Mapped[str] = mapped_column(String(64))
    """A keyed hash of the member and the item: it keeps one reader from counting twice."""
    opened_at: Mapped[datetime]
    read_at: Mapped[datetime | None]
