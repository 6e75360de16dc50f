"""The web application over the demonstration district, and browsers of its people."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

import settings
from console.app import make_app
from office import bases, bookings, members
from office.bookings import Wish
from office.database import Database
from office.models import ActivityBase, Approval, Booking, Member
from settings import Settings
from tests.conftest import FrozenClock
from tests.office.bookings.world import DAY

MEMBER, SECRETARY, OTHER_SECRETARY = "M0002", "M0001", "M0025"
"""The first two are of the branch D1B1, the third of D1B2."""
KEEPER, ADMINISTRATOR, FOREIGN_KEEPER = "M0004", "M0005", "M0081"
"""The first two work for the committee D1, whose are J1 and J2; the third for D2, whose is J3."""
ORIGIN = {"origin": "http://127.0.0.1"}
Enter = Callable[[str | None], TestClient]


@pytest.fixture
def here(tmp_path: Path) -> Settings:
    return settings.load({"ZHIBU_DATA": str(tmp_path / "var"), "ZHIBU_PORT": "21080"})


@pytest.fixture
def enter(here: Settings, small_district: Database, clock: FrozenClock) -> Enter:
    """Opens a browser of a member, by number; of a guest for None."""
    app = make_app(here, small_district, clock)

    def open_browser(number: str | None) -> TestClient:
        page = TestClient(app, base_url="http://127.0.0.1", follow_redirects=False)
        page.headers["accept"] = "text/html"
        page.headers.update(ORIGIN)
        assert page.post("/demo", data={"number": number or ""}).status_code == 303
        return page

    return open_browser


def member(database: Database, number: str) -> Member:
    with database.reading() as session:
        found = members.by_number(session, number)
        assert found is not None
        return found


def change_base(database: Database, code: str = "J2", **values: object) -> None:
    with database.writing() as session:
        base = bases.by_code(session, code)
        assert base is not None
        for name, value in values.items():
            setattr(base, name, value)


def book(
    database: Database,
    clock: FrozenClock,
    *,
    who: str = MEMBER,
    code: str = "J2",
    starts_at: datetime = DAY + timedelta(hours=14),
    people: int = 20,
    purpose: str = "主题党日",
) -> Booking:
    """A booking of two hours, by default at J2 on Wednesday, 2 December, at 14:00."""
    with database.writing() as session:
        base = bases.by_code(session, code)
        one = members.by_number(session, who)
        assert base is not None
        assert one is not None
        wish = Wish(base, starts_at, starts_at + timedelta(hours=2), people, purpose)
        key = f"{code} {starts_at} {who}"
        return bookings.book(session, one, wish, request_key=key, now=clock())


@pytest.fixture
def request_waits(small_district: Database, clock: FrozenClock) -> Booking:
    """A request at J2 that waits for the keeper."""
    change_base(small_district, approval=Approval.KEEPER)
    return book(small_district, clock)


def base_now(database: Database, code: str = "J2") -> ActivityBase:
    """The base with its rooms and rules as they are stored."""
    with database.reading() as session:
        base = next(base for base in bases.all_bases(session) if base.code == code)
        assert base.hours is not base.special_days is not base.closures  # read them
        return base
