"""The work meeting (工作例会): planned, changed, called off; who has acknowledged it (已阅)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from sqlalchemy import select
from sqlalchemy.orm import Session

from office import access, audit
from office.access import Action
from office.bases import SHANGHAI
from office.errors import InvalidMeetingError, NotFoundError
from office.insert import insert_once
from office.models import Acknowledgement, Meeting, MeetingKind, MeetingState, Member, Organisation
from office.organisations import invited, upwards

FARTHEST = timedelta(days=366)
AGENDA_ITEM = 120
"""Characters that one item of the agenda may have."""
AGENDA = 1000
PLACE, THEME = 120, 200


@dataclass(frozen=True)
class Before:
    """A meeting as it stood before a change."""

    starts_at: datetime
    place: str
    theme: str

    @classmethod
    def of(cls, meeting: Meeting) -> Before:
        """The meeting as it stands now."""
        return cls(meeting.starts_at, meeting.place, meeting.theme)


def plan(
    session: Session,
    by: Member,
    organisation: Organisation,
    *,
    starts_at: datetime,
    place: str,
    theme: str,
    now: datetime,
) -> Meeting:
    """Plan the organisation's work meeting; the same one again is the one that stands.

    One a month (from the customer; a local rule). Who plans it knows of it. Raises NotAllowedError,
    and InvalidMeetingError: ``meeting_there`` with the ``meeting_id`` of the month's other one,
    ``meeting_past``, ``meeting_too_far``.
    """
    access.require(session, by, Action.CONVENE, organisation.id)
    session.get_one(Organisation, organisation.id, with_for_update=True)
    there = in_month(session, organisation.id, starts_at)
    if there is not None:
        if Before.of(there) == Before(starts_at, place, theme):
            return there
        raise InvalidMeetingError("meeting_there", meeting_id=there.id)
    _look_at_time(starts_at, now)
    meeting = Meeting(
        organisation_id=organisation.id,
        kind=MeetingKind.WORK,
        starts_at=starts_at,
        place=place[:PLACE],
        theme=theme[:THEME],
        state=MeetingState.PLANNED,
    )
    session.add(meeting)
    session.flush()
    _knows(session, meeting, by, now)
    _note(session, meeting, by, "plan_meeting", now)
    return meeting


def change(
    session: Session,
    by: Member,
    meeting_id: int,
    *,
    version: int,
    starts_at: datetime,
    place: str,
    theme: str,
    now: datetime,
) -> Before | None:
    """Give a planned work meeting another time, place or theme; what it was, None if all is as was.

    Raises NotFoundError, and InvalidMeetingError as ``plan``, ``meeting_changed`` if somebody has
    changed it since it was seen at ``version``, ``meeting_off`` and ``meeting_over``.
    """
    meeting = _to_change(session, by, meeting_id, now)
    if meeting.version != version:
        raise InvalidMeetingError("meeting_changed")
    before, after = Before.of(meeting), Before(starts_at, place[:PLACE], theme[:THEME])
    if before == after:
        return None
    if starts_at != meeting.starts_at:
        _look_at_time(starts_at, now)
        there = in_month(session, meeting.organisation_id, starts_at)
        if there is not None and there.id != meeting.id:
            raise InvalidMeetingError("meeting_there", meeting_id=there.id)
    meeting.starts_at, meeting.place, meeting.theme = after.starts_at, after.place, after.theme
    meeting.version += 1
    session.flush()
    _knows(session, meeting, by, now)
    _note(session, meeting, by, "change_meeting", now)
    return before


def call_off(session: Session, by: Member, meeting_id: int, *, now: datetime) -> Meeting:
    """Call off a planned work meeting. Raises as ``change``."""
    meeting = _to_change(session, by, meeting_id, now)
    meeting.state = MeetingState.CANCELLED
    meeting.version += 1
    session.flush()
    _note(session, meeting, by, "call_off_meeting", now)
    return meeting


def add_to_agenda(
    session: Session, by: Member, meeting_id: int, item: str, *, now: datetime
) -> Meeting:
    """Add an item to what the assistant puts together; the same item twice is one.

    Raises as ``change``, and InvalidMeetingError("agenda_full").
    """
    meeting = _to_change(session, by, meeting_id, now)
    items = meeting.agenda.splitlines()
    line = " ".join(item.split())[:AGENDA_ITEM]
    if line and line not in items:
        items.append(line)
    agenda = "\n".join(items)
    if len(agenda) > AGENDA:
        raise InvalidMeetingError("agenda_full")
    meeting.agenda = agenda
    session.flush()
    _note(session, meeting, by, "add_to_agenda", now)
    return meeting


def acknowledge(
    session: Session, member: Member | None, meeting_id: int, version: int, *, now: datetime
) -> Meeting:
    """Note that the member has seen the notice of a meeting as it stands; twice is once.

    Raises NotFoundError for who is not invited; InvalidMeetingError ``meeting_changed`` if there is
    a newer notice, ``meeting_off``, ``meeting_over``.
    """
    meeting = find(session, member, meeting_id)
    if meeting.state == MeetingState.CANCELLED:
        raise InvalidMeetingError("meeting_off")
    if meeting.version != version:
        raise InvalidMeetingError("meeting_changed")
    if meeting.state == MeetingState.HELD or meeting.starts_at <= now:
        raise InvalidMeetingError("meeting_over")
    if member is None or all(one.id != member.id for one in invited(session, meeting.organisation)):
        raise NotFoundError("meeting_not_found")
    _knows(session, meeting, member, now)
    return meeting


def find(session: Session, member: Member | None, meeting_id: int) -> Meeting:
    """A work meeting that exists for this person. Raises NotFoundError("meeting_not_found")."""
    meeting = session.get(Meeting, meeting_id)
    if (
        meeting is None
        or meeting.kind != MeetingKind.WORK
        or not access.may_see_work_meeting(session, member, meeting)
    ):
        raise NotFoundError("meeting_not_found")
    return meeting


def read_at(session: Session, meeting: Meeting) -> dict[int, datetime]:
    """By member id, when the meeting was acknowledged as it stands now."""
    seen = session.scalars(
        select(Acknowledgement).where(
            Acknowledgement.meeting_id == meeting.id, Acknowledgement.version == meeting.version
        )
    )
    return {one.member_id: one.at for one in seen}


def unread(session: Session, meeting: Meeting) -> list[Member]:
    """The invited who have not acknowledged the meeting as it stands now, by number."""
    seen = read_at(session, meeting)
    return [one for one in invited(session, meeting.organisation) if one.id not in seen]


def coming(session: Session, member: Member, *, now: datetime, limit: int = 3) -> list[Meeting]:
    """The next work meetings that the member convenes or is invited to, the next one first."""
    starts = [member.organisation_id, *(one.id for one in access.convenes(session, member))]
    places = {place.id for start in starts for place in upwards(session, start)}
    found = session.scalars(
        select(Meeting)
        .where(
            Meeting.kind == MeetingKind.WORK,
            Meeting.state == MeetingState.PLANNED,
            Meeting.starts_at > now,
            Meeting.organisation_id.in_(places),
        )
        .order_by(Meeting.starts_at, Meeting.id)
    )
    seen = (one for one in found if access.may_see_work_meeting(session, member, one))
    return list(islice(seen, limit))


def planned_between(session: Session, start: datetime, end: datetime) -> list[Meeting]:
    """Every planned work meeting that starts in [start, end), by time."""
    return list(
        session.scalars(
            select(Meeting)
            .where(
                Meeting.kind == MeetingKind.WORK,
                Meeting.state == MeetingState.PLANNED,
                Meeting.starts_at >= start,
                Meeting.starts_at < end,
            )
            .order_by(Meeting.starts_at, Meeting.id)
        )
    )


def in_month(session: Session, organisation_id: int, moment: datetime) -> Meeting | None:
    """The organisation's planned work meeting in the local month of a moment."""
    first = moment.astimezone(SHANGHAI).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    after = (first + timedelta(days=32)).replace(day=1)
    return session.scalar(
        select(Meeting)
        .where(
            Meeting.organisation_id == organisation_id,
            Meeting.kind == MeetingKind.WORK,
            Meeting.state == MeetingState.PLANNED,
            Meeting.starts_at >= first,
            Meeting.starts_at < after,
        )
        .order_by(Meeting.starts_at)
        .limit(1)
    )


