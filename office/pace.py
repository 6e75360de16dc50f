"""The pace of a channel, shared by every process that sends over it.

Each send takes the next slot; a messenger that asks us to wait makes all of them wait.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from office.models import Pace

LONGEST_REST = timedelta(minutes=15)
"""After so long the messenger is asked again, whatever it said. A slot farther ahead than this
comes from a clock that has been set back since."""


def resting_until(session: Session, channel: str, *, now: datetime) -> datetime | None:
    """Until when nothing may be sent over a channel; None if it is free."""
    pace = session.get(Pace, channel)
    return pace.free_at if pace and now < pace.free_at <= now + LONGEST_REST else None


def next_slot(session: Session, channel: str, every: timedelta, *, now: datetime) -> datetime:
    """Take the next slot of a channel that takes one message ``every`` so long: now or later.

    Slots that nobody took are gone: there is no catching up, which would be too fast.
    """
    pace = _locked(session, channel, now)
    slot = pace.free_at if now < pace.free_at <= now + LONGEST_REST else now
    pace.free_at = slot + every
    session.flush()
    return slot


def rest(session: Session, channel: str, until: datetime, *, now: datetime) -> datetime:
    """Send nothing over a channel before a moment, or the longest rest; from when it is free."""
    pace = _locked(session, channel, now)
    pace.free_at = max(pace.free_at, min(until, now + LONGEST_REST))
    session.flush()
    return pace.free_at


def _locked(session: Session, channel: str, now: datetime) -> Pace:
    """The channel's row, for this transaction alone."""
    pace = session.get(Pace, channel, with_for_update=True, populate_existing=True)
    if pace is not None:
        return pace
    try:
        with session.begin_nested():
            session.add(Pace(channel=channel, free_at=now))
    except IntegrityError:  # somebody else was the first at the same moment
        pass
    return session.get_one(Pace, channel, with_for_update=True, populate_existing=True)
