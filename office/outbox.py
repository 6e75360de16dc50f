"""The outbox: the ledger of everything that is sent.

A row is written in the transaction that causes it, claimed by a conditional update, and settled
once. Per recipient one row at a time is under way, and earlier rows go first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, aliased

from office.insert import insert_once
from office.models import OutboxMessage, OutboxState

LEASE = timedelta(minutes=2)
"""Far longer than any send may take; after it a row counts as lost by its worker."""


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
    return insert_once(
        session,
        OutboxMessage,
        dedupe_key=draft.dedupe_key,
        rule=draft.rule,
        reason=draft.reason,
        channel=draft.channel,
        address=draft.address,
        member_id=draft.member_id,
        text=draft.text,
        buttons=[{"title": button.title, "payload": button.payload} for button in draft.buttons],
        picture=draft.picture,
        reply_to=draft.reply_to,
        state=OutboxState.QUEUED,
        not_before=draft.not_before,
        expires_at=draft.expires_at,
        attempts=0,
        created_at=now,
    )


def due_recipients(session: Session, *, now: datetime, limit: int = 500) -> list[tuple[str, str]]:
    """(channel, address) of those for whom something is due (``not_before <= now``)."""
    rows = session.execute(
        select(OutboxMessage.channel, OutboxMessage.address)
        .where(OutboxMessage.state == OutboxState.QUEUED, OutboxMessage.not_before <= now)
        .group_by(OutboxMessage.channel, OutboxMessage.address)
        .limit(limit)
    )
    return [(channel, address) for channel, address in rows]


def claim_next(
    session: Session, channel: str, address: str, *, now: datetime
) -> OutboxMessage | None:
    """Lease the recipient's earliest due message, unless another of his is under way.

    A message whose time has passed is settled as expired and skipped.
    """
    session.execute(
        update(OutboxMessage)
        .where(
            OutboxMessage.channel == channel,
            OutboxMessage.address == address,
            OutboxMessage.state == OutboxState.QUEUED,
            OutboxMessage.expires_at <= now,
        )
        .values(state=OutboxState.EXPIRED, settled_at=now)
    )
    other = aliased(OutboxMessage)
    under_way = (
        select(other.id)
        .where(
            other.channel == channel, other.address == address, other.state == OutboxState.LEASED
        )
        .exists()
    )
    first = (  # one that is to be tried again keeps later ones waiting
        select(OutboxMessage.id)
        .where(
            OutboxMessage.channel == channel,
            OutboxMessage.address == address,
            OutboxMessage.state == OutboxState.QUEUED,
            or_(OutboxMessage.not_before <= now, OutboxMessage.attempts > 0),
        )
        .order_by(OutboxMessage.id)
        .limit(1)
        .scalar_subquery()
    )
    claim = (
        update(OutboxMessage)
        .where(
            OutboxMessage.id == first,
            OutboxMessage.state == OutboxState.QUEUED,
            OutboxMessage.not_before <= now,
            ~under_way,
        )
        .values(
            state=OutboxState.LEASED,
            leased_until=now + LEASE,
            attempts=OutboxMessage.attempts + 1,
        )
        .returning(OutboxMessage)
        .execution_options(populate_existing=True)
    )
    try:
        with session.begin_nested():
            return session.scalar(claim)
    except IntegrityError:  # another worker claimed for this recipient at the same moment
        return None


def settle(
    session: Session,
    message_id: int,
    state: OutboxState,
    *,
    now: datetime,
    error: str | None = None,
    again_at: datetime | None = None,
) -> None:
    """Close a leased message, or queue it again for ``again_at``."""
    session.execute(
        update(OutboxMessage)
        .where(OutboxMessage.id == message_id, OutboxMessage.state == OutboxState.LEASED)
        .values(
            state=state,
            leased_until=None,
            error=error,
            settled_at=None if state == OutboxState.QUEUED else now,
            **({"not_before": again_at} if again_at else {}),
        )
    )


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


def release_lost(session: Session, *, now: datetime) -> int:
    """Queue again what a worker leased and never settled; how many there were.

    Such a message may have been sent: it can arrive twice, once per crash, but is never lost.
    """
    released = session.execute(
        update(OutboxMessage)
        .where(OutboxMessage.state == OutboxState.LEASED, OutboxMessage.leased_until <= now)
        .values(state=OutboxState.QUEUED, leased_until=None, error="lease_lost")
        .returning(OutboxMessage.id)
    )
    return len(released.all())


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
