"""The web chat, by HTTP as any client, and in a real browser where there is one."""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Page, sync_playwright

from office.models import Booking
from tests.e2e.stack import Stack, until
from texts import say

pytestmark = pytest.mark.e2e
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("chrome")
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
QUIET += ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
PICTURES = os.environ.get("ZHIBU_PICTURES")
"""A folder for screenshots, to be looked at."""


def test_answers_stream_to_the_page_and_carry_on_after_a_break(stack: Stack) -> None:
    with httpx.Client(base_url=stack.url, headers={"Origin": stack.url}, timeout=30) as page:
        page.post("/demo", data={"number": "M0012"})
        last, seen = 0, set[int]()
        for n, question in enumerate(("预备期有多长", "谢谢")):
            with page.stream("GET", f"/api/events?since={last}") as stream:
                body = {"key": f"e2e-{time.time_ns()}-{n}", "text": question}
                assert page.post("/api/messages", json=body).status_code == 202
                for line in stream.iter_lines():
                    if line.startswith("data: "):
                        answer = json.loads(line[6:])
                        break
            assert answer["id"] not in seen
            seen.add(answer["id"])
            last = int(datetime.fromisoformat(answer["at"]).timestamp() * 1000) + 10_001
        past = page.get("/api/history").json()
        assert [one["text"] for one in past if one["mine"]] == ["预备期有多长", "谢谢"]


@pytest.fixture(params=[(390, 844), (1100, 800)], ids=["phone", "desktop"])
def page(request: pytest.FixtureRequest) -> Iterator[Page]:
    """A page of headless Chromium; errors in its console fail the test."""
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine: the pages are not tried in a browser")
    width, height = request.param
    errors: list[str] = []
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        page = browser.new_page(
            viewport={"width": width, "height": height}, device_scale_factor=2, locale="zh-CN"
        )
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
        yield page
        browser.close()
    assert errors == []


def picture(page: Page, name: str) -> None:
    if PICTURES:
        width = (page.viewport_size or {"width": 0})["width"]
        page.screenshot(path=Path(PICTURES) / f"{name}-{width}.png")


def enter(page: Page, stack: Stack, number: str) -> None:
    page.goto(stack.url)
    picture(page, "demo")
    page.click(f"form:has(input[value={number}]) button")
    page.wait_for_selector("#text")


def send(page: Page, text: str) -> str:
    """Type and send; the text of the answer."""
    before = page.locator(".bubble.theirs").count()
    page.fill("#text", text)
    page.keyboard.press("Enter")
    return answer_after(page, before)


def answer_after(page: Page, before: int) -> str:
    """The text of the bubble that comes after so many."""
    answer = page.locator(".bubble.theirs").nth(before)
    answer.wait_for()
    return answer.inner_text()


def test_a_member_asks_and_books_in_the_browser(stack: Stack, page: Page) -> None:
    phone = (page.viewport_size or {"width": 0})["width"] < 500
    number, day = ("M0026", "下周六") if phone else ("M0002", "下周日")
    enter(page, stack, number)
    assert "第11条" in send(page, "支部党员大会多久开一次")
    picture(page, "answer")
    asked = send(page, f"预约{day}下午两点到四点的红星纪念馆，15人，主题党日")
    assert say("booking.button_confirm_book") in asked
    picture(page, "summary")
    before = page.locator(".bubble.theirs").count()
    page.get_by_role("button", name=say("booking.button_confirm_book")).last.click()
    assert "预约成功" in answer_after(page, before)
    picture(page, "booked")
    with stack.database().reading() as session:
        rows = session.query(Booking).all()
        assert any(row.member.number == number and row.head_count == 15 for row in rows)
    # Old buttons are retired, the page does not scroll sideways, the conversation is kept.
    assert page.locator(".bubble.theirs:not(.hello) button:enabled").count() <= 3
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.reload()
    until(lambda: "预约成功" in page.locator("#log").inner_text(), 10)


def test_what_is_typed_is_shown_and_never_run(stack: Stack, page: Page) -> None:
    enter(page, stack, "M0003")
    send(page, "<img src=x onerror=document.title='broken'>党费")
    assert page.title() == say("console.title")
    assert page.locator("#log img").count() == 0


def test_an_invitation_is_accepted_by_its_button(stack: Stack, page: Page) -> None:
    printed = stack.run("invite", "M0150").stdout
    link = next(word for word in printed.split() if "/i/" in word)
    page.goto(link[link.index("http") :])
    picture(page, "bind")
    page.get_by_role("button", name=say("console.bind_button")).click()
    page.wait_for_selector("#text")
    assert "政治生日" in send(page, "我的政治生日是哪天")
