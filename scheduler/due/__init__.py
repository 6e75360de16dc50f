"""What falls due between two moments, for whom, and why; one file for each kind.

Nothing is written here.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import chain

from sqlalchemy.orm import Session

from office.bases import SHANGHAI
from scheduler.due.activities import activities
from scheduler.due.birthday_lists import birthday_lists
from scheduler.due.birthdays import birthdays
from scheduler.due.ledgers import due_tasks, missing_ledgers
from scheduler.due.organisation_life import organisation_life
from scheduler.due.work_meeting_notices import work_meeting_notices
from scheduler.due.work_meeting_unread import unread_work_meetings
from scheduler.due.work_meetings import work_meetings
from scheduler.reminder import Reminder


def reminders_between(session: Session, start: datetime, end: datetime) -> list[Reminder]:
    """Every reminder with ``start <= due_at < end`` (aware), by time."""
    found = [
        *written_ahead(session, start, end),
        *work_meeting_notices(session, start, end),
        *unread_work_meetings(session, start, end),
    ]
    return sorted(found, key=lambda reminder: (reminder.due_at, reminder.member.number))


def written_ahead(session: Session, start: datetime, end: datetime) -> Iterator[Reminder]:
    """Those of them that are queued a day ahead, one at a time, in no order.

    Notices of work meetings are not: until they are due the agenda, and who has acknowledged, may
    change.
    """
    first, last = start.astimezone(SHANGHAI).date(), end.astimezone(SHANGHAI).date()
    found = chain(
        work_meetings(session, first, last),
        birthdays(session, first, last),
        birthday_lists(session, first, last),
        organisation_life(session, first, last),
        missing_ledgers(session, first, last),
        due_tasks(session, first, last),
        activities(session, start, end),
    )
    return (reminder for reminder in found if start <= reminder.due_at < end)
