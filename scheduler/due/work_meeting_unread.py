"""Who has not acknowledged (已阅) the notice of a work meeting: once more, then the superior."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from delivery.meeting_notices import read_button
from delivery.meeting_words import about, day_of, word
from delivery.still_true.work_meetings import AGAIN, CHANGED, NOTICE, OVERSEER
from delivery.times import moment_text
from office import work_meetings
from office.bases import SHANGHAI
from office.calendar_days import overrides_of
from office.models import Meeting, Member, OutboxMessage, OutboxState
from office.organisations import overseers
from office.working_days import Overrides, next_working_day
from scheduler.due.work_meeting_notices import EARLIEST, stages
from scheduler.reminder import Reminder

REACHED = (OutboxState.SENT, OutboxState.UNCERTAIN, OutboxState.FAILED)
"""States after which a message is not under way any more; what failed was not read either."""


@dataclass(frozen=True)
class Waiting:
    """Somebody who has not acknowledged: when he is reminded, and when the superior may hear."""

    member: Member
    again_at: datetime
    overseer_at: datetime | None


def unread_work_meetings(
    session: Session,
    start: datetime,
    end: datetime,
    *,
    told_only: bool = False,
    written: Collection[str] = (),
) -> Iterator[Reminder]:
    """Once to each who has not acknowledged, then once to the superior organisation.

    Each step comes a working day after the one before it was sent, or, if that is too late, when
    half of the time to the meeting is over. ``told_only`` leaves out those who have not been told
    yet; else it is foretold for them from when they will be. ``written`` as for the notices.
    """
    for meeting in work_meetings.planned_between(session, start, end + EARLIEST):
        waiting = [
            one
            for member in work_meetings.unread(session, meeting)
            if (one := _waiting(session, meeting, member, told_only)) is not None
        ]
        yield from (
            _again(session, meeting, one)
            for one in waiting
            if start <= one.again_at < end
            and f"{AGAIN}:{one.member.id}:{_period(meeting)}:again" not in written
        )
        found = _to_overseers(session, meeting, waiting)
        yield from (
            one
            for one in found
            if start <= one.due_at < end
            and f"{OVERSEER}:{one.member.id}:{one.period}" not in written
        )


def later(moment: datetime, starts_at: datetime, overrides: Overrides | None = None) -> datetime:
    """The same hour of the next working day, or half of the time to the meeting if that is less."""
    local = moment.astimezone(SHANGHAI)
    day = next_working_day(local.date(), overrides).day
    next_one = datetime.combine(day, local.timetz()).astimezone(UTC)
    return min(next_one, moment + (starts_at - moment) / 2)


def _waiting(session: Session, meeting: Meeting, member: Member, told_only: bool) -> Waiting | None:
    told = _reached(session, meeting, member, NOTICE, CHANGED)
    if told is None and not told_only:
        told = next((one.due_at for one in stages(session, meeting)), None)
    if told is None or told >= meeting.starts_at:
        return None
    overrides = overrides_of(session, meeting.organisation_id)
    again_at = later(told, meeting.starts_at, overrides)
    reminded = _reached(session, meeting, member, AGAIN) or (None if told_only else again_at)
    overseer_at = later(reminded, meeting.starts_at, overrides) if reminded else None
    return Waiting(member, again_at, overseer_at)


def _again(session: Session, meeting: Meeting, one: Waiting) -> Reminder:
    name, day = meeting.organisation.name, one.again_at.astimezone(SHANGHAI).date()
    return Reminder(
        rule=AGAIN,
        member=one.member,
        period=f"{_period(meeting)}:again",
        due_at=one.again_at,
        expires_at=meeting.starts_at,
        text=word("again", organisation=name, about=about(session, meeting, day)),
        reason=word("again_reason", organisation=name, day=day_of(meeting)),
        buttons=[read_button(meeting)],
    )


def _period(meeting: Meeting) -> str:
    return f"{meeting.id}:{meeting.version}"


def _to_overseers(session: Session, meeting: Meeting, waiting: list[Waiting]) -> Iterator[Reminder]:
    moments = {one.member.id: one.overseer_at for one in waiting if one.overseer_at is not None}
    if not moments:
        return
    due_at = max(moments.values())
    silent = [one.member for one in waiting if one.member.id in moments]
    name = meeting.organisation.name
    for overseer in overseers(session, meeting.organisation):
        if overseer.id in moments:
            continue
        yield Reminder(
            rule=OVERSEER,
            member=overseer,
            period=f"{_period(meeting)}:unread",
            due_at=due_at,
            expires_at=meeting.starts_at,
            text=word(
                "overseer",
                organisation=name,
                when=moment_text(meeting.starts_at),
                names="、".join(member.name for member in silent),
            ),
            reason=word("overseer_reason", organisation=name, day=day_of(meeting), n=len(silent)),
        )


def _reached(session: Session, meeting: Meeting, member: Member, *rules: str) -> datetime | None:
    """When a message of these rules about the meeting as it stands first went out to the member."""
    prefixes = (f"{rule}:{member.id}:{meeting.id}:{meeting.version}:" for rule in rules)
    moments = [
        session.scalar(
            select(func.min(OutboxMessage.settled_at)).where(
                OutboxMessage.member_id == member.id,
                OutboxMessage.state.in_(REACHED),
                OutboxMessage.dedupe_key.startswith(prefix, autoescape=True),
            )
        )
        for prefix in prefixes
    ]
    return min((one for one in moments if one is not None), default=None)
