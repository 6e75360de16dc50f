"""Messages that did not arrive, or may not have: looked at, sent again or dropped by a person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, or_, select, update
from sqlalchemy.orm import Session

from office.models import InboxMessage, InboxState, OutboxMessage, OutboxState

DEAD = (OutboxState.FAILED, OutboxState.UNCERTAIN)
"""What nobody sends again by himself."""
RESTORED = "restored"


@dataclass(frozen=True)
class Which:
    """Messages by number, state, rule and error; what is not given does not count."""

    ids: Sequence[int] = ()
    states: Sequence[OutboxState] = ()
    rule: str | None = None
    error: str | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        """The same for the database."""
        found: list[ColumnElement[bool]] = []
        if self.ids:
            found.append(OutboxMessage.id.in_(self.ids))
        if self.states:
            found.append(OutboxMessage.state.in_(self.states))
        if self.rule is not None:
            found.append(OutboxMessage.rule == self.rule)
        if self.error is not None:
            found.append(OutboxMessage.error == self.error)
        return found


def listed(session: Session, which: Which, *, limit: int) -> list[OutboxMessage]:
    """The messages, the newest last; at most ``limit``, the newest of them."""
    rows = session.scalars(
        select(OutboxMessage)
        .where(*which.conditions())
        .order_by(OutboxMessage.not_before.desc(), OutboxMessage.id.desc())
        .limit(limit)
    )
    return list(reversed(rows.all()))


def retry(session: Session, which: Which, *, now: datetime) -> list[int]:
    """Queue dead ones again, as if they had never been tried; their numbers.

    Not what has expired: it would come too late.
    """
    done = session.scalars(
        update(OutboxMessage)
        .where(
            *which.conditions(),
            OutboxMessage.state.in_(DEAD),
            or_(OutboxMessage.expires_at.is_(None), OutboxMessage.expires_at > now),
        )
        .values(state=OutboxState.QUEUED, not_before=now, attempts=0, settled_at=None, error=None)
        .returning(OutboxMessage.id)
        .execution_options(synchronize_session=False)
    )
    return sorted(done)


def drop(session: Session, which: Which, *, now: datetime) -> list[int]:
    """Cancel what is queued or dead; the numbers."""
    done = session.scalars(
        update(OutboxMessage)
        .where(*which.conditions(), OutboxMessage.state.in_([OutboxState.QUEUED, *DEAD]))
        .values(state=OutboxState.CANCELLED, settled_at=now, error="dropped")
        .returning(OutboxMessage.id)
        .execution_options(synchronize_session=False)
    )
    return sorted(done)


def doubt(session: Session, *, now: datetime) -> tuple[int, int]:
    """After a backup was restored: nothing goes out that may have gone out since it was made.

    What was due by now becomes uncertain; what came in and waits is closed without an answer, since
    it may have had one. How many messages out and in.
    """
    out = session.scalars(
        update(OutboxMessage)
        .where(
            or_(
                OutboxMessage.state == OutboxState.LEASED,
                (OutboxMessage.state == OutboxState.QUEUED) & (OutboxMessage.not_before <= now),
            )
        )
        .values(state=OutboxState.UNCERTAIN, leased_until=None, settled_at=now, error=RESTORED)
        .returning(OutboxMessage.id)
        .execution_options(synchronize_session=False)
    ).all()
    came_in = session.scalars(
        update(InboxMessage)
        .where(InboxMessage.state == InboxState.WAITING)
        .values(state=InboxState.FAILED, answered_at=now)
        .returning(InboxMessage.id)
        .execution_options(synchronize_session=False)
    ).all()
    return len(out), len(came_in)
