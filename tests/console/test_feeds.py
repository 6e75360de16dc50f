"""Calendar files read back by a parser: times, changes, cancellations, and nobody's name."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar, Event
from sqlalchemy import select

from delivery.links import Links
from office import bookings, members
from office.database import Database
from office.models import Booking, CalendarFeed
from settings import Settings
from tests.conftest import FrozenClock
from tests.console.conftest import KEEPER, MEMBER, SECRETARY, Enter, book, change_base, member
from tests.office.bookings.world import DAY
from texts import say

BRANCH = {"of": "branch", "code": "D1B1"}
BASE = {"of": "base", "code": "J2"}


def address(enter: Enter, number: str, of: dict[str, str]) -> str:
    """The path of a new feed, as its page shows it."""
    page = enter(number).post("/desk/feeds", data=of | {"step": "make"})
    assert page.status_code == 200
    return "/feeds/" + page.text.split("/feeds/")[1].split('"')[0]


def events(body: bytes) -> list[Event]:
    return list(Calendar.from_ical(body).walk("VEVENT"))


def test_a_booking_comes_back_as_it_is_in_every_time_zone(
    enter: Enter, small_district: Database, clock: FrozenClock
) -> None:
    booking = book(small_district, clock)
    answer = enter(MEMBER).get(f"/bookings/{booking.id}.ics")
    assert answer.headers["content-type"].startswith("text/calendar")
    [event] = events(answer.content)
    assert b"DTSTART:20261202T060000Z" in answer.content
    for zone in (UTC, ZoneInfo("Asia/Shanghai"), ZoneInfo("America/New_York"), timezone.min):
        assert event.start.astimezone(zone) == booking.starts_at.astimezone(zone)
        assert event.end.astimezone(zone) == booking.ends_at.astimezone(zone)
    assert (event["STATUS"], event["SEQUENCE"]) == ("CONFIRMED", 0)
    again = Calendar.from_ical(Calendar.from_ical(answer.content).to_ical())
    assert again == Calendar.from_ical(answer.content)


def test_the_address_from_the_chat_opens_one_booking_without_a_login(
    enter: Enter, here: Settings, small_district: Database, clock: FrozenClock
) -> None:
    booking = book(small_district, clock)
    links = Links("", here.secret)
    anybody = enter(None)
    answer = anybody.get(links.calendar_of(booking))
    assert [event["STATUS"] for event in events(answer.content)] == ["CONFIRMED"]
    for path in (
        f"/bookings/{booking.id}.ics",
        f"/bookings/{booking.id}.ics?key=",
        f"/bookings/{booking.id}.ics?key={links.key_of(booking.id + 1)}",
        f"/bookings/{booking.id}.ics?key=ü",
    ):
        assert anybody.get(path).status_code == 401
    gone = booking.id + 1
    assert anybody.get(f"/bookings/{gone}.ics?key={links.key_of(gone)}").status_code == 404


def test_the_file_says_that_a_guide_is_wanted(
    enter: Enter, small_district: Database, clock: FrozenClock
) -> None:
    booking = book(small_district, clock)
    with small_district.writing() as session:
        session.get_one(Booking, booking.id).guide = True
    [event] = events(enter(MEMBER).get(f"/bookings/{booking.id}.ics").content)
    assert event["DESCRIPTION"] == "20 人，要讲解，已约好"
    assert say("desk.guide_wanted") in enter(KEEPER).get(f"/desk/bookings/{booking.id}").text


def test_a_feed_follows_changes_and_cancellations(
    enter: Enter, small_district: Database, clock: FrozenClock
) -> None:
    booking = book(small_district, clock)
    paths = [address(enter, SECRETARY, BRANCH), address(enter, KEEPER, BASE)]
    anybody = enter(None)
    first = [events(anybody.get(path).content)[0] for path in paths]
    clock.move(hours=1)
    with small_district.writing() as session:
        me = members.by_number(session, MEMBER)
        assert me is not None
        bookings.move(
            session,
            me,
            booking.id,
            starts_at=DAY + timedelta(hours=9),
            ends_at=DAY + timedelta(hours=10),
            now=clock(),
        )
    moved = [events(anybody.get(path).content)[0] for path in paths]
    clock.move(hours=1)
    with small_district.writing() as session:
        me = members.by_number(session, MEMBER)
        assert me is not None
        bookings.cancel(session, me, booking.id, now=clock())
    last = [events(anybody.get(path).content)[0] for path in paths]
    for one, two, three in zip(first, moved, last, strict=True):
        assert one["UID"] == two["UID"] == three["UID"]
        assert one["SEQUENCE"] < two["SEQUENCE"] < three["SEQUENCE"]
        assert one["DTSTAMP"].dt < two["DTSTAMP"].dt < three["DTSTAMP"].dt == clock()
        assert two.start == datetime(2026, 12, 2, 1, tzinfo=UTC)
        assert [event["STATUS"] for event in (one, two, three)] == [
            "CONFIRMED",
            "CONFIRMED",
            "CANCELLED",
        ]


def test_a_request_is_tentative(enter: Enter, small_district: Database, clock: FrozenClock) -> None:
    change_base(small_district, approval="keeper")
    booking = book(small_district, clock)
    [event] = events(enter(MEMBER).get(f"/bookings/{booking.id}.ics").content)
    assert event["STATUS"] == "TENTATIVE"


def test_texts_are_escaped_and_folded_and_name_nobody(
    enter: Enter, small_district: Database, clock: FrozenClock
) -> None:
    who = member(small_district, MEMBER)
    purpose = f"党课;逗号,反斜\\杠\n{who.name}主讲 13800138000 " + "红色教育" * 8
    booking = book(small_district, clock, purpose=purpose)
    path = address(enter, SECRETARY, BRANCH)
    body = enter(None).get(path).content
    assert max(len(line) for line in body.split(b"\r\n")) <= 75
    assert b"\n" not in body.replace(b"\r\n", b"")
    text = body.replace(b"\r\n ", b"").decode()
    assert who.name not in text
    assert str(who.phone) not in text
    assert "13800138000" not in text
    assert "党课\\;逗号\\,反斜\\\\杠\\n…主讲" in text
    [event] = events(body)
    assert "党课;逗号,反斜\\杠\n…主讲" in event["SUMMARY"]
    assert booking.purpose[:10] == purpose[:10]


def test_a_feed_is_found_by_its_address_only_and_kept_as_a_hash(
    enter: Enter, small_district: Database
) -> None:
    path = address(enter, KEEPER, BASE)
    token = path.removeprefix("/feeds/").removesuffix(".ics")
    assert len(token) >= 43
    with small_district.reading() as session:
        hashes = list(session.scalars(select(CalendarFeed.token_hash)))
    assert token not in hashes
    anybody = enter(None)
    assert anybody.get(path).status_code == 200
    assert anybody.head(path).status_code == 200
    for wrong in ("x", token[:-1], token.swapcase(), hashes[0]):
        assert anybody.get(f"/feeds/{wrong}.ics").status_code == 404


def test_what_was_taken_back_is_not_there_any_more(enter: Enter, small_district: Database) -> None:
    old, other = address(enter, KEEPER, BASE), address(enter, SECRETARY, BRANCH)
    page = enter(KEEPER)
    assert say("desk.subscribe_live", n=1) in page.get("/desk/bases/J2").text
    revoked = page.post("/desk/feeds", data=BASE | {"step": "revoke"})
    assert revoked.headers["location"] == "/desk/bases/J2?said=feeds_revoked"
    assert page.get(old).status_code == 404
    assert page.get(other).status_code == 200
    assert page.get(address(enter, KEEPER, BASE)).status_code == 200


def test_a_feed_holds_its_own_bookings_only(
    enter: Enter, small_district: Database, clock: FrozenClock
) -> None:
    for code, who, hour in (("J2", "M0025", 9), ("J1", MEMBER, 14)):
        book(small_district, clock, code=code, who=who, starts_at=DAY + timedelta(hours=hour))
    of_branch = events(enter(None).get(address(enter, SECRETARY, BRANCH)).content)
    of_base = events(enter(None).get(address(enter, KEEPER, BASE)).content)
    assert [event.start.hour for event in of_branch] == [6]
    assert [event.start.hour for event in of_base] == [1]


@pytest.mark.parametrize("of", [{"of": "base", "code": "J99"}, {"of": "branch", "code": "D1"}])
def test_there_is_no_feed_of_what_is_not_there(enter: Enter, of: dict[str, str]) -> None:
    assert enter(KEEPER).post("/desk/feeds", data=of | {"step": "make"}).status_code == 404