def _to_change(session: Session, by: Member, meeting_id: int, now: datetime) -> Meeting:
    """The meeting, locked, if this person may change it and it is still to come."""
    meeting = find(session, by, meeting_id)
    access.require(session, by, Action.CONVENE, meeting.organisation_id)
    session.refresh(meeting, with_for_update=True)
    if meeting.state == MeetingState.CANCELLED:
        raise InvalidMeetingError("meeting_off")
    if meeting.state == MeetingState.HELD or meeting.starts_at <= now:
        raise InvalidMeetingError("meeting_over")
    return meeting


def _look_at_time(starts_at: datetime, now: datetime) -> None:
    if starts_at <= now:
        raise InvalidMeetingError("meeting_past")
    if starts_at - now > FARTHEST:
        raise InvalidMeetingError("meeting_too_far")


def _knows(session: Session, meeting: Meeting, member: Member, now: datetime) -> None:
    """Who is invited and has seen or made the meeting as it stands has acknowledged it."""
    if any(one.id == member.id for one in invited(session, meeting.organisation)):
        insert_once(
            session,
            Acknowledgement,
            meeting_id=meeting.id,
            member_id=member.id,
            version=meeting.version,
            at=now,
        )


def _note(session: Session, meeting: Meeting, by: Member, action: str, now: datetime) -> None:
    audit.record(
        session,
        at=now,
        member_id=by.id,
        action=action,
        subject=f"meeting:{meeting.id}",
        version=meeting.version,
    )
