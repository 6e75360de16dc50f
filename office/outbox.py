"""The outbox: the ledger of everything that is sent.

A row is written in the transaction that causes it, claimed to be sent (``office.claims``) and
settled once; nothing is ever removed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session

from office.insert import insert_each_once, insert_once
from office.models import OutboxMessage, OutboxState


@dataclass(frozen=True)
class Button:
    """A button under a message; ``payload`` is what Rasa hears when it is pressed."""

    title: str
    payload: str


@dataclass(frozen=True)
class Draft:
    """A message to be sent. ``dedupe_key`` names its cause: the same cause is sent once."""

    dedupe_key: str
    rule: str
    channel: str
    address: str
    text: str
    not_before: datetime
    buttons: Sequence[Button] = field(default=())
    reason: str = ""
    member_id: int | None = None
    reply_to: int | None = None
    expires_at: datetime | None = None
    picture: dict[str, Any] | None = None


def put(session: Session, draft: Draft, *, now: datetime) -> int | None:
    """Queue a message; its id, or None if the same cause has a row already."""
    return insert_once(session, OutboxMessage, **_values(draft, now))


def put_many(session: Session, drafts: Sequence[Draft], *, now: datetime) -> int:
    """Queue those of many messages whose cause has no row yet; how many they were."""
    return insert_each_once(session, OutboxMessage, [_values(draft, now) for draft in drafts])


def _values(draft: Draft, now: datetime) -> dict[str, object]:
    return {
        "dedupe_key": draft.dedupe_key,
        "rule": draft.rule,
        "reason": draft.reason,
        "channel": draft.channel,
        "address": draft.address,
        "member_id": draft.member_id,
        "text": draft.text,
        "buttons": [asdict(button) for button in draft.buttons],
        "picture": draft.picture,
        "reply_to": draft.reply_to,
        "state": OutboxState.QUEUED,
        "not_before": draft.not_before,
        "expires_at": draft.expires_at,
        "attempts": 0,
        "created_at": now,
    }


def due_channels(session: Session, *, now: datetime) -> dict[str, int]:
    """The channels over which something is due (``not_before <= now``), and for how many people."""
    rows = session.execute(
        select(OutboxMessage.channel, func.count(OutboxMessage.address.distinct()).label("people"))
        .where(OutboxMessage.state == OutboxState.QUEUED, OutboxMessage.not_before <= now)
        .group_by(OutboxMessage.channel)
    )
    return {row.channel: row.people for row in rows}


def cancel(session: Session, rule: str, *, about: str, now: datetime) -> int:
    """Drop what is queued of a rule, whose cause is gone; how many rows there were.

    ``about`` is how the part of the key after rule and member begins, such as ``"17:"``: keys are
    ``<rule>:<member>:<about>…``. What is under way or sent stays as it is.
    """
    queued = session.execute(
        select(OutboxMessage.id, OutboxMessage.dedupe_key).where(
            OutboxMessage.rule == rule, OutboxMessage.state == OutboxState.QUEUED
        )
    )
    gone = [row_id for row_id, key in queued if key.split(":", 2)[-1].startswith(about)]
    dropped = session.execute(
        update(OutboxMessage)
        .where(OutboxMessage.id.in_(gone), OutboxMessage.state == OutboxState.QUEUED)
        .values(state=OutboxState.CANCELLED, settled_at=now, error="cause_gone")
        .returning(OutboxMessage.id)
    )
    return len(dropped.all())


def conversation(
    session: Session, channel: str, address: str, *, since: datetime | None = None, limit: int = 200
) -> list[OutboxMessage]:
    """What was sent to an address from a moment on, in the order of sending; the last of it."""
    rows = session.scalars(
        select(OutboxMessage)
        .where(
            OutboxMessage.channel == channel,
            OutboxMessage.address == address,
            *([OutboxMessage.settled_at >= since] if since else []),
            or_(
                OutboxMessage.state == OutboxState.SENT,
                OutboxMessage.state == OutboxState.UNCERTAIN,
            ),
        )
        .order_by(OutboxMessage.settled_at.desc(), OutboxMessage.id.desc())
        .limit(limit)
    )
    return list(reversed(list(rows)))


def picture_sent(
    session: Session, channel: str, address: str, message_id: int
) -> dict[str, Any] | None:
    """What the picture beside a message shows, if the message was sent to this address."""
    row = session.get(OutboxMessage, message_id)
    if row is None or (row.channel, row.address) != (channel, address):
        return None
    return row.picture if row.state in {OutboxState.SENT, OutboxState.UNCERTAIN} else None


def last_reply(session: Session, channel: str, address: str) -> OutboxMessage | None:
    """What was last said to an address in reply; what is sent unasked does not count."""
    return session.scalar(
        select(OutboxMessage)
        .where(
            OutboxMessage.channel == channel,
            OutboxMessage.address == address,
            OutboxMessage.reply_to.is_not(None),
        )
        .order_by(OutboxMessage.id.desc())
        .limit(1)
    )


def button(session: Session, channel: str, address: str, pressed: str) -> Button | None:
    """The button "<outbox id>:<index>" as it was offered to this address; None if it never was."""
    row_id, _, index = pressed.partition(":")
    if not (row_id.isascii() and row_id.isdigit() and index.isascii() and index.isdigit()):
        return None
    if len(row_id) > 12 or len(index) > 3:
        return None
    row = session.get(OutboxMessage, int(row_id))
    if row is None or (row.channel, row.address) != (channel, address):
        return None
    if int(index) >= len(row.buttons):
        return None
    return Button(**row.buttons[int(index)])
