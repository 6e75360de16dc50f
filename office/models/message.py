"""What came in and what goes out: the inbox, and the outbox that is the ledger of every send."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from office.database import Record


class InboxState(StrEnum):
    """How far an incoming message has come."""

    WAITING = "waiting"  # stored, not yet answered
    ANSWERED = "answered"  # its replies stand in the outbox
    FAILED = "failed"  # could not be answered after every try; the member was told


class InboxKind(StrEnum):
    """What the member sent."""

    TEXT = "text"
    BUTTON = "button"  # ``text`` holds "<outbox id>:<button index>"
    START = "start"  # ``text`` holds the token of a one-time link, or nothing
    UNSUPPORTED = "unsupported"  # sticker, voice, photo, file


class InboxMessage(Record):
    """A message as it came, stored before anything else is done with it."""

    __tablename__ = "inbox"
    __table_args__ = (
        UniqueConstraint("channel", "update_id"),
        Index(
            "ix_inbox_waiting",
            "channel",
            "address",
            "id",
            sqlite_where=text("state = 'waiting'"),
            postgresql_where=text("state = 'waiting'"),
        ),
        Index("ix_inbox_address", "channel", "address", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    channel: Mapped[str] = mapped_column(String(20))
    update_id: Mapped[str] = mapped_column(String(80))
    address: Mapped[str] = mapped_column(String(100))
    kind: Mapped[InboxKind] = mapped_column(String(20))
    text: Mapped[str] = mapped_column(String(6000))
    state: Mapped[InboxState] = mapped_column(String(20), default=InboxState.WAITING)
    received_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    intent: Mapped[str | None] = mapped_column(String(60))


class OutboxState(StrEnum):
    """Where a message to be sent is; nothing is ever removed from the ledger."""

    QUEUED = "queued"  # to be sent once ``not_before`` has come
    LEASED = "leased"  # a worker is sending it
    SENT = "sent"
    FAILED = "failed"  # refused for good, or every try used up
    UNCERTAIN = "uncertain"  # may have been delivered: the answer was lost
    EXPIRED = "expired"  # its time had passed before it could be sent
    CANCELLED = "cancelled"  # its cause is gone, or somebody dropped it


class OutboxMessage(Record):
    """A message to be sent, written in the transaction that causes it."""

    __tablename__ = "outbox"
    __table_args__ = (
        Index(
            "ix_outbox_due",
            "channel",
            "not_before",
            "id",
            sqlite_where=text("state = 'queued'"),
            postgresql_where=text("state = 'queued'"),
        ),
        Index(
            "ix_outbox_waiting",
            "channel",
            "address",
            "id",
            sqlite_where=text("state IN ('queued', 'leased')"),
            postgresql_where=text("state IN ('queued', 'leased')"),
        ),
        Index("ix_outbox_address", "channel", "address", "id"),
        Index(
            "uq_outbox_one_under_way",
            "channel",
            "address",
            unique=True,
            sqlite_where=text("state = 'leased'"),
            postgresql_where=text("state = 'leased'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    dedupe_key: Mapped[str] = mapped_column(String(160), unique=True)
    """What causes the message, such as rule, person and period: one cause makes one row."""
    rule: Mapped[str] = mapped_column(String(40))
    reason: Mapped[str] = mapped_column(String(200), default="")
    channel: Mapped[str] = mapped_column(String(20))
    address: Mapped[str] = mapped_column(String(100))
    member_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"), index=True)
    text: Mapped[str] = mapped_column(String(6000))
    buttons: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    picture: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    """What a picture beside the text shows: its ``kind`` and values; drawn when it is sent."""
    reply_to: Mapped[int | None] = mapped_column(ForeignKey("inbox.id"), index=True)
    state: Mapped[OutboxState] = mapped_column(String(20), default=OutboxState.QUEUED)
    not_before: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    leased_until: Mapped[datetime | None]
    created_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    error: Mapped[str | None] = mapped_column(String(80))
