"""Every day of 2020 to 2030: each of 10,000 members is greeted once a year, whatever happened."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import insert

from delivery.still_true.birthdays import POLITICAL_BIRTHDAY
from office.bases import SHANGHAI
from office.database import Database
from office.models import Member, MemberState, Organisation, OrganisationKind, OutboxMessage
from scheduler.due.birthdays import birthdays
from scheduler.plan import plan_in_portions
from scheduler.reminder import at
from tests.conftest import FrozenClock

FIRST, LAST = date(2020, 1, 1), date(2030, 12, 31)
PEOPLE = 10_000
LEAP = date(2000, 1, 1)


def fill(database: Database, people: int, leap_birthday: int = 228) -> dict[int, date]:
    """So many members, born on every day of the calendar in turn; by id the day of admission."""
    admitted = {
        n + 1: (LEAP + timedelta(days=n % 366)).replace(year=1960 + 4 * (n // 366 % 12))
        for n in range(people)
    }
    rules = {"leap_birthday": leap_birthday}
    with database.writing() as session:
        branch = Organisation(code="B", name="支部", kind=OrganisationKind.BRANCH, rules=rules)
        session.add(branch)
        session.flush()
        rows = [
            {
                "id": n,
                "number": f"M{n}",
                "name": f"党员{n}",
                "organisation_id": branch.id,
                "admitted_on": day,
                "state": MemberState.ACTIVE,
            }
            for n, day in admitted.items()
        ]
        session.execute(insert(Member), rows)
    return admitted


@pytest.mark.parametrize(("leap_birthday", "people"), [(228, PEOPLE), (301, 366)])
def test_each_has_exactly_one_birthday_a_year(
    sqlite_database: Database, leap_birthday: int, people: int
) -> None:
    """Chosen year by year, as a plan over all those days would."""
    admitted = fill(sqlite_database, people, leap_birthday)
    found: Counter[tuple[int, int]] = Counter()
    on_29: set[date] = set()
    with sqlite_database.reading() as session:
        for year in range(FIRST.year, LAST.year + 1):
            for one in birthdays(session, date(year, 1, 1), date(year, 12, 31)):
                local = one.due_at.astimezone(SHANGHAI).date()
                found[one.member.id, local.year] += 1
                day = admitted[one.member.id]
                if (day.month, day.day) == (2, 29):
                    on_29.add(local)
                else:
                    assert (local.month, local.day) == (day.month, day.day)
    years = range(FIRST.year, LAST.year + 1)
    assert found == Counter({(n, year): 1 for n in admitted for year in years})
    common = {date(year, *divmod(leap_birthday, 100)) for year in years if year % 4}
    assert on_29 == common | {date(year, 2, 29) for year in years if year % 4 == 0}


def test_day_by_day_the_same_people_are_chosen(sqlite_database: Database) -> None:
    """What each day's window holds is what the whole year holds: no day falls between two."""
    fill(sqlite_database, 366)
    with sqlite_database.reading() as session:
        for year in (2027, 2028):
            whole = {
                (one.member.id, one.due_at)
                for one in birthdays(session, date(year, 1, 1), date(year, 12, 31))
            }
            days = [date(year, 1, 1) + timedelta(days=n) for n in range(365 + (year % 4 == 0))]
            single = [
                (one.member.id, one.due_at) for day in days for one in birthdays(session, day, day)
            ]
            assert len(single) == len(whole) == 366
            assert set(single) == whole


def rows(database: Database) -> list[OutboxMessage]:
    with database.reading() as session:
        return session.query(OutboxMessage).filter_by(rule=POLITICAL_BIRTHDAY).all()


def test_three_days_down_across_the_first_of_the_month(sqlite_database: Database) -> None:
    """Down from 30 November to 3 December: what is over by then is left out, the rest comes."""
    fill(sqlite_database, 366)
    clock = FrozenClock(datetime(2026, 11, 29, 0, 5, tzinfo=SHANGHAI).astimezone(UTC))
    plan_in_portions(sqlite_database, now=clock())
    clock.move(days=4)
    plan_in_portions(sqlite_database, now=clock())
    days = sorted(row.not_before.astimezone(SHANGHAI).date() for row in rows(sqlite_database))
    assert days == [date(2026, 11, 29), date(2026, 12, 3)]
    assert all(
        row.expires_at is not None and row.created_at < row.expires_at
        for row in rows(sqlite_database)
    )


@pytest.mark.parametrize("jump", [timedelta(hours=1), timedelta(days=1)])
def test_a_clock_that_jumps_doubles_nothing_and_loses_nothing(
    sqlite_database: Database, jump: timedelta
) -> None:
    fill(sqlite_database, 366)
    now = datetime(2026, 12, 30, 0, 5, tzinfo=SHANGHAI)
    for n in range(5):  # over the end of the year, into one that is not announced
        for moment in (now, now + jump, now - jump, now):
            plan_in_portions(sqlite_database, now=moment.astimezone(UTC))
        now += timedelta(days=1)
        assert len(rows(sqlite_database)) > n
    keys = [row.dedupe_key for row in rows(sqlite_database)]
    assert len(keys) == len(set(keys))
    with sqlite_database.reading() as session:
        due = {
            one.key
            for one in birthdays(session, date(2026, 12, 30), date(2027, 1, 3))
            if at(date(2026, 12, 30), 0) <= one.due_at
        }
    assert due <= set(keys)
