"""A keeper changes his base's rules: what clashes by then is listed and told of, once."""

from __future__ import annotations

from datetime import time, timedelta

import pytest

from office import access, bases
from office.bookings import clashes, imports, keeping, steps
from office.bookings.imports import BaseRow, RoomRow
from office.errors import NotAllowedError
from office.models import BookingEvent, EventKind
from tests.office.bookings.conftest import Hand
from tests.office.bookings.world import ADMINISTRATOR, DAY, KEEPER, base_of, member

EVERY_DAY = tuple(range(7))


def told(hand: Hand) -> list[tuple[int, str]]:
    with hand.database.reading() as session:
        rows = session.query(BookingEvent).filter_by(kind=EventKind.CLASH)
        return [(row.booking_id, str(row.detail["code"])) for row in rows]


def set_hours(hand: Hand, opens: int, closes: int, who: str = KEEPER) -> list[tuple[int, str]]:
    hours = [(day, time(opens), time(closes)) for day in EVERY_DAY]

    def change(session):  # type: ignore[no-untyped-def]
        found = keeping.set_hours(
            session, member(session, who), base_of(session), hours, now=hand.clock()
        )
        return [clash.key for clash in found]

    return hand.do(change)


def test_shorter_hours_clash_are_told_once_and_cancel_nothing(hand: Hand) -> None:
    late = hand.world().book(15, 17)
    hand.book(10, 11, who="B2M1")
    assert set_hours(hand, 9, 16) == [(late.id, "closed")]
    assert set_hours(hand, 9, 15) == [(late.id, "closed")]  # still: not told again
    assert told(hand) == [(late.id, "closed")]
    assert hand.state(late.id) == "confirmed"
    assert set_hours(hand, 9, 17) == []
    assert set_hours(hand, 9, 16) == [(late.id, "closed")]  # and again: told again
    assert len(told(hand)) == 2


def test_closures_capacity_and_quota_clash(light_hand: Hand) -> None:
    hand = light_hand.world()
    first, second = hand.book(9, 10), hand.book(10, 11)

    def change(session):  # type: ignore[no-untyped-def]
        keeper, base, now = member(session, KEEPER), base_of(session), hand.clock()
        hall, part = base.rooms[0], base.rooms[2]
        return [
            [clash.key for clash in found]
            for found in (
                keeping.set_rules(session, keeper, base, quota_per_month=1, now=now),
                keeping.set_rules(session, keeper, base, quota_per_month=None, now=now),
                keeping.set_capacity(session, keeper, hall, 1, 40, now=now),
                keeping.set_capacity(session, keeper, hall, 1, 60, now=now),
                keeping.close(
                    session,
                    keeper,
                    base,
                    DAY + timedelta(hours=9, minutes=30),
                    DAY + timedelta(hours=10),
                    room=part,
                    now=now,
                ),
            )
        ]

    both = [(first.id, "too_many"), (second.id, "too_many")]
    assert hand.do(change) == [
        [(second.id, "quota_reached")],
        [],
        both,
        [],
        [(first.id, "closed_then")],
    ]


def test_only_keepers_change_rules_and_administrators_appoint_them(light_hand: Hand) -> None:
    hand = light_hand.world()
    for who in ("B1M0", "B1M1"):
        with pytest.raises(NotAllowedError):
            set_hours(hand, 9, 12, who=who)

    def appoint(session, by: str):  # type: ignore[no-untyped-def]
        keeping.appoint(
            session,
            member(session, by),
            base_of(session),
            member(session, "B1M1"),
            now=hand.clock(),
        )

    assert hand.refused(lambda s: appoint(s, KEEPER)) == "not_allowed"
    hand.do(lambda s: appoint(s, ADMINISTRATOR))
    hand.do(lambda s: appoint(s, ADMINISTRATOR))
    assert set_hours(hand, 9, 17, who="B1M1") == []
    with hand.database.reading() as session:
        assert [one.number for one in bases.keepers(session, base_of(session))] == ["B1M1"]
    hand.do(
        lambda s: keeping.dismiss(
            s, member(s, ADMINISTRATOR), base_of(s), member(s, "B1M1"), now=hand.clock()
        )
    )
    with hand.database.reading() as session:
        assert not access.keeps(session, member(session, "B1M1"), base_of(session))
        assert len(bases.keepers(session, base_of(session))) == 2


