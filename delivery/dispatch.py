"""Find what is due and give it to the worker; run every minute."""

from __future__ import annotations

from datetime import datetime

from delivery.post import BATCH
from delivery.queue import DeliveryQueue
from office import claims, outbox
from office.database import Database

SHARES = 4
"""So many senders work on one channel at the same time."""
BUSY = 8
"""With so many tasks waiting more would only stand in the way."""


def dispatch(database: Database, queue: DeliveryQueue, *, now: datetime) -> int:
    """Queue every channel with a due message (``not_before <= now``); to how many people they go.

    Messages whose sender died are first taken back. Nothing is sent twice when a channel is queued
    twice: the rows are claimed.
    """
    with database.writing() as session:
        claims.release_lost(session, now=now)
        due = outbox.due_channels(session, now=now)
    if queue.waiting() < BUSY:
        for channel, people in due.items():
            for _ in range(min(-(-people // BATCH), SHARES)):
                queue.put(channel)
    return sum(due.values())
