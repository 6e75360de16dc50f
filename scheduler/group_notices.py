"""What an organisation's own group is told: its coming meetings and activities, the day before.

A group is read by all its members, so nothing about a person is said in it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from delivery.channels import GROUP
from delivery.still_true.groups import RULE, key_of
from delivery.times import moment_text, when_text
from office import outbox
from office.bases import SHANGHAI
from office.models import Booking, BookingState, Meeting, MeetingKind, MeetingState, Organisation
from office.outbox import Draft
from office.rules import rules_of
from scheduler.reminder import at
from texts import say

FOR_ALL = (
    MeetingKind.GENERAL,
    MeetingKind.GROUP,
    MeetingKind.LESSON,
    MeetingKind.THEME_DAY,
    MeetingKind.ORGANISATION_LIFE,
    MeetingKind.APPRAISAL,
)
"""The meetings to which every member is asked."""


@dataclass(frozen=True)
class GroupNotice:
    """A notice for the group of one organisation. The same thing at the same time is told once."""

    organisation: Organisation
    about: Meeting | Booking
    due_at: datetime
    text: str
    reason: str


def notices_between(
    session: Session, codes: Collection[str], start: datetime, end: datetime
) -> Iterator[GroupNotice]:
    """The notices with ``start <= due_at < end`` of the organisations that have a group."""
    organisations = session.scalars(
        select(Organisation).where(Organisation.code.in_(codes)).order_by(Organisation.code)
    )
    for organisation in organisations:
        hour = rules_of(session, organisation.id).work_meeting_notice_hour
        for thing in _coming(session, organisation, start, end + timedelta(days=2)):
            eve = thing.starts_at.astimezone(SHANGHAI).date() - timedelta(days=1)
            due_at = at(eve, hour)
            if start <= due_at < end:
                yield GroupNotice(organisation, thing, due_at, *_said(thing))


def plan_groups(session: Session, codes: Collection[str], *, now: datetime) -> int:
    """Queue what the groups have to be told by now and has not begun; how many were new."""
    added = 0
    for notice in notices_between(
        session, codes, now - timedelta(days=2), now + timedelta(seconds=1)
    ):
        if notice.about.starts_at <= now:
            continue
        draft = Draft(
            dedupe_key=key_of(notice.organisation, notice.about),
            rule=RULE,
            reason=notice.reason,
            channel=GROUP,
            address=notice.organisation.code,
            text=notice.text,
            not_before=notice.due_at,
            expires_at=notice.about.starts_at,
        )
        added += outbox.put(session, draft, now=now) is not None
    return added


def _coming(
    session: Session, organisation: Organisation, start: datetime, end: datetime
) -> Iterator[Meeting | Booking]:
    yield from session.scalars(
        select(Meeting)
        .where(
            Meeting.organisation_id == organisation.id,
            Meeting.kind.in_(FOR_ALL),
            Meeting.state == MeetingState.PLANNED,
            Meeting.starts_at >= start,
            Meeting.starts_at < end,
        )
        .order_by(Meeting.starts_at, Meeting.id)
    )
    yield from session.scalars(
        select(Booking)
        .where(
            Booking.organisation_id == organisation.id,
            Booking.state == BookingState.CONFIRMED,
            Booking.starts_at >= start,
            Booking.starts_at < end,
        )
        .order_by(Booking.starts_at, Booking.id)
    )


def _said(thing: Meeting | Booking) -> tuple[str, str]:
    """The text, and the reason that the ledger keeps."""
    if isinstance(thing, Booking):
        place = thing.room.base.name
        when = when_text(thing.starts_at, thing.ends_at)
        return (
            say("groups.activity", when=when, place=place),
            say("groups.activity_reason", number=thing.id),
        )
    kind = say(f"organisation_life.kind_{thing.kind}")
    lines = [say("groups.meeting", kind=kind, when=moment_text(thing.starts_at))]
    lines += [say("groups.place", place=thing.place)] if thing.place else []
    lines += [say("groups.theme", theme=thing.theme)] if thing.theme else []
    return "\n".join(lines), say("groups.meeting_reason", kind=kind)
