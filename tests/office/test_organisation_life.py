"""What a branch owes when: the rule of 支部工作条例 at its edges, and read from the records."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from office.bases import SHANGHAI
from office.database import Database
from office.models import Contact, Meeting, MeetingKind, MeetingState, Member, Organisation
from office.organisation_life import (
    END_OF_TERM,
    Branch,
    Due,
    Group,
    Held,
    State,
    branches_at,
    due_on,
    overdue,
    term_end,
    year_of,
)
from office.organisation_life.duties import add_months, period_of
from office.rules import Rules

GENERAL, COMMITTEE, GROUP = MeetingKind.GENERAL, MeetingKind.COMMITTEE, MeetingKind.GROUP
THEME_DAY, LESSON = MeetingKind.THEME_DAY, MeetingKind.LESSON
YEARLY = {MeetingKind.ORGANISATION_LIFE, MeetingKind.APPRAISAL, MeetingKind.TALKS}
SMALL = Branch(1, "B1", "清溪供销社党支部", full_members=5, known_since=date(2024, 1, 1))
LARGE = replace(SMALL, full_members=7, groups=(Group(2, "1号楼党小组"), Group(3, "2号楼党小组")))


def held(*what: tuple[MeetingKind, date], place: int = 1) -> list[Held]:
    return [Held(kind, day, place) for kind, day in what]


def names(dues: list[Due], *, overdue: bool | None = None) -> set[tuple[str, str]]:
    return {
        (str(due.kind), due.period) for due in dues if overdue is None or due.overdue == overdue
    }


def test_a_small_branch_owes_no_committee_no_groups_and_no_lessons() -> None:
    assert {due.kind for due in due_on(SMALL, date(2026, 12, 5))} == {GENERAL, THEME_DAY, *YEARLY}


@pytest.mark.parametrize(("full", "rule", "has"), [(6, 0, False), (7, 0, True), (6, 1, True)])
def test_a_committee_from_seven_full_members_or_by_local_rule(
    full: int, rule: int, has: bool
) -> None:
    branch = replace(SMALL, full_members=full, rules=Rules(has_committee=rule))
    assert (COMMITTEE in {due.kind for due in due_on(branch, date(2026, 12, 5))}) == has


@pytest.mark.parametrize(
    ("day", "late"),
    [
        (date(2026, 12, 31), {("theme_day", "2026-11"), ("general", "2026-Q3")}),
        (
            date(2027, 1, 1),
            {
                ("theme_day", "2026-12"),
                ("general", "2026-Q4"),
                *((str(kind), "2026") for kind in YEARLY),
            },
        ),
        (date(2027, 2, 1), {("theme_day", "2027-01"), ("general", "2026-Q4")}),
    ],
)
def test_a_period_is_overdue_from_the_day_after_it(day: date, late: set[tuple[str, str]]) -> None:
    found = names(due_on(SMALL, day), overdue=True)
    if day == date(2027, 2, 1):
        late = late | {(str(kind), "2026") for kind in YEARLY}
    assert found == late


def test_what_the_year_left_out_is_spoken_of_for_a_quarter_only() -> None:
    assert ("talks", "2026") in names(due_on(SMALL, date(2027, 4, 2)))
    assert ("talks", "2026") not in names(due_on(SMALL, date(2027, 4, 3)))


def test_each_group_owes_its_own_meeting_unless_the_branch_recorded_one_for_all() -> None:
    day = date(2026, 12, 20)
    one = replace(LARGE, held=held((GROUP, date(2026, 12, 3)), place=2))
    december = [due for due in due_on(one, day) if due.kind == GROUP and not due.overdue]
    assert [due.group and due.group.name for due in december] == ["2号楼党小组"]
    for_all = replace(LARGE, held=held((GROUP, date(2026, 12, 3))))
    assert not [due for due in due_on(for_all, day) if due.kind == GROUP and not due.overdue]


def test_what_was_left_out_before_the_first_record_is_not_held_against_a_branch() -> None:
    day = date(2027, 1, 4)
    new = replace(SMALL, known_since=date(2026, 11, 20))
    assert names(due_on(new, day), overdue=True) == {("theme_day", "2026-12")}
    assert not names(due_on(replace(SMALL, known_since=None), day), overdue=True)
    autumn = replace(SMALL, known_since=date(2026, 10, 8))
    assert ("organisation_life", "2026") in names(due_on(autumn, day), overdue=True)


@pytest.mark.parametrize("times", [0, 1, 2, 4, 12])
def test_lessons_are_owed_as_often_as_a_local_rule_says(times: int) -> None:
    branch = replace(SMALL, rules=Rules(lessons_per_year=times))
    found = [due for due in year_of(branch, 2026, date(2026, 6, 1)) if due.kind == LESSON]
    assert len(found) == times


@pytest.mark.parametrize(
    ("began", "years", "since", "until"),
    [
        (date(2022, 6, 15), 5, date(2026, 12, 15), date(2027, 6, 15)),
        (date(2024, 2, 29), 3, date(2026, 8, 28), date(2027, 2, 28)),
        (date(2023, 12, 31), 3, date(2026, 6, 30), date(2026, 12, 31)),
    ],
)
def test_the_end_of_term_is_told_six_months_ahead(
    began: date, years: int, since: date, until: date
) -> None:
    branch = replace(SMALL, term_began_on=began, term_years=years)
    for day, state in [
        (since - timedelta(days=1), None),
        (since, State.DUE),
        (until, State.DUE),
        (until + timedelta(days=1), State.OVERDUE),
    ]:
        terms = [due for due in due_on(branch, day) if due.kind == END_OF_TERM]
        assert [due.state for due in terms] == ([state] if state else [])
    assert term_end(replace(branch, rules=Rules(temporary_branch=1))) is None


def test_the_articles_are_those_of_the_regulation() -> None:
    branch = replace(
        LARGE, term_began_on=date(2022, 1, 1), term_years=5, rules=Rules(lessons_per_year=4)
    )
    assert {str(due.kind): due.article for due in due_on(branch, date(2026, 12, 5))} == {
        "general": 11,
        "committee": 12,
        "group": 13,
        "theme_day": 16,
        "lesson": 16,
        "organisation_life": 17,
        "appraisal": 18,
        "talks": 19,
        "end_of_term": 21,
    }


SHAPES = st.builds(
    Branch,
    id=st.just(1),
    code=st.just("B1"),
    name=st.just("支部"),
    full_members=st.integers(0, 60),
    groups=st.lists(st.integers(2, 5), unique=True).map(lambda n: [Group(i, str(i)) for i in n]),
    term_began_on=st.none() | st.dates(date(2018, 1, 1), date(2027, 12, 31)),
    term_years=st.sampled_from((3, 5)),
    known_since=st.none() | st.dates(date(2025, 1, 1), date(2028, 1, 1)),
    rules=st.builds(
        Rules,
        has_committee=st.integers(0, 1),
        lessons_per_year=st.sampled_from((0, 1, 2, 4, 12)),
        temporary_branch=st.integers(0, 1),
    ),
    held=st.lists(
        st.builds(
            Held,
            st.sampled_from([kind for kind in MeetingKind if kind != MeetingKind.WORK]),
            st.dates(date(2025, 1, 1), date(2028, 12, 31)),
            st.integers(1, 5),
        ),
        max_size=12,
    ),
)
DAYS = st.dates(date(2025, 6, 1), date(2028, 6, 30))


@given(SHAPES, DAYS)
def test_nothing_is_ever_due_that_does_not_apply(branch: Branch, day: date) -> None:
    for due in [*due_on(branch, day), *year_of(branch, day.year, day)]:
        assert due.kind != COMMITTEE or branch.has_committee
        assert due.kind != GROUP or due.group in branch.groups
        assert due.kind != LESSON or branch.rules.lessons_per_year
        assert due.kind != END_OF_TERM or branch.term_began_on
        assert (
            not due.overdue
            or (due.until < day and branch.known_since is not None)
            or (due.kind == END_OF_TERM)
        )


@given(SHAPES, DAYS)
def test_what_was_recorded_is_not_due(branch: Branch, day: date) -> None:
    open_dues = [due for due in due_on(branch, day) if due.kind != END_OF_TERM]
    made_up = [
        Held(MeetingKind(due.kind), due.until, due.group.id if due.group else branch.id)
        for due in open_dues
    ]
    done = replace(branch, held=[*branch.held, *made_up])
    assert not [due for due in due_on(done, day) if due.kind != END_OF_TERM]


@given(SHAPES, DAYS)
def test_every_day_of_a_year_lies_in_one_period_of_each_duty(branch: Branch, day: date) -> None:
    year = year_of(branch, day.year, day)
    for kind, group in {(due.kind, due.group) for due in year}:
        covering = [
            due
            for due in year
            if (due.kind, due.group) == (kind, group) and due.since <= day <= due.until
        ]
        assert len(covering) == 1
        months = 12 // sum((due.kind, due.group) == (kind, group) for due in year)
        assert covering[0].period == period_of(day, months).name


@given(st.dates(date(1990, 1, 1), date(2040, 1, 1)), st.integers(-60, 60))
def test_months_on_never_leave_the_month(day: date, months: int) -> None:
    later = add_months(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day == day.day or (later + timedelta(days=1)).day == 1


def record(database: Database, code: str, kind: MeetingKind, moment: datetime) -> None:
    with database.writing() as session:
        place = session.query(Organisation).filter_by(code=code).one()
        session.add(
            Meeting(organisation_id=place.id, kind=kind, starts_at=moment, state=MeetingState.HELD)
        )


def test_many_branches_are_read_with_their_groups_and_rules(district: Database) -> None:
    with district.writing() as session:
        session.query(Organisation).filter_by(code="D1").one().rules = {"lessons_per_year": 4}
        session.query(Organisation).filter_by(code="D1B1").one().rules = {"lessons_per_year": 2}
    with district.reading() as session:
        found = {branch.code: branch for branch in branches_at(session, date(2026, 11, 23))}
    assert len(found) == 12
    first = found["D1B1"]
    assert [group.name for group in first.groups] == [f"{n}号楼党小组" for n in (1, 2, 3)]
    assert first.full_members == 23  # one of 24 is on probation
    assert (first.rules.lessons_per_year, found["D1B2"].rules.lessons_per_year) == (2, 4)
    assert found["D2B4"].full_members == 5
    assert not found["D2B4"].has_committee
    assert first.known_since == date(2026, 5, 8)


def test_a_meeting_at_midnight_belongs_to_the_local_day(small_district: Database) -> None:
    record(small_district, "D1B1", LESSON, datetime(2026, 11, 30, 23, 59, tzinfo=SHANGHAI))
    record(small_district, "D1B1", LESSON, datetime(2026, 12, 1, 0, 0, tzinfo=SHANGHAI))
    with small_district.reading() as session:
        branch = next(one for one in branches_at(session, date(2026, 12, 2)) if one.code == "D1B1")
    days = [one.day for one in branch.held if one.kind == LESSON]
    assert sorted(days) == [date(2026, 11, 30), date(2026, 12, 1)]


def test_a_branch_begins_when_the_first_of_it_joins(small_district: Database) -> None:
    with small_district.writing() as session:
        session.query(Meeting).delete()
        member = session.query(Member).filter_by(number="M0001").one()
        bound = datetime(2026, 9, 30, 17, 0, tzinfo=UTC)
        session.add(Contact(member_id=member.id, channel="web", address="m1", bound_at=bound))
    with small_district.reading() as session:
        found = {one.code: one.known_since for one in branches_at(session, date(2026, 11, 23))}
        first = session.query(Organisation).filter_by(code="D1B1").one()
        late = names(overdue(session, first.id, today=date(2026, 11, 2)))
    assert found["D1B1"] == date(2026, 10, 1)
    assert found["D1B2"] is None
    assert late == {("committee", "2026-10"), ("group", "2026-10"), ("theme_day", "2026-10")}
