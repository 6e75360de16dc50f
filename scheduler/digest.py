"""The morning digest: how many questions wait for a secretary, said only where some do."""

from __future__ import annotations

from datetime import datetime, time

from sqlalchemy.orm import Session

from delivery.still_true.digests import DIGEST
from delivery.times import short_day_text
from office import members, outbox, questions
from office.bases import SHANGHAI
from office.calendar_days import overrides_of_many
from office.models import Member, Organisation, RoleKind
from office.organisations import branches, holders
from office.outbox import Button, Draft
from office.working_days import is_working_day
from texts import say

AT, UNTIL = time(8, 30), time(18)
"""Local times between which the digest of a working day may be sent."""


def digests(session: Session, *, now: datetime) -> int:
    """Queue today's digests if it is time for them; how many were new.

    They are counted when they are sent, not ahead: what was answered by then is not counted.
    """
    local = now.astimezone(SHANGHAI)
    if not AT <= local.time() < UNTIL:
        return 0
    found = branches(session)
    overrides = overrides_of_many(session, [branch.id for branch in found])
    return sum(
        digest(session, branch, secretary, now=now)
        for branch in found
        if is_working_day(local.date(), overrides[branch.id])
        for secretary in holders(session, branch.id, RoleKind.SECRETARY)
    )


def digest(session: Session, branch: Organisation, secretary: Member, *, now: datetime) -> bool:
    """Queue one secretary's digest of a branch, once a day; False if nothing waits or it was."""
    waiting = questions.open_of(session, branch.id)
    if not waiting:
        return False
    today = now.astimezone(SHANGHAI).date()
    oldest = waiting[0].asked_at.astimezone(SHANGHAI)
    channel, address = members.reach(session, secretary)
    row = outbox.put(
        session,
        Draft(
            dedupe_key=f"{DIGEST}:{secretary.id}:{today}:{branch.id}",
            rule=DIGEST,
            reason=say("scheduler.digest_reason", branch=branch.name, count=len(waiting)),
            channel=channel,
            address=address,
            member_id=secretary.id,
            text=say(
                "scheduler.digest",
                branch=branch.name,
                count=len(waiting),
                day=short_day_text(oldest),
            ),
            buttons=[Button(say("scheduler.button_open_questions"), "/open_questions")],
            not_before=now,
            expires_at=datetime.combine(today, UNTIL, SHANGHAI),
        ),
        now=now,
    )
    return row is not None
