"""Study content whose time has come is written into the outbox for everybody it is meant for."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from delivery.links import Links
from office import members, outbox, study
from office.database import Database
from office.models import Member, StudyItem, StudyState
from office.outbox import Button, Draft
from texts import say

FOR = timedelta(days=7)
"""So long after it is written a message is still sent."""
PORTION = 500
EXCERPT = 160
"""Characters of the text that the message shows; the rest stands on the item's page."""


def send_due(database: Database, links: Links, *, now: datetime) -> int:
    """Queue what is due, in portions; how many messages were new.

    What was missed while we were down is caught up; broken off in the middle, it goes on where it
    was, since the same item has one message for each member.
    """
    with database.reading() as session:
        due = study.due(session, now=now)
    return sum(_send(database, links, item_id, now) for item_id in due)


def _send(database: Database, links: Links, item_id: int, now: datetime) -> int:
    with database.reading() as session:
        people = study.recipients(session, session.get_one(StudyItem, item_id))
    added = 0
    for start in range(0, len(people), PORTION):
        with database.writing() as session:
            item = session.get_one(StudyItem, item_id)
            if item.state == StudyState.WITHDRAWN:
                return added
            for member_id in people[start : start + PORTION]:
                member = session.get_one(Member, member_id)
                draft = _draft(session, item, member, links, now)
                added += outbox.put(session, draft, now=now) is not None
    with database.writing() as session:
        study.all_queued(session, item_id)
    return added


def _draft(session: Session, item: StudyItem, member: Member, links: Links, now: datetime) -> Draft:
    channel, address = members.reach(session, member)
    return Draft(
        dedupe_key=f"{study.STUDY}:{member.id}:{item.id}:",
        rule=study.STUDY,
        reason=say("study.reason", number=item.id),
        channel=channel,
        address=address,
        member_id=member.id,
        text=message(item, links.study_of(item.id, member.id)),
        buttons=[
            Button(say(f"study.button_{name}"), f'/{name}{{"study_id": "{item.id}"}}')
            for name in ("study_open", "study_read")
        ],
        not_before=now,
        expires_at=now + FOR,
    )


def message(item: StudyItem, page: str) -> str:
    """What a member gets: title, sender, the beginning of the text, and where the rest is."""
    lines = [say("study.heading", title=item.title), say("study.from", name=item.organisation.name)]
    if item.text:
        short = item.text if len(item.text) <= EXCERPT else f"{item.text[:EXCERPT]}…"
        lines.append(short)
    if item.link:
        lines.append(say("study.link", link=item.link))
    if item.file_name:
        lines.append(say("study.file", name=item.file_name))
    return "\n".join([*lines, say("study.page", page=page)])
