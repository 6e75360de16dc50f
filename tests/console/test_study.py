"""Study content in the browser: the desk that sends it, the page that shows it, its file."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

from delivery.links import Links
from office.database import Database
from office.models import StudyItem, StudyReceipt, StudyState
from settings import Settings
from tests.console.conftest import (
    KEEPER,
    MEMBER,
    OTHER_SECRETARY,
    SECRETARY,
    Enter,
    member,
)
from tests.office.test_study import place

PDF = ("../../课件 \u202e.pdf", b"%PDF-1.7 hello", "text/html")


def branch(database: Database) -> int:
    with database.reading() as session:
        return place(session, "D1B1")


def send(page: TestClient, database: Database, **values: str) -> int:
    data = {"title": "学习<党章>", "text": "请读", "target": str(branch(database)), **values}
    answer = page.post("/desk/study", data=data, files={"file": PDF})
    assert answer.status_code == 303, answer.text
    return int(answer.headers["location"].split("/")[3].partition("?")[0])


def test_written_at_the_desk_and_counted_by_organisation(
    enter: Enter, small_district: Database
) -> None:
    desk = enter(SECRETARY)
    number = send(desk, small_district, link="https://example.org/x")
    reader = enter(MEMBER)
    shown = reader.get(f"/study/{number}")
    assert shown.status_code == 200
    assert "学习&lt;党章&gt;" in shown.text
    assert shown.text.count("https://example.org/x") == 2  # where it leads is read before
    assert reader.post(f"/study/{number}/read").status_code == 303
    after = desk.get(f"/desk/study/{number}").text
    assert after.count("1 人") == 2
    name = member(small_district, MEMBER).name
    assert name not in after


def test_the_file_is_given_safely(enter: Enter, small_district: Database) -> None:
    number = send(enter(SECRETARY), small_district)
    answer = enter(MEMBER).get(f"/study/{number}/file")
    assert answer.content == PDF[1]
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["x-content-type-options"] == "nosniff"
    shown = answer.headers["content-disposition"]
    assert shown.startswith('inline; filename="study.pdf"')
    assert ".." not in shown
    assert "202e" not in shown.lower()


def test_the_address_of_the_message_opens_it_in_any_browser(
    enter: Enter, small_district: Database, here: Settings
) -> None:
    number = send(enter(SECRETARY), small_district)
    reader = member(small_district, MEMBER)
    link = Links("", here.secret).study_of(number, reader.id)
    stranger = enter(None)
    assert stranger.get(link).status_code == 200
    assert stranger.get(link).status_code == 200
    with small_district.reading() as session:
        assert session.query(StudyReceipt).count() == 1
    for wrong in (link[:-1] + "x", link.replace(f"of={reader.id}", f"of={reader.id + 1}")):
        assert stranger.get(wrong).status_code == 404
    assert stranger.get(f"/study/{number}").status_code == 401


@pytest.mark.parametrize("path", ["", "/file"])
def test_it_is_not_for_another_branch(enter: Enter, small_district: Database, path: str) -> None:
    number = send(enter(SECRETARY), small_district)
    assert enter(OTHER_SECRETARY).get(f"/study/{number}{path}").status_code == 404
    assert enter(OTHER_SECRETARY).get(f"/desk/study/{number}").status_code == 404
    assert enter(OTHER_SECRETARY).post(f"/desk/study/{number}/withdraw").status_code == 404


def test_withdrawn_it_cannot_be_opened(enter: Enter, small_district: Database) -> None:
    desk = enter(SECRETARY)
    number = send(desk, small_district)
    assert desk.post(f"/desk/study/{number}/withdraw").status_code == 303
    assert enter(MEMBER).get(f"/study/{number}").status_code == 404
    with small_district.reading() as session:
        assert session.get_one(StudyItem, number).state == StudyState.WITHDRAWN


@pytest.mark.parametrize(
    ("data", "status"),
    [
        ({"title": ""}, 409),
        ({"link": "javascript:alert(1)"}, 409),
        ({"send_at": "never"}, 409),
        ({"target": ""}, 409),
        ({"target": "999999"}, 404),
        ({"target": "1"}, 404),  # the district: not his
    ],
)
def test_what_cannot_be_sent_is_said_and_nothing_is_kept(
    enter: Enter, small_district: Database, data: dict[str, str], status: int
) -> None:
    whole = {"title": "学习", "text": "请读", "target": str(branch(small_district)), **data}
    answer = enter(SECRETARY).post("/desk/study", data=whole)
    assert answer.status_code == status
    with small_district.reading() as session:
        assert session.query(StudyItem).count() == 0


@pytest.mark.parametrize("who", [MEMBER, KEEPER, None])
def test_the_desk_of_study_is_not_for_others(enter: Enter, who: str | None) -> None:
    assert enter(who).get("/desk/study").status_code in {401, 404}
