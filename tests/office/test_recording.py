"""Writing down a meeting that was held: by whom, once, and only what can have been."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest

from office import members
from office.bases import SHANGHAI
from office.database import Database
from office.errors import InvalidReportError, MeetingTwiceError, NotAllowedError, NotFoundError
from office.models import Meeting, MeetingKind, MeetingState, Organisation
from office.organisation_life.recording import (
    Again,
    Report,
    hour_of,
    record,
    recorded_by,
    take_back,
)
from tests.conftest import NOW

DAY = date(2026, 11, 20)
LESSON = Report([MeetingKind.LESSON], DAY, expected=24, present=20, theme="学习党章")


def write(
    database: Database, report: Report, *, number: str = "M0001", again: Again = Again.ASK
) -> list[int]:
    with database.writing() as session:
        by = members.by_number(session, number)
        branch = session.query(Organisation).filter_by(code="D1B1").one()
        return [one.id for one in record(session, by, branch, report, now=NOW, again=again)]


def lessons(database: Database) -> list[Meeting]:
    with database.reading() as session:
        return session.query(Meeting).filter_by(kind=MeetingKind.LESSON).all()


def test_a_meeting_is_written_down_with_who_and_when(district: Database) -> None:
    write(district, LESSON)
    (row,) = lessons(district)
    assert (row.state, row.expected, row.present) == (MeetingState.HELD, 24, 20)
    assert row.starts_at.astimezone(SHANGHAI).date() == DAY
    assert hour_of(row) is None
    assert row.recorded_at == NOW


def test_the_same_record_twice_is_one_and_a_different_one_is_asked_about(
    district: Database,
) -> None:
    first = write(district, LESSON)
    assert write(district, LESSON) == first
    with pytest.raises(MeetingTwiceError):
        write(district, Report([MeetingKind.LESSON], DAY, present=21))
    assert write(district, Report([MeetingKind.LESSON], DAY, present=21), again=Again.SAME) == first
    assert [(row.present, row.theme) for row in lessons(district)] == [(21, "学习党章")]
    write(district, Report([MeetingKind.LESSON], DAY, present=7), again=Again.OTHER)
    assert len(lessons(district)) == 2


def test_a_planned_meeting_becomes_the_one_that_was_held(small_district: Database) -> None:
    with small_district.writing() as session:
        planned = session.query(Meeting).filter_by(state=MeetingState.PLANNED)
        meeting = planned.filter_by(kind=MeetingKind.THEME_DAY).first()
        assert meeting is not None
        meeting.starts_at -= timedelta(days=30)
        meeting_id, place = meeting.id, meeting.organisation_id
        day, hour = meeting.starts_at.astimezone(SHANGHAI).date(), hour_of(meeting)
        branch = session.get_one(Organisation, place)
        (made,) = record(
            session, None, branch, Report([MeetingKind.THEME_DAY], day, present=9), now=NOW
        )
        assert (made.id, made.state, hour_of(made)) == (meeting_id, MeetingState.HELD, hour)


def test_one_meeting_can_be_two_things(small_district: Database) -> None:
    kinds = [MeetingKind.ORGANISATION_LIFE, MeetingKind.APPRAISAL]
    assert len(set(write(small_district, Report(kinds, DAY, at=time(14))))) == 2


@pytest.mark.parametrize(
    ("report", "code"),
    [
        (Report([], DAY), "meeting_kind_missing"),
        (Report([MeetingKind.WORK], DAY), "meeting_is_work"),
        (Report([MeetingKind.LESSON], date(2026, 11, 24)), "meeting_future"),
        (Report([MeetingKind.LESSON], date(2015, 1, 1)), "meeting_too_old"),
        (Report([MeetingKind.LESSON], DAY, present=10**9), "meeting_people"),
        (Report([MeetingKind.LESSON], DAY, expected=5, present=6), "meeting_too_many"),
    ],
)
def test_what_cannot_have_been_is_refused(
    small_district: Database, report: Report, code: str
) -> None:
    with pytest.raises(InvalidReportError) as refused:
        write(small_district, report)
    assert refused.value.code == code
    write(small_district, Report([MeetingKind.LESSON], date(2026, 11, 23)))  # today is not over


@pytest.mark.parametrize("number", ["M0002", "M0025", "M0078"])
def test_only_the_branch_secretary_and_administrators_write(
    small_district: Database, number: str
) -> None:
    with pytest.raises(NotAllowedError):
        write(small_district, LESSON, number=number)
    assert write(small_district, LESSON, number="M0005")  # administrator of the committee above


def test_a_group_of_another_branch_is_refused(small_district: Database) -> None:
    with small_district.reading() as session:
        foreign = session.query(Organisation).filter_by(code="D1B3G1").one().id
    with pytest.raises(NotFoundError):
        write(small_district, Report([MeetingKind.GROUP], DAY, group_id=foreign))


def test_a_record_is_struck_by_its_own_branch_only(small_district: Database) -> None:
    (made,) = write(small_district, LESSON)
    with small_district.writing() as session:
        other = members.by_number(session, "M0025")
        own = members.by_number(session, "M0001")
        assert other is not None
        assert own is not None
        with pytest.raises(NotFoundError):
            take_back(session, other, made, now=NOW)
        take_back(session, own, made, now=NOW)
    assert lessons(small_district)[0].state == MeetingState.CANCELLED
    write(small_district, LESSON)
    assert len(lessons(small_district)) == 2


def test_who_keeps_records_for_which_branch(small_district: Database) -> None:
    with small_district.reading() as session:
        for number, code in (("M0001", "D1B1"), ("M0025", "D1B2"), ("M0005", "D1B1")):
            assert recorded_by(session, members.by_number(session, number)).code == code
        for nobody in (None, members.by_number(session, "M0003")):
            with pytest.raises(NotAllowedError):
                recorded_by(session, nobody)
