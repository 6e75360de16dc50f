"""Claiming what is due and settling it: a batch of messages at a time.

Of a recipient one message at a time is under way, the earliest first; many recipients may be.
Whoever claims commits, sends with no transaction open, and settles. The statements are of
SQLAlchemy's core: thousands go through here in seconds, and mapped records would cost more than
the sending.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import ColumnElement, String, Table, and_, literal, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from office.models import OutboxMessage, OutboxState

LEASE = timedelta(minutes=2)
"""Far longer than a batch may take; after it a message counts as lost by its sender."""
TRIES = 3
OUTBOX = cast(Table, OutboxMessage.__table__)


def _state(state: OutboxState) -> ColumnElement[str]:
    """A state written into the statement: only then the databases use the indexes of that state."""
    return literal(state.value, String, literal_execute=True)


QUEUED, LEASED = _state(OutboxState.QUEUED), _state(OutboxState.LEASED)


@dataclass(frozen=True, slots=True)
class Claimed:
    """A message that this process alone may send, until it settles it or ``leased_until``."""

    id: int
    dedupe_key: str
    rule: str
    reason: str
    channel: str
    address: str
    member_id: int | None
    text: str
    buttons: list[dict[str, Any]]
    picture: dict[str, Any] | None
    reply_to: int | None
    expires_at: datetime | None
    created_at: datetime
    attempts: int
    leased_until: datetime


COLUMNS = [OUTBOX.c[field.name] for field in fields(Claimed)]


def claim(
    session: Session, channel: str, *, now: datetime, limit: int = 1, address: str | None = None
) -> list[Claimed]:
    """Lease what is due (``not_before <= now``) over a channel, in the order of being due.

    At most ``limit`` messages, of as many recipients; with an address, of this one alone. What is
    to be tried again keeps the recipient's later ones waiting. Expired ones are among the claimed.
    """
    other = OUTBOX.alias("other")
    # As a value, not as EXISTS: PostgreSQL would join by it, over the whole channel where it has no
    # statistics yet, and take seconds for a batch.
    goes_first = (
        select(other.c.id)
        .where(
            other.c.channel == OUTBOX.c.channel,
            other.c.address == OUTBOX.c.address,
            other.c.state.in_([QUEUED, LEASED]),
            or_(
                other.c.state == LEASED,
                and_(
                    other.c.id < OUTBOX.c.id,
                    or_(other.c.not_before <= now, other.c.attempts > 0),
                ),
            ),
        )
        .limit(1)
        .scalar_subquery()
    )
    pick = (
        select(OUTBOX.c.id)
        .where(
            OUTBOX.c.channel == channel,
            OUTBOX.c.state == QUEUED,
            OUTBOX.c.not_before <= now,
            goes_first.is_(None),
            *([OUTBOX.c.address == address] if address is not None else []),
        )
        .order_by(OUTBOX.c.not_before, OUTBOX.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True, of=OUTBOX)
    )
    lease = (
        update(OUTBOX)
        .values(state=OutboxState.LEASED, leased_until=now + LEASE, attempts=OUTBOX.c.attempts + 1)
        .returning(*COLUMNS)
    )
    for _ in range(TRIES):
        try:
            with session.begin_nested():
                picked = session.scalars(pick).all()
                if not picked:
                    return []
                rows = session.execute(
                    lease.where(OUTBOX.c.id.in_(picked), OUTBOX.c.state == QUEUED)
                ).all()
        except IntegrityError:  # another process claimed for one of them at the same moment
            continue
        return sorted((Claimed(*row) for row in rows), key=lambda row: row.id)
    return []


def settle(
    session: Session,
    ids: Sequence[int],
    state: OutboxState,
    *,
    now: datetime,
    error: str | None = None,
) -> None:
    """Close claimed messages for good; also one that was queued again since, its lease run out."""
    if ids:
        session.execute(
            update(OUTBOX)
            .where(OUTBOX.c.id.in_(ids), OUTBOX.c.state.in_([QUEUED, LEASED]))
            .values(state=state, leased_until=None, settled_at=now, error=error)
        )


def try_again(session: Session, message_id: int, *, at: datetime, error: str | None) -> None:
    """Queue a claimed message that could not be sent; its recipient's later ones wait for it."""
    session.execute(
        update(OUTBOX)
        .where(OUTBOX.c.id == message_id, OUTBOX.c.state == LEASED)
        .values(state=OutboxState.QUEUED, leased_until=None, not_before=at, error=error)
    )


def give_back(
    session: Session,
    ids: Sequence[int],
    *,
    not_before: datetime | None = None,
    leased_until: datetime | None = None,
) -> None:
    """Queue claimed messages that were not tried, as if they had never been claimed.

    Not before a moment, if one is given; and only those whose lease is still the one that is given.
    """
    if ids:
        session.execute(
            update(OUTBOX)
            .where(
                OUTBOX.c.id.in_(ids),
                OUTBOX.c.state == LEASED,
                *([OUTBOX.c.leased_until == leased_until] if leased_until else []),
            )
            .values(
                state=OutboxState.QUEUED,
                leased_until=None,
                attempts=OUTBOX.c.attempts - 1,
                **({"not_before": not_before} if not_before else {}),
            )
        )


def release_lost(session: Session, *, now: datetime) -> int:
    """Queue again what was claimed and never settled; how many there were.

    Such a message may have been sent: it can arrive twice, but is never lost. A lease that ends
    later than any can comes from a clock that has been set back since.
    """
    released = session.execute(
        update(OUTBOX)
        .where(
            OUTBOX.c.state == LEASED,
            or_(OUTBOX.c.leased_until <= now, OUTBOX.c.leased_until > now + LEASE),
        )
        .values(state=OutboxState.QUEUED, leased_until=None, error="lease_lost")
        .returning(OUTBOX.c.id)
    )
    return len(released.all())
