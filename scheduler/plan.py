"""Planning: what falls due is written into the outbox, once."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from office import members, outbox
from office.models import OutboxMessage
from office.outbox import Draft
from scheduler.reminders import reminders_between

BACK = timedelta(days=7)
"""How far back a plan looks: what was missed while we were down and has not expired is sent."""
AHEAD = timedelta(days=2)


def plan(session: Session, *, now: datetime) -> int:
    """Queue every reminder due from a week ago to two days ahead; how many were new.

    Planning again adds nothing. What has expired already is left out. The channel is the one the
    member is reached by now; a reminder once queued on another channel is not queued again.
    """
    added = 0
    for reminder in reminders_between(session, now - BACK, now + AHEAD):
        if reminder.expires_at <= now:
            continue
        channel, address = members.reach(session, reminder.member)
        cause = f"{reminder.rule}:{reminder.member.id}:{reminder.period}"
        if _planned(session, cause):
            continue
        row = outbox.put(
            session,
            Draft(
                dedupe_key=f"{cause}:{channel}",
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


def _planned(session: Session, cause: str) -> bool:
    """Whether the cause has a row on any channel."""
    key = OutboxMessage.dedupe_key
    found = select(OutboxMessage.id).where(key >= f"{cause}:", key < f"{cause};")
    return session.scalar(found.limit(1)) is not None
