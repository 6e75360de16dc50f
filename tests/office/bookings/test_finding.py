"""Finding what is free, and what is near to a wish that is taken."""

from __future__ import annotations

from datetime import date, time, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from office import bases, bookings
from office.bases.free import Calendar
from office.bookings import Wish, finding, keeping
from office.bookings.finding import Match, Place, Wants
from office.database import Database
from office.models import Organisation
from tests.conftest import NOW
from tests.office.bookings.conftest import Hand
from tests.office.bookings.world import DAY, KEEPER, add_base, base_of, member, wish

SATURDAY = date(2026, 12, 5)
WEEKEND = frozenset({5, 6})


def two_bases(hand: Hand) -> Hand:
    """J1 without, J2 with a guide and a projector, J3 elsewhere with both."""
    hand.world()
    with hand.database.writing() as session:
        owner = session.query(Organisation).filter_by(code="D1").one()
        branch = session.query(Organisation).filter_by(code="B3").one()
        add_base(session, "J2", owner, has_guide=True, equipment=["投影仪"])
        add_base(session, "J3", branch, has_guide=True, equipment=["投影仪", "音响"])
    return hand


def search(hand: Hand, wants: Wants) -> list[Match]:
    with hand.database.reading() as session:
        found = finding.search(session, wants, now=hand.clock())
        assert all(match.base.code for match in found)
        return found


def shown(places: list[Place]) -> list[str]:
    return [f"{one.base.code} {one.starts_at:%m-%d %H:%M} {one.room.name}" for one in places]


def test_at_the_weekend_for_fifty_with_a_guide(hand: Hand) -> None:
    two_bases(hand).book(24 * 3 + 9, 24 * 3 + 17, code="J2")  # all of Saturday
    wants = Wants(
        date(2026, 11, 30), date(2026, 12, 13), weekdays=WEEKEND, head_count=50, guide=True
    )
    found = search(hand, wants)
    assert [match.base.code for match in found] == ["J3", "J2"]
    assert shown(found[0].places)[:2] == ["J3 12-05 09:00 大厅", "J3 12-05 12:00 大厅"]
    assert shown(found[1].places)[:1] == ["J2 12-06 09:00 大厅"]


def test_in_the_evening_nothing_is_open_and_equipment_is_asked_for(light_hand: Hand) -> None:
    hand = two_bases(light_hand)
    day = date(2026, 12, 2)
    assert search(hand, Wants(day, day, not_before=time(18))) == []
    assert search(hand, Wants(day, day, head_count=61)) == []
    assert search(hand, Wants(day, date(2026, 12, 1))) == []
    with_sound = Wants(day, day, equipment=frozenset({"音响", "投影"}), not_after=time(10, 30))
    assert search(hand, with_sound) == []  # two hours do not fit before half past ten
    with_sound = Wants(day, day, equipment=frozenset({"音响", "投影"}), not_after=time(11))
    assert [shown(match.places) for match in search(hand, with_sound)] == [["J3 12-02 09:00 东"]]


def test_what_is_too_far_ahead_is_not_proposed(light_hand: Hand) -> None:
    hand = light_hand.world(days_ahead=10)
    found = search(hand, Wants(date(2026, 12, 1), date(2027, 3, 1), head_count=50))
    assert shown(found[0].places)[-1].startswith("J1 12-0")
    assert search(hand, Wants(date(2026, 12, 4), date(2027, 3, 1))) == []


def test_the_nearest_is_of_the_same_day_first(hand: Hand) -> None:
    hand.world().book(10, 16)
    with hand.database.reading() as session:
        near = finding.nearest(session, wish(session, 14, 15), now=hand.clock())
        assert shown(near) == ["J1 12-02 16:00 大厅", "J1 12-02 09:00 大厅", "J1 12-03 14:00 大厅"]
        longer = finding.nearest(session, wish(session, 13, 17), now=hand.clock())
        assert shown(longer)[0] == "J1 12-03 13:00 大厅"


def test_like_bases_at_the_same_time(light_hand: Hand) -> None:
    hand = two_bases(light_hand)
    with hand.database.reading() as session:
        alike = finding.similar(session, wish(session, code="J3"), now=hand.clock())
        assert shown(alike) == ["J2 12-02 14:00 大厅", "J1 12-02 14:00 大厅"]
    hand.book(15, 17, code="J2")
    with hand.database.reading() as session:
        alike = finding.similar(session, wish(session, code="J3"), now=hand.clock())
        assert shown(alike) == ["J1 12-02 14:00 大厅"]


def test_closures_special_days_and_buffers_are_not_free(light_hand: Hand) -> None:
    hand = light_hand.world(buffer_before=20, buffer_after=10)
    keep = {"now": hand.clock()}

    def change(session) -> None:  # type: ignore[no-untyped-def]
        keeper, base = member(session, KEEPER), base_of(session)
        keeping.set_special_day(session, keeper, base, SATURDAY, [], **keep)
        shorter = [(time(10), time(12))]
        keeping.set_special_day(session, keeper, base, date(2026, 12, 6), shorter, **keep)
        part = base.rooms[1]
        noon, two = DAY + timedelta(hours=12), DAY + timedelta(hours=14)
        keeping.close(session, keeper, base, noon, two, room=part, **keep)

    hand.do(change)
    hand.book(15, 16)

    def hours(day: date, people: int) -> list[str]:
        with hand.database.reading() as session:
            free = bases.free_times(session, base_of(session), day, people, now=hand.clock())
        return [f"{one.starts_at:%H:%M}-{one.ends_at:%H:%M}" for one in free]

    assert hours(SATURDAY, 1) == []
    assert hours(date(2026, 12, 6), 1) == ["10:00-12:00"]
    assert hours(DAY.date(), 50) == ["09:00-12:00", "14:00-14:30", "16:30-17:00"]
    assert hours(DAY.date(), 20) == ["09:00-14:30", "16:30-17:00"]


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 300), st.integers(1, 40)), max_size=8), st.integers(1, 50))
def test_a_mask_is_what_it_says(stretches: list[tuple[int, int]], lasting: int) -> None:
    """Runs and starts, against counting step by step."""
    steps = {step for first, length in stretches for step in range(first, first + length)}
    mask = sum(1 << step for step in steps)
    calendar = Calendar.__new__(Calendar)
    calendar.origin, calendar.steps = DAY, 400
    minutes = [
        ((run.starts_at - DAY).seconds // 300, (run.ends_at - DAY).seconds // 300)
        for run in calendar.runs(mask)
        if run.ends_at - DAY < timedelta(days=1)
    ]
    for first, last in minutes:
        assert all(step in steps for step in range(first, last))
        assert first - 1 not in steps
        assert last not in steps
    wanted = {s for s in steps if all(s + n in steps for n in range(lasting))}
    found = calendar.starts(mask, lasting * timedelta(minutes=5))
    assert {s for s in range(400) if found >> s & 1} == wanted


def test_what_is_shown_as_free_can_be_booked(small_district: Database) -> None:
    """Of the whole demonstration district."""
    with small_district.writing() as session:
        found = finding.search(
            session,
            Wants(date(2026, 11, 23), date(2027, 1, 20), head_count=12),
            now=NOW,
            limit=50,
        )
        assert len(found) > 5
        for match in found:
            for place in match.places:
                made = Wish(place.base, place.starts_at, place.ends_at, 12, "党课")
                assert bookings.check(session, made, now=NOW)