@pytest.mark.parametrize(
    "rules",
    [
        {"days_ahead": 0},
        {"days_ahead": 10**9},
        {"quota_per_month": 0},
        {"hours_before": True},
        {"approval": "sometimes"},
        {"has_guide": 1},
        {"map_url": "javascript:alert(1)"},
        {"contact_name": "长" * 41},
        {"code": "J9"},
        {"organisation_id": 1},
    ],
)
def test_rules_that_cannot_be(light_hand: Hand, rules: dict[str, object]) -> None:
    hand = light_hand.world()
    code = hand.refused(
        lambda s: keeping.set_rules(s, member(s, KEEPER), base_of(s), now=hand.clock(), **rules)
    )
    assert code == "rule_invalid"


@pytest.mark.parametrize(
    "hours",
    [
        [(7, time(9), time(10))],
        [(0, time(9), time(12)), (0, time(11), time(14))],
        [(0, time(18), time(2)), (0, time(19), time(20))],
    ],
)
def test_hours_that_cannot_be(light_hand: Hand, hours: list[tuple[int, time, time]]) -> None:
    hand = light_hand.world()
    code = hand.refused(
        lambda s: keeping.set_hours(s, member(s, KEEPER), base_of(s), hours, now=hand.clock())
    )
    assert code == "rule_invalid"


ROW = BaseRow(
    code="J9",
    organisation="D1",
    name="新馆",
    address="路9号",
    rules={"has_guide": True, "equipment": ["投影仪"], "approval": "keeper"},
    hours=[(day, time(9), time(17)) for day in EVERY_DAY],
    rooms=[RoomRow("厅", 60), RoomRow("厅南", 30, hall="厅")],
    menu=[("微党课", 40, "讲故事")],
)


def test_importing_makes_changes_and_leaves_bases_and_lists_clashes(hand: Hand) -> None:
    hand.world()

    def apply(row: BaseRow):  # type: ignore[no-untyped-def]
        def change(session):  # type: ignore[no-untyped-def]
            done = imports.apply(session, None, [row], now=hand.clock())
            keys = [clash.key for clash in done.clashes]
            return done.created, done.changed, done.unchanged, keys

        return hand.do(change)

    assert apply(ROW) == (["J9"], [], [], [])
    assert apply(ROW) == ([], [], ["J9"], [])
    made = hand.book(9, 10, code="J9")
    later = BaseRow(**{**ROW.__dict__, "hours": [(2, time(10), time(17))]})
    assert apply(later) == ([], ["J9"], [], [(made.id, "closed")])
    assert told(hand) == [(made.id, "closed")]


def test_a_keeper_imports_his_base_and_no_other(light_hand: Hand) -> None:
    hand = light_hand.world()
    own = BaseRow("J1", "D1", "基地J1", "新路2号")

    def apply(who: str, row: BaseRow):  # type: ignore[no-untyped-def]
        return lambda s: imports.apply(s, member(s, who), [row], now=hand.clock())

    assert hand.do(apply(KEEPER, own)).changed == ["J1"]
    assert hand.refused(apply("B1M0", own)) == "not_allowed"
    assert hand.refused(apply(KEEPER, ROW)) == "no_such_base"


def test_what_is_over_clashes_no_more(light_hand: Hand) -> None:
    made = light_hand.world().book(15, 17)
    light_hand.clock.now = made.starts_at
    set_hours(light_hand, 9, 12)
    with light_hand.database.reading() as session:
        assert clashes.clashes(session, base_of(session), now=light_hand.clock()) == []


def test_who_waited_for_the_base_sees_its_rules_as_they_are_by_then(hand: Hand) -> None:
    """A booking has read the hours, then the keeper changes them, then the booking has its turn."""
    if hand.database.is_sqlite:
        pytest.skip("on SQLite nobody reads for a booking while a keeper writes")
    hand.world()
    with hand.database.reading() as slow:
        made = hand.wish(slow, 15, 17)
        assert bases.is_open(slow, made.base, made.starts_at, made.ends_at)
        set_hours(hand, 9, 12)
        assert steps.lock(slow, made.base), "the rules have changed"
        assert not bases.is_open(slow, made.base, made.starts_at, made.ends_at)
