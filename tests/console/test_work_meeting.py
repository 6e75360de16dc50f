"""The branch's page shows the next work meeting to who convenes it, and to nobody else."""

from __future__ import annotations

import pytest

from office import work_meetings
from office.database import Database
from office.models import Meeting
from tests.conftest import NOW
from tests.console.conftest import ADMINISTRATOR, MEMBER, OTHER_SECRETARY, SECRETARY, Enter
from tests.office.work_meeting_world import furnish, person, planned
from texts import say

PAGE = "/desk/branches/D1B1"


def test_who_convenes_sees_agenda_and_readers(small_district: Database, enter: Enter) -> None:
    furnish(small_district)
    meeting_id = planned(small_district)
    with small_district.writing() as session:
        secretary, name = person(session, SECRETARY), person(session, MEMBER).name
        work_meetings.add_to_agenda(session, secretary, meeting_id, "<b>讨论消防</b>", now=NOW)
    for who in (SECRETARY, ADMINISTRATOR):
        page = enter(who).get(PAGE).text
        assert "12月3日（周四） 14:00" in page
        assert "安全生产" in page
        assert "&lt;b&gt;讨论消防&lt;/b&gt;" in page
        assert f"看过的 1 人，还没看的：{name}" in page


@pytest.mark.parametrize("who", [MEMBER, OTHER_SECRETARY])
def test_others_see_nothing(enter: Enter, who: str) -> None:
    assert enter(who).get(PAGE).status_code == 404


def test_without_one_the_page_says_how_to_plan(small_district: Database, enter: Enter) -> None:
    furnish(small_district)
    with small_district.reading() as session:
        assert session.query(Meeting).filter_by(kind="work").count() == 0
    assert say("work_meetings.desk_none").split("，")[0] in enter(SECRETARY).get(PAGE).text
