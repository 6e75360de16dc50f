"""Recording a meeting that was held: checked, known again if it stands already, and noted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from office import access, audit
from office.access import Action
from office.bases import SHANGHAI
from office.errors import InvalidReportError, MeetingTwiceError, NotAllowedError, NotFoundError
from office.models import (
    Meeting,
    MeetingKind,
    MeetingState,
    Member,
    Organisation,
    OrganisationKind,
    Role,
    RoleKind,
)
from office.organisations import branch_of, descendants

MOST_PEOPLE = 10_000
LONGEST = {"theme": 200, "place": 120}
YEARS_BACK = 10
NO_HOUR = time(0)
"""How a meeting is kept whose hour was not said: nobody meets at midnight."""


class Again(StrEnum):
    """What to do where a meeting of that kind stands on that day."""

    ASK = "ask"
    SAME = "same"  # it is the same one: what is said now holds
    OTHER = "other"  # there were two


@dataclass(frozen=True)
class Report:
    """What somebody says of a meeting; several kinds where one meeting was two things at once."""

    kinds: Sequence[MeetingKind]
    day: date
    at: time | None = None
    expected: int | None = None
    present: int | None = None
    theme: str = ""
    place: str = ""
    group_id: int | None = None
    """The group that met; only of a meeting of a Party group (党小组会)."""


def recorded_by(session: Session, member: Member | None) -> Organisation:
    """The branch for which this person keeps records: his own, else one whose secretary he is.

    Raises NotAllowedError for who keeps none.
    """
    if member is not None:
        own = branch_of(session, member.organisation_id)
        if access.may(session, member, Action.RECORD_MEETINGS, own.id):
            return own
        led = session.scalar(
            select(Organisation)
            .join(Role, Role.organisation_id == Organisation.id)
            .where(
                Role.member_id == member.id,
                Role.kind == RoleKind.SECRETARY,
                Organisation.kind == OrganisationKind.BRANCH,
            )
            .order_by(Organisation.code)
            .limit(1)
        )
        if led is not None and access.may(session, member, Action.RECORD_MEETINGS, led.id):
            return led
    raise NotAllowedError("not_recorder")


def check(report: Report, today: date) -> None:
    """Raise InvalidReportError, whose code says why, for what cannot have been."""
    if not report.kinds:
        raise InvalidReportError("meeting_kind_missing")
    if MeetingKind.WORK in report.kinds:
        raise InvalidReportError("meeting_is_work")
    if report.day > today:
        raise InvalidReportError("meeting_future", day=report.day)
    if report.day.year < today.year - YEARS_BACK:
        raise InvalidReportError("meeting_too_old", day=report.day)
    for number in (report.expected, report.present):
        if number is not None and not 1 <= number <= MOST_PEOPLE:
            raise InvalidReportError("meeting_people", most=MOST_PEOPLE)
    if report.expected and report.present and report.present > report.expected:
        raise InvalidReportError(
            "meeting_too_many", present=report.present, expected=report.expected
        )


def record(
    session: Session,
    by: Member | None,
    branch: Organisation,
    report: Report,
    *,
    now: datetime,
    again: Again = Again.ASK,
) -> list[Meeting]:
    """Write down that a meeting was held, one row for each kind; ``by`` None is the operator.

    A planned one of that kind and day becomes it. One that stands as it is said now stays, so that
    the same record twice is one. Raises NotAllowedError, NotFoundError for a group of another
    branch, InvalidReportError, and MeetingTwiceError where a different one stands on that day.
    """
    if by is not None:
        access.require(session, by, Action.RECORD_MEETINGS, branch.id)
    check(report, now.astimezone(SHANGHAI).date())
    if report.group_id is not None and (
        report.group_id == branch.id or report.group_id not in descendants(session, branch.id)
    ):
        raise NotFoundError("no_such_organisation")
    return [_record(session, by, branch, kind, report, now, again) for kind in report.kinds]


def take_back(session: Session, by: Member, meeting_id: int, *, now: datetime) -> Meeting:
    """Strike a record that was wrong. Raises NotFoundError for what is not his to strike."""
    meeting = session.get(Meeting, meeting_id)
    if (
        meeting is None
        or meeting.recorded_at is None
        or meeting.kind == MeetingKind.WORK
        or not access.may(session, by, Action.RECORD_MEETINGS, meeting.organisation_id)
    ):
        raise NotFoundError("meeting_not_found")
    meeting.state = MeetingState.CANCELLED
    _note(session, by, meeting, "take_back_meeting", now)
    return meeting


def on_day(session: Session, place: int, kind: MeetingKind, day: date) -> Meeting | None:
    """The meeting of that kind on a local day that was not called off; a held one first."""
    start = datetime.combine(day, time(), SHANGHAI).astimezone(UTC)
    found = session.scalars(
        select(Meeting)
        .where(
            Meeting.organisation_id == place,
            Meeting.kind == kind,
            Meeting.state != MeetingState.CANCELLED,
            Meeting.starts_at >= start,
            Meeting.starts_at < start + timedelta(days=1),
        )
        .order_by(Meeting.id)
    ).all()
    return next((one for one in found if one.state == MeetingState.HELD), None) or next(
        iter(found), None
    )


def hour_of(meeting: Meeting) -> time | None:
    """The local hour at which it began; None where that was not said."""
    hour = meeting.starts_at.astimezone(SHANGHAI).time()
    return None if hour == NO_HOUR else hour


def _record(
    session: Session,
    by: Member | None,
    branch: Organisation,
    kind: MeetingKind,
    report: Report,
    now: datetime,
    again: Again,
) -> Meeting:
    place = report.group_id if kind == MeetingKind.GROUP and report.group_id else branch.id
    meeting = on_day(session, place, kind, report.day)
    if meeting is not None and meeting.state == MeetingState.HELD:
        if again == Again.ASK and differs(meeting, report):
            raise MeetingTwiceError(kind=kind, day=report.day)
        if again == Again.OTHER:
            meeting = None
        elif not differs(meeting, report):
            return meeting
    if meeting is None:
        meeting = Meeting(organisation_id=place, kind=kind, starts_at=_start(report, NO_HOUR))
        session.add(meeting)
    meeting.starts_at = _start(report, hour_of(meeting) or NO_HOUR)
    meeting.state = MeetingState.HELD
    meeting.expected = report.expected or meeting.expected
    meeting.present = report.present or meeting.present
    meeting.theme = (report.theme or meeting.theme or "")[: LONGEST["theme"]]
    meeting.place = (report.place or meeting.place or "")[: LONGEST["place"]]
    meeting.recorded_by_id = by.id if by else None
    meeting.recorded_at = now
    session.flush()
    _note(session, by, meeting, "record_meeting", now)
    return meeting


def _start(report: Report, hour: time) -> datetime:
    return datetime.combine(report.day, report.at or hour, SHANGHAI).astimezone(UTC)


def differs(meeting: Meeting, report: Report) -> bool:
    """Whether something is said of the meeting that its record does not say."""
    if meeting.state != MeetingState.HELD:
        return True
    said = (
        (report.at, hour_of(meeting)),
        (report.expected, meeting.expected),
        (report.present, meeting.present),
        (report.theme[: LONGEST["theme"]], meeting.theme),
        (report.place[: LONGEST["place"]], meeting.place),
    )
    return any(new and new != old for new, old in said)


def _note(
    session: Session, by: Member | None, meeting: Meeting, action: str, now: datetime
) -> None:
    audit.record(
        session,
        at=now,
        member_id=by.id if by else None,
        action=action,
        subject=f"meeting:{meeting.id}",
        kind=str(meeting.kind),
    )
    session.flush()
