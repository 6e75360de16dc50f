"""The register of political birthdays at the desk: dates confirmed and doubted by the secretary."""

from __future__ import annotations

from datetime import date

import pytest

from office import members
from office.database import Database
from office.models import AuditEntry, Member
from tests.console.conftest import (
    ADMINISTRATOR,
    MEMBER,
    OTHER_SECRETARY,
    SECRETARY,
    Enter,
    member,
)

PAGE = "/desk/branches/D1B1/birthdays"
SOMEBODY = "M0006"


def without_date(database: Database, number: str = SOMEBODY) -> Member:
    with database.writing() as session:
        found = members.by_number(session, number)
        assert found is not None
        found.admitted_on = None
        return found


def test_a_missing_date_is_entered(enter: Enter, small_district: Database) -> None:
    one = without_date(small_district)
    page = enter(SECRETARY)
    assert "没有日期" in page.get(PAGE).text
    done = page.post(PAGE, data={"number": SOMEBODY, "step": "confirm", "day": "1980-02-29"})
    assert done.status_code == 303
    after = page.get(done.headers["location"]).text
    assert "2月29日" in after
    assert "没有日期" not in after
    assert member(small_district, SOMEBODY).admitted_on == date(1980, 2, 29)
    with small_district.reading() as session:
        entry = session.query(AuditEntry).filter_by(action="confirm_admission").one()
    assert (entry.subject, entry.detail) == (f"member:{one.id}", {})


def test_a_date_is_doubted_and_confirmed_again(enter: Enter, small_district: Database) -> None:
    page = enter(ADMINISTRATOR)
    assert page.post(PAGE, data={"number": SOMEBODY, "step": "doubt"}).status_code == 303
    assert member(small_district, SOMEBODY).admission_doubtful
    assert "有疑问" in page.get(PAGE).text
    data = {"number": SOMEBODY, "step": "confirm", "day": "1975-07-01"}
    assert page.post(PAGE, data=data).status_code == 303
    assert not member(small_district, SOMEBODY).admission_doubtful


@pytest.mark.parametrize("day", ["", "1980-02-30", "1921-06-30", "2026-11-24", "9999-12-31", "x"])
def test_an_impossible_date_changes_nothing(
    enter: Enter, small_district: Database, day: str
) -> None:
    without_date(small_district)
    data = {"number": SOMEBODY, "step": "confirm", "day": day}
    answer = enter(SECRETARY).post(PAGE, data=data)
    assert answer.status_code == 409
    assert 'role="alert"' in answer.text
    assert member(small_district, SOMEBODY).admitted_on is None


@pytest.mark.parametrize("who", [MEMBER, OTHER_SECRETARY, None])
def test_the_register_is_not_for_others(
    enter: Enter, small_district: Database, who: str | None
) -> None:
    page = enter(who)
    data = {"number": SOMEBODY, "step": "doubt"}
    assert page.get(PAGE).status_code in {401, 404}
    assert page.post(PAGE, data=data).status_code in {401, 404}
    assert not member(small_district, SOMEBODY).admission_doubtful


@pytest.mark.parametrize("number", ["M0030", "", "M9999"])
def test_somebody_of_another_branch_is_not_there(
    enter: Enter, small_district: Database, number: str
) -> None:
    data = {"number": number, "step": "doubt"}
    assert enter(SECRETARY).post(PAGE, data=data).status_code == 404


def test_another_site_cannot_post_it(enter: Enter, small_district: Database) -> None:
    answer = enter(SECRETARY).post(
        PAGE,
        data={"number": SOMEBODY, "step": "doubt"},
        headers={"origin": "https://elsewhere.example"},
    )
    assert answer.status_code == 403
