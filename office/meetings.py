"""Meetings: what is planned for whom."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from office import access
from office.access import Action
from office.bases import SHANGHAI
from office.models import Meeting, MeetingKind, MeetingState, Member
from office.organisations import branch_of


def coming_for(session: Session, member: Member, *, now: datetime, limit: int = 3) -> list[Meeting]:
    """The next meetings of the member's branch and of his own group, the next one first.

    Work meetings and committee meetings are for those who hold office, and are shown to them only.
    """
    branch = branch_of(session, member.organisation_id)
    if not access.may(session, member, Action.SEE_MEETINGS, branch.id):
        return []
    kinds = [MeetingKind.GENERAL, MeetingKind.GROUP, MeetingKind.LESSON]
    kinds += [MeetingKind.THEME_DAY, MeetingKind.ORGANISATION_LIFE]
    if access.may(session, member, Action.HEAR_REQUESTS, branch.id):
        kinds += [MeetingKind.COMMITTEE, MeetingKind.WORK]
    return list(
        session.scalars(
            select(Meeting)
            .where(
                Meeting.organisation_id.in_({branch.id, member.organisation_id}),
                Meeting.kind.in_(kinds),
                Meeting.state == MeetingState.PLANNED,
                Meeting.starts_at >= now,
            )
            .order_by(Meeting.starts_at)
            .limit(limit)
        )
    )


def next_work_meeting(session: Session, organisation_id: int, *, now: datetime) -> Meeting | None:
    """The organisation's next planned work meeting."""
    return session.scalar(
        select(Meeting)
        .where(
            Meeting.organisation_id == organisation_id,
            Meeting.kind == MeetingKind.WORK,
            Meeting.state == MeetingState.PLANNED,
            Meeting.starts_at > now,
        )
        .order_by(Meeting.starts_at)
        .limit(1)
    )


def work_meeting_in(
    session: Session, organisation_id: int, year: int, month: int
) -> Meeting | None:
    """The organisation's work meeting (工作例会) of a local month that was not called off."""
    first = datetime(year, month, 1, tzinfo=SHANGHAI)
    after = (first + timedelta(days=32)).replace(day=1)
    return work_meeting_between(session, organisation_id, first, after)


def work_meetings_in(
    session: Session, first: tuple[int, int], last: tuple[int, int]
) -> dict[tuple[int, int, int], Meeting]:
    """``work_meeting_in`` by (organisation, year, month), for all from one month to another."""
    start = datetime(*first, 1, tzinfo=SHANGHAI)
    after = (datetime(*last, 1, tzinfo=SHANGHAI) + timedelta(days=32)).replace(day=1)
    found: dict[tuple[int, int, int], Meeting] = {}
    for meeting in session.scalars(_work_meetings(start, after)):
        local = meeting.starts_at.astimezone(SHANGHAI)
        found.setdefault((meeting.organisation_id, local.year, local.month), meeting)
    return found


def work_meeting_between(
    session: Session, organisation_id: int, start: datetime, end: datetime
) -> Meeting | None:
    """The organisation's work meeting (工作例会) in [start, end) that was not called off."""
    own = Meeting.organisation_id == organisation_id
    return session.scalar(_work_meetings(start, end).where(own).limit(1))


def _work_meetings(start: datetime, end: datetime) -> Select[Meeting]:
    return (
        select(Meeting)
        .where(
            Meeting.kind == MeetingKind.WORK,
            Meeting.state != MeetingState.CANCELLED,
            Meeting.starts_at >= start,
            Meeting.starts_at < end,
        )
        .order_by(Meeting.starts_at)
    )
