"""Which of several processes does a kind of work: a lease in the database that its holder renews.

Moments of different machines are never compared to decide that a lease ran out too early: see
``Seen``. Whoever works on a lease must do no harm where two do so for a few seconds.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, delete, or_, select, update
from sqlalchemy.orm import Session

from office.insert import insert_each_once
from office.models import Leadership


@dataclass(frozen=True)
class Seen:
    """A lease of somebody else as it was found, and since when, by one's own clock, it is so.

    A live holder changes it again and again, even one whose clock is hours ahead of ours.
    """

    holder: str
    until: datetime
    since: datetime


def renew_or_take(
    session: Session,
    name: str,
    holder: str,
    *,
    now: datetime,
    lease: timedelta,
    seen: Seen | None = None,
) -> bool:
    """Hold the lease for ``lease`` from now; False if somebody else holds it.

    It is taken from who let it run out, and from who has not renewed it for ``lease`` since it was
    ``seen``: his clock may be ahead.
    """
    free = or_(Leadership.holder == holder, Leadership.until <= now)
    if seen is not None and now - seen.since >= lease:
        free |= and_(Leadership.holder == seen.holder, Leadership.until == seen.until)
    held = session.execute(
        update(Leadership)
        .where(Leadership.name == name, free)
        .values(holder=holder, until=now + lease)
        .returning(Leadership.name)
    ).first()
    if held is not None:
        return True
    values = {"name": name, "holder": holder, "until": now + lease}
    return insert_each_once(session, Leadership, [values]) == 1


def current(session: Session, name: str) -> Leadership | None:
    """The lease as it stands; it may have run out."""
    return session.scalar(select(Leadership).where(Leadership.name == name))


def give_up(session: Session, name: str, holder: str) -> None:
    """Let another one lead at once."""
    session.execute(delete(Leadership).where(Leadership.name == name, Leadership.holder == holder))
