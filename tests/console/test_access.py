"""Every route of the desk, asked by everybody: what is not one's own is not there."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

from console.app import make_app
from office.database import Database
from office.models import Booking
from settings import Settings
from tests.conftest import FrozenClock
from tests.console.conftest import (
    ADMINISTRATOR,
    FOREIGN_KEEPER,
    KEEPER,
    MEMBER,
    OTHER_SECRETARY,
    SECRETARY,
    Enter,
)

WEEK = "start=2026-11-30T00:00:00&end=2026-12-07T00:00:00"
PEOPLE = (None, MEMBER, SECRETARY, OTHER_SECRETARY, KEEPER, ADMINISTRATOR, FOREIGN_KEEPER)
KEEPERS = {KEEPER, ADMINISTRATOR}
GETS: dict[str, set[str]] = {
    "/desk/bases/J2": KEEPERS,
    f"/desk/bases/J2/events?{WEEK}": KEEPERS,
    "/desk/bases/J2/hours": KEEPERS,
    "/desk/bases/J2/days": KEEPERS,
    "/desk/bases/J2/closures": KEEPERS,
    "/desk/bases/J2/limits": KEEPERS,
    "/desk/bases/J3": {FOREIGN_KEEPER},
    "/desk/bookings.xlsx?base=J2&month=2026-12": KEEPERS,
    "/desk/bookings.xlsx": KEEPERS | {FOREIGN_KEEPER},
    "/desk/bookings.xlsx?branch=D1B1": {SECRETARY, ADMINISTRATOR},
    "/desk/branches/D1B1": {SECRETARY, ADMINISTRATOR},
    "/desk/branches/D1B2": {OTHER_SECRETARY, ADMINISTRATOR},
    "/desk/sheet": KEEPERS | {FOREIGN_KEEPER},
    "/desk/sheet/template.xlsx": KEEPERS | {FOREIGN_KEEPER},
    "/desk/report": KEEPERS | {FOREIGN_KEEPER},
    "/desk/bookings/1": {MEMBER, SECRETARY} | KEEPERS,
    "/bookings/1.ics": {MEMBER, SECRETARY} | KEEPERS,
    "/desk/bases/J99": set(),
    "/desk/branches/D1": set(),
    "/desk/bookings/99": set(),
}
"""Who may; everybody else is told that there is no such page, a guest that he is not known."""
POSTS: dict[str, tuple[dict[str, str], set[str]]] = {
    "/desk/bookings/1/approve": ({}, KEEPERS),
    "/desk/bookings/1/decline": ({"reason": "检修"}, KEEPERS),
    "/desk/bookings/1/cancel": ({}, {MEMBER, SECRETARY} | KEEPERS),
    "/desk/bases/J2/hours": ({"step": "save", "d0_0_from": "08:00", "d0_0_to": "20:00"}, KEEPERS),
    "/desk/bases/J2/days": ({"step": "save", "day": "2026-12-25", "kind": "closed"}, KEEPERS),
    "/desk/bases/J2/closures": (
        {"step": "save", "from_day": "2026-12-24", "to_day": "2026-12-25"},
        KEEPERS,
    ),
    "/desk/bases/J2/limits": (
        {"step": "save", "r4_min": "1", "r4_max": "99", "r5_min": "1", "r5_max": "25"},
        KEEPERS,
    ),
    "/desk/feeds": ({"of": "base", "code": "J2", "step": "make"}, KEEPERS),
}


@pytest.mark.parametrize("path", GETS)
def test_a_page_is_there_for_those_whom_it_concerns(
    path: str, enter: Enter, request_waits: Booking
) -> None:
    assert request_waits.id == 1
    for number in PEOPLE:
        wanted = 401 if number is None else 200 if number in GETS[path] else 404
        assert enter(number).get(path).status_code == wanted, number


@pytest.mark.parametrize("path", POSTS)
def test_a_change_is_for_those_who_may_make_it(
    path: str, enter: Enter, request_waits: Booking
) -> None:
    form, may = POSTS[path]
    for number in (one for one in PEOPLE if one not in may):
        wanted = 401 if number is None else 404
        assert enter(number).post(path, data=form).status_code == wanted, number
    for number in sorted(may)[:1]:
        assert enter(number).post(path, data=form).status_code in {200, 303}, number


def test_an_address_of_a_branch_is_its_secretarys_to_make(enter: Enter) -> None:
    form = {"of": "branch", "code": "D1B1", "step": "make"}
    for number in (MEMBER, OTHER_SECRETARY, KEEPER, FOREIGN_KEEPER):
        assert enter(number).post("/desk/feeds", data=form).status_code == 404, number
    assert enter(SECRETARY).post("/desk/feeds", data=form).status_code == 200


def test_only_the_keeper_checks_in(enter: Enter, request_waits: Booking) -> None:
    for number in (MEMBER, SECRETARY, FOREIGN_KEEPER):
        page = enter(number)
        assert page.post("/desk/bookings/1/checkin").status_code == 404, number


@pytest.mark.parametrize("path", [*POSTS, "/desk/bookings/1/checkin"])
def test_another_site_can_change_nothing(path: str, enter: Enter, request_waits: Booking) -> None:
    form = POSTS.get(path, ({}, set()))[0]
    foreign = {"origin": "http://evil.example"}
    assert enter(KEEPER).post(path, data=form, headers=foreign).status_code == 403


def test_every_route_of_the_desk_is_asked_above(
    here: Settings, small_district: Database, clock: FrozenClock
) -> None:
    """A route that is new has to be put into the lists of this file."""
    app = make_app(here, small_district, clock)
    asked = "\n".join([*GETS, *POSTS, "/desk/bookings/1/checkin", "/desk"])
    for route in _paths(app):
        if route.startswith("/desk"):
            head = route.split("{")[0].rstrip("/")
            tail = route.rsplit("}", 1)[-1]
            assert head in asked, route
            assert tail in asked, route


def _paths(app: object) -> list[str]:
    return [getattr(route, "path", "") for route in app.routes]  # type: ignore[attr-defined]


def test_who_has_no_work_here_is_told_so(enter: Enter) -> None:
    page: TestClient = enter(MEMBER)
    assert page.get("/desk").status_code == 200
    assert 'href="/desk"' not in page.get("/").text
    assert 'href="/desk"' in enter(KEEPER).get("/").text
