"""The inbox: every message is stored once, and answered in order within its conversation."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, literal_column, select, update
from sqlalchemy.orm import Session

from office.insert import insert_once
from office.models import InboxKind, InboxMessage, InboxState

LONGEST = 6000
WAITING = InboxMessage.state == literal_column("'waiting'")
"""As a literal: SQLite uses a partial index only where the query names its value."""


def store(
    session: Session,
    *,
    channel: str,
    update_id: str,
    address: str,
    kind: InboxKind,
    text: str,
    now: datetime,
) -> int | None:
    """Keep a message as it came; its id, or None if this update was stored before."""
    return insert_once(
        session,
        InboxMessage,
        channel=channel,
        update_id=update_id,
        address=address,
        kind=kind,
        text=storable(text)[:LONGEST],
        state=InboxState.WAITING,
        received_at=now,
        attempts=0,
    )


def storable(text: str) -> str:
    """Without what no database keeps: zero bytes and halves of surrogate pairs."""
    return text.replace("\x00", "").encode("utf-8", "ignore").decode("utf-8")


def waiting_conversations(session: Session) -> list[tuple[str, str]]:
    """(channel, address) of every conversation in which a message waits, the oldest first."""
    oldest = func.min(InboxMessage.id)
    rows = session.execute(
        select(InboxMessage.channel, InboxMessage.address)
        .where(WAITING)
        .group_by(InboxMessage.channel, InboxMessage.address)
        .order_by(oldest)
        .limit(1000)
    )
    return [(channel, address) for channel, address in rows]


def next_waiting(session: Session, channel: str, address: str) -> InboxMessage | None:
    """The oldest message of a conversation that waits for its answer."""
    return session.scalar(
        select(InboxMessage)
        .where(
            WAITING,
            InboxMessage.channel == channel,
            InboxMessage.address == address,
        )
        .order_by(InboxMessage.id)
        .limit(1)
    )


def pressed_before(session: Session, message_id: int) -> bool:
    """Whether the same button was pressed before this message, in the same conversation."""
    pressed = session.get(InboxMessage, message_id)
    if pressed is None or pressed.kind != InboxKind.BUTTON:
        return False
    earlier = session.scalar(
        select(InboxMessage.id)
        .where(
            InboxMessage.channel == pressed.channel,
            InboxMessage.address == pressed.address,
            InboxMessage.id < pressed.id,
            InboxMessage.kind == InboxKind.BUTTON,
            InboxMessage.text == pressed.text,
        )
        .limit(1)
    )
    return earlier is not None


def tried(session: Session, message_id: int) -> int:
    """Count one more try to answer and return how many there were."""
    return session.execute(
        update(InboxMessage)
        .where(InboxMessage.id == message_id)
        .values(attempts=InboxMessage.attempts + 1)
        .returning(InboxMessage.attempts)
    ).scalar_one()


def settle(
    session: Session,
    message_id: int,
    state: InboxState,
    *,
    now: datetime,
    intent: str | None = None,
) -> bool:
    """Close a waiting message; False if somebody else has closed it, and nothing may be sent."""
    settled = session.execute(
        update(InboxMessage)
        .where(InboxMessage.id == message_id, InboxMessage.state == InboxState.WAITING)
        .values(state=state, answered_at=now, intent=intent)
        .returning(InboxMessage.id)
    ).scalar_one_or_none()
    return settled is not None
