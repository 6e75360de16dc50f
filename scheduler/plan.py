"""Planning: what falls due is written into the outbox, once."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import islice

from sqlalchemy import select
from sqlalchemy.orm import Session

from delivery.still_true.work_meetings import AGAIN, NOTICE, OVERSEER
from office.database import Database
from office.models import OutboxMessage
from scheduler.due import written_ahead
from scheduler.due.activities import activities
from scheduler.due.work_meeting_notices import work_meeting_notices
from scheduler.due.work_meeting_unread import unread_work_meetings
from scheduler.due.work_meetings import work_meetings
from scheduler.reminder import Reminder
from scheduler.rows import write

log = logging.getLogger(__name__)

BACK = timedelta(days=7)
"""How far back a plan looks: what was missed while we were down and has not expired is sent."""
NEXT = timedelta(minutes=1)
AHEAD = timedelta(hours=24)
"""How far ahead: not farther, since a member may leave or choose another messenger."""
MOVED = timedelta(days=31)
"""So far to either side a day set by an organisation, or a holiday announced, moves a reminder."""
PORTION = 1000
"""So many reminders are written in one transaction: others may write in between."""


def plan_in_portions(database: Database, *, now: datetime) -> int:
    """As ``plan``, in many short transactions: a day may have very many greetings."""
    added = seen = 0
    with database.reading() as session:
        for portion in _portions(_reminders(session, now)):
            with database.writing() as writing:
                added += write(writing, portion, until=now + AHEAD, now=now)
            seen += len(portion)
            if seen % (10 * PORTION) == 0:
                log.info("planning: %d looked at, %d new", seen, added)
    return added


def plan(session: Session, *, now: datetime) -> int:
    """Queue every reminder due from a week ago to a day ahead; how many were new.

    Planning again adds nothing, whatever channel the member is reached by in the meantime. What
    has expired already is left out. What the calendar has moved is moved, and told if it was sent.
    """
    return sum(
        write(session, portion, until=now + AHEAD, now=now)
        for portion in _portions(_reminders(session, now))
    )


def plan_activities(session: Session, *, now: datetime) -> int:
    """Queue the reminders of bookings that are due: one may be made hours before; run each minute.

    Those that ``plan`` has queued already are not queued again.
    """
    found = list(activities(session, now - BACK, now + NEXT))
    return write(session, found, until=now + NEXT, now=now)


def plan_work_meetings(session: Session, *, now: datetime) -> int:
    """Queue the notices of work meetings that are due, and what follows where they were not read.

    One may be planned hours before: run each minute.
    """
    start, end = now - BACK, now + NEXT
    written = set(
        session.scalars(
            select(OutboxMessage.dedupe_key).where(
                OutboxMessage.rule.in_([NOTICE, AGAIN, OVERSEER]), OutboxMessage.created_at >= start
            )
        )
    )
    notices = list(work_meeting_notices(session, start, end, written=written))
    added = write(session, notices, until=end, now=now)
    unread = list(unread_work_meetings(session, start, end, told_only=True, written=written))
    return added + write(session, unread, until=end, now=now)


def _reminders(session: Session, now: datetime) -> Iterator[Reminder]:
    """What is due, and what the calendar may have moved out of the days that are planned."""
    start, end = now - BACK, now + AHEAD
    yield from written_ahead(session, start, end)
    for one in work_meetings(session, (now - MOVED).date(), (now + MOVED).date()):
        if not start <= one.due_at < end:
            yield one


def _portions(found: Iterable[Reminder]) -> Iterator[list[Reminder]]:
    rest = iter(found)
    while portion := list(islice(rest, PORTION)):
        yield portion
