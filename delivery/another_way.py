"""Another way to a member, where one cannot be used any more."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from office import members, outbox
from office.claims import Claimed
from office.models import Member
from office.outbox import Button, Draft


def another_way(session: Session, row: Claimed, now: datetime) -> None:
    """Queue what its channel refused by its member's next best one; a reply stays a reply."""
    member = session.get(Member, row.member_id) if row.member_id else None
    if member is None or row.reply_to is not None:
        return
    way = members.way_after(session, member, row.channel, row.address)
    if way is None:
        return
    channel, address = way
    draft = Draft(
        dedupe_key=f"{row.dedupe_key}:{channel}",
        rule=row.rule,
        reason=row.reason,
        channel=channel,
        address=address,
        member_id=member.id,
        text=row.text,
        buttons=[Button(**button) for button in row.buttons],
        picture=row.picture,
        not_before=now,
        expires_at=row.expires_at,
    )
    outbox.put(session, draft, now=now)
