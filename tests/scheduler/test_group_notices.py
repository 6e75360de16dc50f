"""What an organisation's own group is told, the day before and once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from delivery.still_true import still_true
from office import bases, bookings, organisations
from office.bookings import Wish
from office.database import Database
from office.models import Meeting, MeetingKind, MeetingState, Member, Organisation, OutboxMessage
from scheduler.group_notices import plan_groups
from tests.conftest import NOW

CODE = "D1B1"
TOMORROW = NOW + timedelta(days=1, hours=4)
"""14:00 on Tuesday; NOW is 10:00 on Monday, an hour after groups are told of the next day."""


def branch_of(session: Session) -> Organisation:
    return session.query(Organisation).filter_by(code=CODE).one()


def plan_meeting(
    session: Session, kind: MeetingKind = MeetingKind.GENERAL, **values: object
) -> Meeting:
    meeting = Meeting(organisation_id=branch_of(session).id, kind=kind, starts_at=TOMORROW)
    for name, value in ({"place": "会议室", "theme": "学习讨论"} | values).items():
        setattr(meeting, name, value)
    session.add(meeting)
    session.flush()
    return meeting


@pytest.fixture
def quiet(district: Database) -> Database:
    """The district without any meeting of the demonstration."""
    with district.writing() as session:
        session.query(Meeting).delete()
    return district


def plan(database: Database, codes: tuple[str, ...] = (CODE,)) -> list[OutboxMessage]:
    with database.writing() as session:
        plan_groups(session, codes, now=NOW)
        return list(session.query(OutboxMessage).filter_by(channel="group"))


def test_the_group_is_told_of_tomorrows_meeting_once(quiet: Database) -> None:
    with quiet.writing() as session:
        plan_meeting(session)
    assert len(plan(quiet)) == 1
    [row] = plan(quiet)
    assert (row.address, row.member_id) == (CODE, None)
    assert row.expires_at == TOMORROW
    assert row.text == (
        "【会议提醒】支部党员大会：11月24日（周二） 14:00\n地点：会议室\n主题：学习讨论"
    )


def test_a_booked_activity_is_told_without_who_booked_it(quiet: Database) -> None:
    with quiet.writing() as session:
        base, member = (
            bases.by_code(session, "J1"),
            session.query(Member).filter_by(number="M0001").one(),
        )
        assert base is not None
        assert organisations.branch_of(session, member.organisation_id).code == CODE
        wish = Wish(base, TOMORROW, TOMORROW + timedelta(hours=2), 20, "主题党日")
        bookings.book(session, member, wish, request_key="k", now=NOW - timedelta(days=3))
        name, place = member.name, base.name
    [row] = plan(quiet)
    assert place in row.text
    assert "14:00—16:00" in row.text
    assert name not in row.text


@pytest.mark.parametrize(
    "values",
    [
        {"starts_at": NOW + timedelta(days=2)},  # its eve has not come
        {"starts_at": NOW - timedelta(hours=1)},  # it has begun
        {"state": MeetingState.CANCELLED},
        {"kind": MeetingKind.COMMITTEE},
        {"kind": MeetingKind.WORK},
    ],
)
def test_what_does_not_concern_all_or_is_not_tomorrow_is_not_told(
    quiet: Database, values: dict[str, object]
) -> None:
    with quiet.writing() as session:
        plan_meeting(session, **values)  # type: ignore[arg-type]
    assert plan(quiet) == []


def test_an_organisation_without_a_group_is_told_nothing(quiet: Database) -> None:
    with quiet.writing() as session:
        plan_meeting(session)
    assert plan(quiet, ()) == []
    assert plan(quiet, ("D1B2",)) == []


def test_a_meeting_that_moved_is_told_anew_and_the_old_notice_is_not_true(
    quiet: Database,
) -> None:
    with quiet.writing() as session:
        meeting = plan_meeting(session)
    [old] = plan(quiet)
    with quiet.writing() as session:
        session.get_one(Meeting, meeting.id).starts_at = TOMORROW + timedelta(hours=1)
    rows = plan(quiet)
    assert len(rows) == 2
    with quiet.reading() as session:
        assert [still_true(session, row) for row in rows] == [row.id != old.id for row in rows]
