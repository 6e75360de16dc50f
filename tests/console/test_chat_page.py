"""The web chat: who may enter, what is kept, and what reaches the open page."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

import settings
from console.app import make_app
from delivery.post import PostOffice
from delivery.queue import DeliveryQueue, open_huey
from delivery.web import WebChannel
from office import invitations, members, outbox
from office.database import Database
from office.models import InboxKind, InboxMessage, WebSession
from office.outbox import Button, Draft
from settings import Settings
from tests.conftest import FrozenClock
from texts import say

ORIGIN = {"origin": "http://127.0.0.1"}


@pytest.fixture
def here(tmp_path: Path) -> Settings:
    return settings.load({"ZHIBU_DATA": str(tmp_path / "var"), "ZHIBU_PORT": "21080"})


def open_page(here: Settings, database: Database, clock: FrozenClock) -> TestClient:
    app = make_app(here, database, clock)
    return TestClient(app, base_url="http://127.0.0.1", follow_redirects=False)


@pytest.fixture
def page(here: Settings, small_district: Database, clock: FrozenClock) -> TestClient:
    return open_page(here, small_district, clock)


@pytest.fixture
def member_page(page: TestClient) -> TestClient:
    """The page after the demonstration's member M0002 was picked."""
    assert page.post("/demo", data={"number": "M0002"}, headers=ORIGIN).status_code == 303
    return page


def test_a_stranger_is_asked_who_he_is_in_the_demonstration(page: TestClient) -> None:
    entered = page.get("/")
    assert (entered.status_code, entered.headers["location"]) == (303, "/demo")
    picker = page.get("/demo").text
    assert say("console.demo_guest") in picker
    assert "晨光社区第一网格党支部" in picker


def test_without_the_demonstration_a_stranger_is_a_guest(
    here: Settings, small_district: Database, clock: FrozenClock
) -> None:
    page = open_page(replace(here, demo=False), small_district, clock)
    assert page.get("/demo").status_code == 404
    assert page.post("/demo", data={"number": "M0001"}, headers=ORIGIN).status_code == 404
    assert page.get("/").status_code == 303
    assert say("console.guest") in page.get("/").text


def test_a_member_sees_his_name_and_branch(member_page: TestClient) -> None:
    text = member_page.get("/").text
    assert "晨光社区第一网格党支部" in text
    assert say("console.placeholder") in text


def test_a_message_is_stored_before_anything_else_and_once(
    member_page: TestClient, small_district: Database
) -> None:
    body = {"key": "a1b2c3d4", "text": "党费怎么交"}
    first = member_page.post("/api/messages", json=body, headers=ORIGIN)
    again = member_page.post("/api/messages", json=body, headers=ORIGIN)
    assert (first.status_code, first.json()) == (202, {"stored": True})
    assert again.json() == {"stored": False}
    with small_district.reading() as session:
        row = session.query(InboxMessage).one()
        member = members.by_number(session, "M0002")
        assert member is not None
    assert (row.text, row.kind) == ("党费怎么交", InboxKind.TEXT)
    assert row.address == members.web_address(member.id)


@pytest.mark.parametrize(
    "body",
    [
        {"key": "short", "text": "x"},
        {"key": "a1b2c3d4", "button": "1:x"},
        {"key": "a1b2c3d4", "text": "x" * 20_001},
        {"text": "x"},
        [],
    ],
)
def test_a_request_that_our_page_never_makes_is_refused(
    member_page: TestClient, body: object
) -> None:
    assert member_page.post("/api/messages", json=body, headers=ORIGIN).status_code == 422


@pytest.mark.parametrize("path", ["/api/messages", "/demo", "/i/abc"])
def test_another_site_cannot_make_our_browser_speak(member_page: TestClient, path: str) -> None:
    foreign = {"origin": "http://evil.example"}
    assert member_page.post(path, json={}, headers=foreign).status_code == 403


def test_a_page_that_is_not_there_says_so_in_chinese(page: TestClient) -> None:
    answer = page.get("/nowhere", headers={"accept": "text/html"})
    assert answer.status_code == 404
    assert say("console.sorry_not_found") in answer.text
    assert page.get("/nowhere").json() == {"detail": "Not Found"}


def test_another_host_name_is_refused(page: TestClient) -> None:
    """DNS rebinding: the name that the browser asked for must be ours."""
    assert page.get("/health", headers={"host": "evil.example"}).status_code == 400


@pytest.mark.parametrize("path", ["/api/history", "/api/events"])
def test_who_has_no_cookie_reads_nothing(page: TestClient, path: str) -> None:
    assert page.get(path).status_code == 401


def test_pages_forbid_scripts_and_frames_of_others(page: TestClient) -> None:
    headers = page.get("/demo").headers
    assert headers["content-security-policy"] == "default-src 'self'; frame-ancestors 'none'"
    assert headers["x-content-type-options"] == "nosniff"


def test_the_cookie_is_out_of_reach_of_scripts_and_kept_as_a_hash(
    page: TestClient, small_district: Database
) -> None:
    cookie = page.post("/demo", data={"number": ""}, headers=ORIGIN).headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    token = cookie.split("=", 1)[1].split(";")[0]
    with small_district.reading() as session:
        assert token not in session.query(WebSession).one().token_hash


def test_a_one_time_link_is_used_by_its_button_only(
    page: TestClient, small_district: Database, clock: FrozenClock
) -> None:
    with small_district.writing() as session:
        member = members.by_number(session, "M0009")
        assert member is not None
        token = invitations.invite(session, member, now=clock())
    for _ in range(2):  # a messenger's preview opens the link as well
        assert say("console.bind_button") in page.get(f"/i/{token}").text
    assert page.post(f"/i/{token}", headers=ORIGIN).status_code == 303
    assert member.name in page.get("/").text
    used = page.post(f"/i/{token}", headers=ORIGIN)
    assert used.status_code == 410
    assert say("console.bind_failed") in used.text


@pytest.fixture
def answered(
    member_page: TestClient, small_district: Database, clock: FrozenClock, tmp_path: Path
) -> str:
    """An answer with buttons in the member's chat; its address."""
    with small_district.writing() as session:
        member = members.by_number(session, "M0002")
        assert member is not None
        address = members.web_address(member.id)
        draft = Draft(
            dedupe_key="reply:1:0",
            rule="reply",
            channel="web",
            address=address,
            text="<b>每季度</b>一次",
            buttons=[Button("好", "/affirm")],
            not_before=clock(),
        )
        outbox.put(session, draft, now=clock())
    queue = DeliveryQueue(open_huey(None, tmp_path))
    PostOffice(small_district, {"web": WebChannel(9)}, clock, queue).deliver("web", address)
    return address


def test_the_conversation_is_there_again_after_a_reload(
    member_page: TestClient, answered: str, clock: FrozenClock
) -> None:
    bubbles = member_page.get("/api/history").json()
    assert [(one["mine"], one["text"], one["buttons"]) for one in bubbles] == [
        (False, "<b>每季度</b>一次", ["好"])
    ]
    clock.move(seconds=1)
    member_page.post("/api/messages", json={"key": "a1b2c3d4", "button": "1:0"}, headers=ORIGIN)
    assert [one["text"] for one in member_page.get("/api/history").json()][-1] == "好"


def test_nobody_sees_the_conversation_of_another(
    page: TestClient, answered: str, here: Settings, small_district: Database, clock: FrozenClock
) -> None:
    other = open_page(here, small_district, clock)
    other.post("/demo", data={"number": "M0003"}, headers=ORIGIN)
    assert other.get("/api/history").json() == []
