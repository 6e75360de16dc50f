"""Planning: what falls due is written into the outbox, once."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from office import members, outbox
from office.outbox import Draft
from scheduler.reminders import reminders_between

BACK = timedelta(days=7)
"""How far back a plan looks: what was missed while we were down and has not expired is sent."""
AHEAD = timedelta(hours=24)
"""How far ahead: not farther, since a member may leave or choose another messenger."""


def plan(session: Session, *, now: datetime) -> int:
    """Queue every reminder due from a week ago to a day ahead; how many were new.

    Planning again adds nothing, whatever channel the member is reached by in the meantime. What
    has expired already is left out.
    """
    added = 0
    for reminder in reminders_between(session, now - BACK, now + AHEAD):
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
                not_before=reminder.due_at,
                expires_at=reminder.expires_at,
            ),
            now=now,
        )
        added += row is not None
    return added
