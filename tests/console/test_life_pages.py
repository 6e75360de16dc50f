"""Organisation life at the desk: a branch's year, a committee's branches, and who sees which."""

from __future__ import annotations

import io

from openpyxl import load_workbook

from office.database import Database
from office.models import Meeting, MeetingKind
from tests.console.conftest import ADMINISTRATOR, KEEPER, MEMBER, OTHER_SECRETARY, SECRETARY, Enter
from texts import say


def life(key: str, **values: object) -> str:
    return say(f"organisation_life.{key}", **values)


def row(page: str, name: str) -> str:
    """The row of a table that begins with this name."""
    return page.split(f">{name}</", 1)[1].split("</tr>", maxsplit=1)[0]


def test_a_branch_sees_its_year(enter: Enter) -> None:
    page = enter(SECRETARY).get("/desk/branches/D1B1").text
    general = row(page, "支部党员大会")
    assert general.count("<td") == 4
    assert f"第四季度 {life('state_due')}" in general
    assert f"第三季度 {life('state_held')}" in general
    assert row(page, "主题党日").count("<td") == 12
    assert row(page, "谈心谈话").count("<td") == 1
    assert f"12月 {life('state_coming')}" in row(page, "主题党日")
    assert row(page, "党小组会 1号楼党小组").count("<td") == 12
    assert life("not_owed_lesson") in row(page, "党课")


def test_what_does_not_apply_says_why(enter: Enter) -> None:
    page = enter("M0082").get("/desk/branches/D2B4").text  # five members, no groups
    assert life("not_owed_committee") in row(page, "支部委员会会议")
    assert life("not_owed_group") in row(page, "党小组会")


def test_a_committee_sees_branches_and_no_persons(enter: Enter, small_district: Database) -> None:
    with small_district.writing() as session:
        rows = session.query(Meeting).filter_by(kind=MeetingKind.THEME_DAY)
        for meeting in rows.filter(Meeting.organisation_id == 9):
            if meeting.starts_at.month == 10:
                session.delete(meeting)
    browser = enter(ADMINISTRATOR)
    assert "/desk/committees/D1" in browser.get("/desk").text
    page = browser.get("/desk/committees/D1").text
    late = row(page.replace("</a>", "</"), "晨光社区第二网格党支部")
    assert "主题党日" in late.split('class="late"')[1]
    assert life("late_none") in row(page.replace("</a>", "</"), "长桥社区党支部")
    assert "清溪村党支部" not in page
    body = page.split("<main>")[1]
    with small_district.reading() as session:
        from office.models import Member

        names = {member.name for member in session.query(Member)}
    assert not any(name in body for name in names)


def test_who_may_not_finds_no_such_page(enter: Enter) -> None:
    for number in (MEMBER, KEEPER, SECRETARY):
        assert enter(number).get("/desk/committees/D1").status_code == 404
    assert enter(ADMINISTRATOR).get("/desk/committees/D2").status_code == 404
    for number in (MEMBER, OTHER_SECRETARY, None):
        page = enter(number)
        assert page.get("/desk/branches/D1B1/meetings.xlsx").status_code != 200
    assert enter(MEMBER).get("/desk/meetings-template.xlsx").status_code == 404


def test_the_year_is_taken_away_as_a_sheet(enter: Enter) -> None:
    page = enter(SECRETARY)
    answer = page.get("/desk/branches/D1B1/meetings.xlsx?year=2026")
    assert answer.status_code == 200
    sheet = load_workbook(io.BytesIO(answer.content)).worksheets[0]
    codes = {sheet.cell(row=n, column=1).value for n in range(2, sheet.max_row + 1)}
    assert codes == {"D1B1", "D1B1G1", "D1B1G2", "D1B1G3"}
    assert page.get("/desk/meetings-template.xlsx").status_code == 200
    assert page.get("/desk/branches/D1B1/meetings.xlsx?year=99999").status_code == 422
