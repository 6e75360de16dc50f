"""Telling the invited, once, that a work meeting was changed or called off.

Called where it is changed, in the same transaction; who did it gets the direct reply instead.
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from delivery.meeting_words import about, before_text, word
from delivery.still_true.work_meetings import AGAIN, CHANGED, NOTICE, OVERSEER
from delivery.times import moment_text
from office import members, outbox
from office.bases import SHANGHAI
from office.models import Meeting, Member
from office.organisations import invited
from office.outbox import Button, Draft
from office.work_meetings import Before

WORTH_TELLING = timedelta(days=1)
"""So long after the meeting would have begun nobody need be told that it was called off."""


def read_button(meeting: Meeting) -> Button:
    """已阅, of the meeting as it stands now."""
    named = {"meeting_id": str(meeting.id), "version": str(meeting.version)}
    return Button(word("button_read"), f"/acknowledge_meeting{json.dumps(named)}")


def tell_changed(
    session: Session, meeting: Meeting, before: Before, by: Member, *, now: datetime
) -> list[tuple[str, str]]:
    """Queue the news of a change; (channel, address) of whom it goes to."""
    text = word(
        "changed",
        organisation=meeting.organisation.name,
        was=before_text(before),
        about=about(session, meeting, now.astimezone(SHANGHAI).date()),
    )
    until = meeting.starts_at
    return _tell(session, meeting, by, text, "changed", [read_button(meeting)], until, now)


def tell_called_off(
    session: Session, meeting: Meeting, by: Member, *, now: datetime
) -> list[tuple[str, str]]:
    """Queue the news that it was called off; (channel, address) of whom it goes to."""
    text = word(
        "called_off",
        organisation=meeting.organisation.name,
        when=moment_text(meeting.starts_at),
    )
    until = meeting.starts_at + WORTH_TELLING
    return _tell(session, meeting, by, text, "called_off", [], until, now)


def _tell(
    session: Session,
    meeting: Meeting,
    by: Member,
    text: str,
    what: str,
    buttons: list[Button],
    until: datetime,
    now: datetime,
) -> list[tuple[str, str]]:
    for rule in (NOTICE, CHANGED, AGAIN, OVERSEER):
        outbox.cancel(session, rule, about=f"{meeting.id}:", now=now)
    reached = []
    for member in invited(session, meeting.organisation):
        if member.id == by.id:
            continue
        channel, address = members.reach(session, member)
        draft = Draft(
            dedupe_key=f"{CHANGED}:{member.id}:{meeting.id}:{meeting.version}:{what}",
            rule=CHANGED,
            reason=word(f"{what}_reason", organisation=meeting.organisation.name),
            channel=channel,
            address=address,
            member_id=member.id,
            text=text,
            buttons=buttons,
            not_before=now,
            expires_at=until,
        )
        if outbox.put(session, draft, now=now) is not None:
            reached.append((channel, address))
    return reached
