"""Find what is due and give its recipients to the worker; run every minute."""

from __future__ import annotations

from datetime import datetime

from delivery.queue import DeliveryQueue
from office import outbox
from office.database import Database


def dispatch(database: Database, queue: DeliveryQueue, *, now: datetime) -> int:
    """Queue every recipient with a due message (``not_before <= now``); how many there were.

    Messages whose worker died are first taken back. Nothing is sent twice when a recipient is
    queued twice: the rows are claimed one by one.
    """
    with database.writing() as session:
        outbox.release_lost(session, now=now)
        recipients = outbox.due_recipients(session, now=now)
    for channel, address in recipients:
        queue.put(channel, address)
    return len(recipients)
