"""People and meetings for the tests of work meetings, in the demonstration district."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy.orm import Session

from office import members, work_meetings
from office.bases import SHANGHAI
from office.database import Database
from office.models import Meeting, MeetingKind, Member, Organisation, Role, RoleKind
from tests.conftest import NOW

SECRETARY, SECOND, OVERSEER = "M0001", "M0002", "M0005"
"""The secretary of D1B1, who administers it too, and the administrator of D1 above it."""


def local(*when: int) -> datetime:
    """A moment of local time, in UTC."""
    return datetime(*when, tzinfo=SHANGHAI).astimezone(UTC)  # type: ignore[arg-type,misc]


def person(session: Session, number: str) -> Member:
    member = members.by_number(session, number)
    assert member is not None
    return member


def place(session: Session, code: str = "D1B1") -> Organisation:
    return session.query(Organisation).filter_by(code=code).one()


def furnish(database: Database) -> None:
    """No meeting is planned; a second member of D1B1 administers it."""
    with database.writing() as session:
        session.query(Meeting).filter_by(kind=MeetingKind.WORK).delete()
        session.add(
            Role(
                member_id=person(session, SECOND).id,
                organisation_id=place(session).id,
                kind=RoleKind.ADMINISTRATOR,
            )
        )


def planned(
    database: Database,
    *when: int,
    by: str = SECRETARY,
    code: str = "D1B1",
    now: datetime = NOW,
) -> int:
    """Plan a meeting; by default on Thursday, 3 December 2026 at 14:00."""
    with database.writing() as session:
        return work_meetings.plan(
            session,
            person(session, by),
            place(session, code),
            starts_at=local(*(when or (2026, 12, 3, 14))),
            place="会议室",
            theme="安全生产",
            now=now,
        ).id
