"""Planning: what falls due is written into the outbox, once."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from delivery.still_true.work_meetings import AGAIN, NOTICE, OVERSEER
from office import members, outbox
from office.models import OutboxMessage
from office.outbox import Draft
from scheduler.due import written_ahead
from scheduler.due.activities import activities
from scheduler.due.work_meeting_notices import work_meeting_notices
from scheduler.due.work_meeting_unread import unread_work_meetings
from scheduler.reminder import Reminder

BACK = timedelta(days=7)
"""How far back a plan looks: what was missed while we were down and has not expired is sent."""
NEXT = timedelta(minutes=1)
AHEAD = timedelta(hours=24)
"""How far ahead: not farther, since a member may leave or choose another messenger."""


def plan(session: Session, *, now: datetime) -> int:
    """Queue every reminder due from a week ago to a day ahead; how many were new.

    Planning again adds nothing, whatever channel the member is reached by in the meantime. What
    has expired already is left out.
    """
    return _queue(session, written_ahead(session, now - BACK, now + AHEAD), now)


def plan_activities(session: Session, *, now: datetime) -> int:
    """Queue the reminders of bookings that are due: one may be made hours before; run each minute.

    Those that ``plan`` has queued already are not queued again.
    """
    return _queue(session, activities(session, now - BACK, now + NEXT), now)


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
    notices = work_meeting_notices(session, start, end, written=written)
    added = _queue(session, notices, now)
    unread = unread_work_meetings(session, start, end, told_only=True, written=written)
    return added + _queue(session, unread, now)


def _queue(session: Session, reminders: Iterable[Reminder], now: datetime) -> int:
    added = 0
    for reminder in reminders:
        if reminder.expires_at <= now:
            continue
        channel, address = members.reach(session, reminder.member)
        row = outbox.put(
            session,
            Draft(
                dedupe_key=f"{reminder.rule}:{reminder.member.id}:{reminder.period}",
                rule=reminder.rule,
                reason=reminder.reason,
                channel=channel,
                address=address,
                member_id=reminder.member.id,
                text=reminder.text,
                buttons=reminder.buttons,
                picture=reminder.picture,
                not_before=reminder.due_at,
                expires_at=reminder.expires_at,
            ),
            now=now,
        )
        added += row is not None
    return added
