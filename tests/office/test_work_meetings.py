"""Work meetings: planned once a month, changed as they were seen, acknowledged as they stand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from delivery.meeting_words import about
from office import agendas, work_meetings
from office.database import Database
from office.errors import InvalidMeetingError, NotAllowedError, NotFoundError, ZhibuError
from office.models import (
    Acknowledgement,
    Ledger,
    Meeting,
    MeetingKind,
    MeetingState,
    Task,
    TaskState,
)
from office.organisations import invited, overseers
from office.rules import rules_of
from tests.conftest import NOW
from tests.office.work_meeting_world import (
    OVERSEER,
    SECOND,
    SECRETARY,
    furnish,
    local,
    person,
    place,
    planned,
)


@pytest.fixture
def world(district: Database) -> Database:
    furnish(district)
    return district


@pytest.fixture
def small_world(small_district: Database) -> Database:
    furnish(small_district)
    return small_district


def move(
    session: Session, meeting_id: int, *, version: int = 0, by: str = SECRETARY, hour: int = 15
) -> work_meetings.Before | None:
    return work_meetings.change(
        session,
        person(session, by),
        meeting_id,
        version=version,
        starts_at=local(2026, 12, 3, hour),
        place="会议室",
        theme="安全生产",
        now=NOW,
    )


def code_of(act: Callable[[], object]) -> str:
    with pytest.raises(ZhibuError) as caught:
        act()
    return caught.value.code


def test_planned_twice_is_planned_once_and_another_in_the_month_is_named(world: Database) -> None:
    first = planned(world)
    assert planned(world) == first
    with world.reading() as session:
        assert session.query(Meeting).filter_by(id=first).one().theme == "安全生产"
    with pytest.raises(InvalidMeetingError) as caught:
        planned(world, 2026, 12, 4, 9)
    assert caught.value.code == "meeting_there"
    assert caught.value.detail == {"meeting_id": first}
    assert planned(world, 2027, 1, 5, 9) != first


def test_only_who_convenes_plans(small_world: Database) -> None:
    with pytest.raises(NotAllowedError):
        planned(small_world, by="M0010")
    with pytest.raises(NotAllowedError):
        planned(small_world, by="M0025")  # a secretary, of another branch
    planned(small_world, by=OVERSEER)


def test_a_past_or_far_time_is_refused(small_world: Database) -> None:
    assert code_of(lambda: planned(small_world, 2026, 11, 22, 9)) == "meeting_past"
    assert code_of(lambda: planned(small_world, 2028, 12, 1, 9)) == "meeting_too_far"


def test_a_change_raises_the_version_and_only_as_it_was_seen(world: Database) -> None:
    meeting_id = planned(world)
    with world.writing() as session:
        before = move(session, meeting_id)
        assert before is not None
        assert before.starts_at == local(2026, 12, 3, 14)
        assert session.get_one(Meeting, meeting_id).version == 1
    with world.writing() as session:
        assert move(session, meeting_id, version=1) is None  # the same again changes nothing
        assert code_of(lambda: move(session, meeting_id, version=0, hour=16)) == "meeting_changed"
        assert code_of(lambda: move(session, meeting_id, version=1, by="M0010", hour=16)) == (
            "meeting_not_found"
        )


def test_called_off_is_over_and_leaves_the_month_free(world: Database) -> None:
    meeting_id = planned(world)
    with world.writing() as session:
        off = work_meetings.call_off(session, person(session, SECRETARY), meeting_id, now=NOW)
        assert (off.state, off.version) == (MeetingState.CANCELLED, 1)
        assert code_of(lambda: move(session, meeting_id, version=1)) == "meeting_off"
    assert planned(world, 2026, 12, 4, 9) != meeting_id


def test_who_is_invited_and_who_oversees(small_world: Database) -> None:
    with small_world.reading() as session:
        assert [one.number for one in invited(session, place(session))] == [SECRETARY, SECOND]
        assert [one.number for one in overseers(session, place(session))] == [OVERSEER]
        of_committee = [one.number for one in invited(session, place(session, "D1"))]
        assert len(of_committee) == 4  # the secretaries of its four branches
        assert of_committee[0] == SECRETARY
        assert [one.number for one in overseers(session, place(session, "D1"))] == [OVERSEER]


def test_who_plans_has_acknowledged_and_a_change_asks_the_others_anew(world: Database) -> None:
    meeting_id = planned(world)
    with world.writing() as session:
        meeting = session.get_one(Meeting, meeting_id)
        assert [one.number for one in work_meetings.unread(session, meeting)] == [SECOND]
        for _ in range(2):
            work_meetings.acknowledge(session, person(session, SECOND), meeting_id, 0, now=NOW)
        assert work_meetings.unread(session, meeting) == []
        assert session.query(Acknowledgement).filter_by(meeting_id=meeting_id).count() == 2
        move(session, meeting_id)
        assert [one.number for one in work_meetings.unread(session, meeting)] == [SECOND]


def test_a_stale_or_foreign_acknowledgement_is_refused(small_world: Database) -> None:
    meeting_id = planned(small_world)
    with small_world.writing() as session:
        move(session, meeting_id)
        second, stranger = person(session, SECOND), person(session, "M0010")

        def read(who: object, version: int = 1, later: int = 0) -> object:
            now = NOW + timedelta(days=later)
            return work_meetings.acknowledge(session, who, meeting_id, version, now=now)  # type: ignore[arg-type]

        assert code_of(lambda: read(second, version=0)) == "meeting_changed"
        assert code_of(lambda: read(stranger)) == "meeting_not_found"
        assert code_of(lambda: read(None)) == "meeting_not_found"
        assert code_of(lambda: read(person(session, OVERSEER))) == "meeting_not_found"
        assert code_of(lambda: read(second, later=30)) == "meeting_over"
        work_meetings.call_off(session, person(session, SECRETARY), meeting_id, now=NOW)
        assert code_of(lambda: read(second, version=2)) == "meeting_off"


def test_coming_shows_what_concerns_the_person(small_world: Database) -> None:
    own, above = planned(small_world), planned(small_world, 2026, 12, 2, 9, by=OVERSEER, code="D1")
    with small_world.reading() as session:

        def seen(number: str) -> list[int]:
            coming = work_meetings.coming(session, person(session, number), now=NOW)
            return [one.id for one in coming]

        assert seen(SECRETARY) == [above, own]
        assert seen(SECOND) == [own]
        assert seen("M0010") == []
        with pytest.raises(NotFoundError):
            work_meetings.find(session, person(session, "M0010"), own)


def test_the_agenda_is_put_together(world: Database) -> None:
    meeting_id = planned(world)
    with world.writing() as session:
        branch, secretary = place(session), person(session, SECRETARY)
        old = Meeting(
            organisation_id=branch.id,
            kind="work",
            starts_at=local(2026, 11, 3, 9),
            state=MeetingState.HELD,
        )
        session.add(old)
        session.flush()
        session.add(
            Ledger(
                meeting_id=old.id,
                organisation_id=branch.id,
                held_on=old.starts_at.date(),
                place="会议室",
                present=5,
                theme="环境整治",
                problems="楼道杂物没有清完",
                recorded_by_id=secretary.id,
                recorded_at=NOW,
            )
        )
        for title, day in (("清楼道", 20), ("装路灯", None), ("查电线", 30)):
            session.add(
                Task(
                    organisation_id=branch.id,
                    title=title,
                    due_on=local(2026, 11, day, 9).date() if day else None,
                    created_at=NOW,
                )
            )
        session.add(
            Task(organisation_id=branch.id, title="办完的", state=TaskState.DONE, created_at=NOW)
        )
        for _ in range(2):
            work_meetings.add_to_agenda(session, secretary, meeting_id, " 讨论  消防检查 ", now=NOW)
    with world.reading() as session:
        agenda = agendas.of(session, session.get_one(Meeting, meeting_id), NOW.date())
        assert agenda.problems == "楼道杂物没有清完"
        assert [task.title for task in agenda.late] == ["清楼道", "查电线"]
        assert [task.title for task in agenda.open] == ["装路灯"]
        assert agenda.added == ("讨论 消防检查",)
        assert agenda.life == ()  # the demonstration branch has held everything


def test_left_out_organisation_life_is_on_the_agenda(small_world: Database) -> None:
    meeting_id = planned(small_world)
    with small_world.writing() as session:
        gone = session.query(Meeting).filter_by(
            organisation_id=place(session).id, kind=MeetingKind.THEME_DAY
        )
        gone.filter(Meeting.starts_at >= local(2026, 10, 1)).delete()
    with small_world.reading() as session:
        meeting = session.get_one(Meeting, meeting_id)
        assert "主题党日（10月）" in about(session, meeting, NOW.date())


def test_an_agenda_has_an_end(small_world: Database) -> None:
    meeting_id = planned(small_world)
    with small_world.writing() as session:
        secretary = person(session, SECRETARY)

        def add(n: int) -> None:
            work_meetings.add_to_agenda(session, secretary, meeting_id, f"{n}" * 120, now=NOW)

        for n in range(8):
            add(n)
        assert code_of(lambda: add(9)) == "agenda_full"


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        (["3d", "1h"], ("3d", "1h")),
        ([], ()),
        (["0d"], ("5d", "1d", "2h")),
        (["1w"], ("5d", "1d", "2h")),
        ("1d", ("5d", "1d", "2h")),
        (["1d"] * 6, ("5d", "1d", "2h")),
    ],
)
def test_notices_are_a_rule_of_the_organisation(
    small_world: Database, value: object, kept: tuple[str, ...]
) -> None:
    with small_world.writing() as session:
        branch = place(session)
        branch.rules = {"work_meeting_notices": value}
        session.flush()
        assert rules_of(session, branch.id).work_meeting_notices == kept
