"""The desk in a real browser, over the console process alone: no other part is needed for it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from openpyxl import load_workbook
from playwright.sync_api import Page, expect, sync_playwright

from cli import demo
from delivery.clock import utc_now
from office import bases, bookings, members
from office.bases import SHANGHAI
from office.bookings import Wish
from office.database import Database
from office.models import Approval, Booking, BookingState
from settings import ROOT
from sheets.columns import title_of
from tests.e2e.stack import free_block, until
from tests.e2e.test_web_chat import CHROMIUM, QUIET, picture
from texts import say

pytestmark = pytest.mark.e2e
KEEPER, SECRETARY = "M0004", "M0001"
REFUSED = "status of 422"
"""What a browser notes of a form that was refused, as it should be."""
SIZES = [(390, 844), (1280, 900)]


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Path:
    """A data folder with the demonstration, and requests at J2 in a week: one for each size."""
    folder = tmp_path_factory.mktemp("desk")
    shutil.copy(sqlite_template, folder / "zhibu.db")
    database = Database(f"sqlite:///{folder / 'zhibu.db'}")
    now = utc_now()
    today = now.astimezone(SHANGHAI)
    with database.writing() as session:
        demo.load(session, today=today.date())
        base = bases.by_code(session, "J2")
        one = members.by_number(session, "M0002")
        assert base is not None
        assert one is not None
        base.approval, base.approval_hours, base.quota_per_month = Approval.KEEPER, 300, None
        for n in range(len(SIZES)):
            start = today.replace(hour=10, minute=0, second=0, microsecond=0) + timedelta(7 + n)
            wish = Wish(base, start, start + timedelta(hours=2), 20, f"浏览器里的党日{n}")
            bookings.book(session, one, wish, request_key=f"e2e {n}", now=now)
    database.close()
    return folder


@pytest.fixture(scope="module")
def url(data: Path) -> Iterator[str]:
    """The address of the console process."""
    port = free_block()
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("ZHIBU_", "DATABASE_"))}
    environment = kept | {"ZHIBU_DATA": str(data), "ZHIBU_PORT": str(port), "ZHIBU_DEMO": "1"}
    with (data / "console.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "cli.run", "console"],
            cwd=ROOT,
            env=environment,
            stdout=log,
            stderr=log,
        )
    address = f"http://127.0.0.1:{port}"
    until(lambda: _answers(address), 30)
    yield address
    process.terminate()
    process.wait(10)


def _answers(address: str) -> bool:
    try:
        return httpx.get(f"{address}/health").status_code == 200
    except httpx.HTTPError:
        return False


@pytest.fixture(params=SIZES, ids=["phone", "desktop"])
def page(request: pytest.FixtureRequest) -> Iterator[Page]:
    """A page of headless Chromium; errors in its console fail the test, also of the CSP."""
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine: the pages are not tried in a browser")
    width, height = request.param
    errors: list[str] = []
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        page = browser.new_page(viewport={"width": width, "height": height}, locale="zh-CN")
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
        yield page
        browser.close()
    assert [error for error in errors if REFUSED not in error] == []


def enter(page: Page, url: str, number: str) -> None:
    page.goto(f"{url}/demo")
    page.click(f"form:has(input[value={number}]) button")
    page.wait_for_selector("#text")
    page.get_by_role("link", name=say("console.desk")).click()
    expect(page.get_by_role("heading", name=say("desk.desk"))).to_be_visible()


def fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


def test_a_keeper_answers_looks_and_changes_his_hours(page: Page, url: str, data: Path) -> None:
    n = [width for width, _ in SIZES].index((page.viewport_size or {"width": 0})["width"])
    enter(page, url, KEEPER)
    card = page.locator("article", has_text=f"浏览器里的党日{n}")
    assert fits(page)
    picture(page, "desk")
    if n == 0:
        card.get_by_role("button", name=say("desk.approve"), exact=True).click()
        expect(page.get_by_role("status")).to_have_text(say("desk.said_approved"))
    else:  # by the keyboard alone
        card.locator("summary").focus()
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        page.keyboard.type("设备检修")
        page.keyboard.press("Enter")
        expect(page.get_by_role("status")).to_have_text(say("desk.said_declined"))
    expect(page.locator("article.held", has_text=f"浏览器里的党日{n}")).to_have_count(0)
    with Database(f"sqlite:///{data / 'zhibu.db'}").reading() as session:
        state = session.query(Booking).filter_by(purpose=f"浏览器里的党日{n}").one().state
    assert state == [BookingState.CONFIRMED, BookingState.DECLINED][n]

    page.goto(f"{url}/desk/bases/J2")
    expect(page.locator("#calendar .ec-toolbar")).to_be_visible()
    page.locator("#calendar button", has_text=say("desk.calendar_list")).click()
    page.get_by_role("button", name=say("desk.calendar_next")).click()
    assert fits(page)
    picture(page, "base")

    page.goto(f"{url}/desk/bases/J2/days")
    day = (utc_now().astimezone(SHANGHAI) + timedelta(7)).date().isoformat()
    page.locator("section").last.locator("input[name=day]").fill(day)
    page.get_by_role("button", name=say("desk.preview")).click()
    expect(page.locator("#preview .notice")).to_be_visible()
    expect(page.locator("#preview .hits li")).to_have_count(1)
    picture(page, "preview")
    assert fits(page)


def test_a_secretary_sees_the_month_and_makes_an_address(page: Page, url: str) -> None:
    enter(page, url, SECRETARY)
    page.locator(".ways a").first.click()
    expect(page.locator("h1")).to_have_text("晨光社区第一网格党支部")
    assert fits(page)
    page.get_by_role("button", name=say("desk.subscribe_make")).click()
    link = page.locator("input.address")
    expect(link).to_be_visible()
    assert httpx.get(link.input_value()).text.startswith("BEGIN:VCALENDAR")
    assert fits(page)
    picture(page, "feed")


def test_a_keeper_looks_at_what_a_sheet_would_do(
    page: Page, url: str, data: Path, tmp_path: Path
) -> None:
    enter(page, url, KEEPER)
    page.get_by_role("link", name=say("desk.sheet")).click()
    expect(page.locator("h1")).to_have_text(say("desk.sheet"))
    with page.expect_download() as download:
        page.get_by_role("link", name=say("desk.sheet_template")).click()
    download.value.save_as(tmp_path / "bases.xlsx")
    page.locator("input[type=file]").set_input_files(tmp_path / "bases.xlsx")
    with page.expect_response("**/desk/sheet") as answer:
        page.get_by_role("button", name=say("desk.preview")).click()
    assert answer.value.status == 422  # the example's base is nobody's
    expect(page.get_by_role("alert")).to_contain_text("J101")
    assert fits(page)
    picture(page, "sheet-refused")

    with Database(f"sqlite:///{data / 'zhibu.db'}").reading() as session:
        base = bases.by_code(session, "J2")
        assert base is not None
        name = base.name
    book = load_workbook(tmp_path / "bases.xlsx")
    for sheet in book.worksheets:
        if sheet.title == title_of("bases"):
            for n, value in enumerate(("J2", "D1", name), 1):
                sheet.cell(row=2, column=n).value = value
        elif sheet.title in map(title_of, ("rooms", "days", "menu", "closures")):
            sheet.delete_rows(2)
        elif sheet.title == title_of("hours"):
            sheet.cell(row=2, column=1).value = "J2"
    book.save(tmp_path / "mine.xlsx")
    page.locator("input[type=file]").set_input_files(tmp_path / "mine.xlsx")
    page.get_by_role("button", name=say("desk.preview")).click()
    expect(page.locator("#preview")).to_be_visible()
    assert fits(page)
    picture(page, "sheet")


def test_the_report_fits_and_prints(page: Page, url: str) -> None:
    enter(page, url, KEEPER)
    page.get_by_role("link", name=say("desk.report")).click()
    expect(page.locator("table.figures tbody tr").first).to_be_visible()
    assert page.locator(".chart svg").count() >= 2
    assert fits(page)
    page.emulate_media(media="print")
    expect(page.locator("header.bar")).to_be_hidden()
    picture(page, "report")
