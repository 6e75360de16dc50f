"""Notices of a planned work meeting (工作例会), so many working days or hours before it."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from delivery.meeting_notices import read_button
from delivery.meeting_words import about, day_of, word
from delivery.still_true.work_meetings import CHANGED, NOTICE
from office import work_meetings
from office.bases import SHANGHAI
from office.calendar_days import overrides_of
from office.models import Meeting, Member, OutboxMessage
from office.organisations import invited
from office.rules import Rules, rules_of
from office.working_days import Overrides, working_days_before
from scheduler.reminder import Reminder, at

EARLIEST = timedelta(days=60)
"""No notice is earlier: 20 working days, the longest holidays among them."""


@dataclass(frozen=True)
class Stage:
    """One of the notices of a meeting: "5d", when it is due, and when the next one takes over."""

    name: str
    due_at: datetime
    expires_at: datetime


def work_meeting_notices(
    session: Session, start: datetime, end: datetime, *, written: Collection[str] = ()
) -> Iterator[Reminder]:
    """To everybody invited; who learned of it later, by a change or planning it, is not told again.

    A notice lapses when the next is due, so that of a meeting planned late only one is sent.
    ``written`` are the keys of those that stand in the outbox: they are not put together again.
    """
    for meeting in work_meetings.planned_between(session, start, end + EARLIEST):
        for stage in stages(session, meeting):
            if start <= stage.due_at < end:
                yield from _of_stage(session, meeting, stage, written)


def stages(session: Session, meeting: Meeting) -> list[Stage]:
    """The notices of a meeting, by time; the last lapses when it starts."""
    rules = rules_of(session, meeting.organisation_id)
    overrides = overrides_of(session, meeting.organisation_id)
    moments = sorted(
        (moment, name)
        for name in rules.work_meeting_notices
        if (moment := _moment(meeting, name, rules, overrides)) < meeting.starts_at
    )
    ends = [*(moment for moment, _ in moments[1:]), meeting.starts_at]
    return [Stage(name, due, end) for (due, name), end in zip(moments, ends, strict=False)]


def _moment(meeting: Meeting, name: str, rules: Rules, overrides: Overrides) -> datetime:
    count, unit = int(name[:-1]), name[-1]
    if unit == "h":
        return meeting.starts_at - timedelta(hours=count)
    day = meeting.starts_at.astimezone(SHANGHAI).date()
    return at(working_days_before(day, count, overrides).day, rules.work_meeting_notice_hour)


def _of_stage(
    session: Session, meeting: Meeting, stage: Stage, written: Collection[str]
) -> Iterator[Reminder]:
    seen = work_meetings.read_at(session, meeting)
    period = f"{meeting.id}:{meeting.version}:{stage.name}"
    text = ""
    for member in invited(session, meeting.organisation):
        if f"{NOTICE}:{member.id}:{period}" in written:
            continue
        read, told = seen.get(member.id), told_of_change(session, meeting, member)
        if any(knows is not None and knows >= stage.due_at for knows in (read, told)):
            continue
        text = text or notice_text(session, meeting, stage.due_at.astimezone(SHANGHAI).date())
        yield Reminder(
            rule=NOTICE,
            member=member,
            period=period,
            due_at=stage.due_at.astimezone(UTC),
            expires_at=stage.expires_at,
            text=text if read else f"{text}\n{word('notice_ask')}",
            reason=word(
                "notice_reason",
                organisation=meeting.organisation.name,
                day=day_of(meeting),
                before=word(f"before_{stage.name[-1]}", n=stage.name[:-1]),
            ),
            buttons=[] if read else [read_button(meeting)],
        )


def notice_text(session: Session, meeting: Meeting, today: date) -> str:
    """What those invited are told, as it is known on a day."""
    name = meeting.organisation.name
    return word("notice", organisation=name, about=about(session, meeting, today))


def told_of_change(session: Session, meeting: Meeting, member: Member) -> datetime | None:
    """When the news of the change that made the meeting what it is was queued for the member."""
    key = f"{CHANGED}:{member.id}:{meeting.id}:{meeting.version}:"
    return session.scalar(
        select(func.min(OutboxMessage.created_at)).where(
            OutboxMessage.member_id == member.id,
            OutboxMessage.rule == CHANGED,
            OutboxMessage.dedupe_key.startswith(key, autoescape=True),
        )
    )
