"""Whether what is said of a work meeting (工作例会) is still true.

Keys, but for the month's notice, are ``<rule>:<member>:<meeting>:<version>:…``: whatever is changed
raises the version.
"""

from __future__ import annotations

from sqlalchemy.orm import Session

from delivery.meeting_words import month_line
from office import meetings, work_meetings
from office.models import Meeting, MeetingState, OutboxMessage, RoleKind
from office.organisations import holders, invited, overseers

MONTH = "work_meeting"
NOTICE = "work_meeting_notice"
CHANGED = "work_meeting_changed"
AGAIN = "work_meeting_again"
OVERSEER = "work_meeting_overseer"


def is_month_as_said(session: Session, row: OutboxMessage) -> bool:
    """The month's notice: the meeting is planned, or not, as it says, and its reader is secretary.

    The row's key is ``work_meeting:<member>:<year>-<month>:<branch>``.
    """
    _, member_id, month, branch_id, *_ = row.dedupe_key.split(":")
    year, _, number = month.partition("-")
    planned = meetings.work_meeting_in(session, int(branch_id), int(year), int(number))
    secretaries = holders(session, int(branch_id), RoleKind.SECRETARY)
    return month_line(planned) in row.text and any(one.id == int(member_id) for one in secretaries)


def stands(session: Session, row: OutboxMessage) -> bool:
    """A notice: the meeting is planned as it was told, and the person is still invited."""
    meeting = _meeting(session, row)
    return (
        meeting is not None and meeting.state == MeetingState.PLANNED and _is_invited(session, row)
    )


def is_news(session: Session, row: OutboxMessage) -> bool:
    """A change or calling off: there is no later one, and the person is still invited."""
    return _meeting(session, row) is not None and _is_invited(session, row)


def is_unread(session: Session, row: OutboxMessage) -> bool:
    """A second reminder: the person has not acknowledged in the meantime."""
    meeting = _meeting(session, row)
    return (
        meeting is not None
        and meeting.state == MeetingState.PLANNED
        and any(one.id == row.member_id for one in work_meetings.unread(session, meeting))
    )


def concerns_overseer(session: Session, row: OutboxMessage) -> bool:
    """That people have not acknowledged: somebody still has not; who hears it still oversees."""
    meeting = _meeting(session, row)
    return (
        meeting is not None
        and meeting.state == MeetingState.PLANNED
        and bool(work_meetings.unread(session, meeting))
        and any(one.id == row.member_id for one in overseers(session, meeting.organisation))
    )


def _meeting(session: Session, row: OutboxMessage) -> Meeting | None:
    """The meeting, if it has not been changed since."""
    _, _, meeting_id, version, *_ = row.dedupe_key.split(":")
    meeting = session.get(Meeting, int(meeting_id))
    return meeting if meeting is not None and meeting.version == int(version) else None


def _is_invited(session: Session, row: OutboxMessage) -> bool:
    meeting = _meeting(session, row)
    return meeting is not None and any(
        one.id == row.member_id for one in invited(session, meeting.organisation)
    )
