"""What the tests of bookings share: a base with rules, and a hand that does one thing a time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from office import bookings
from office.bookings import Wish
from office.database import Database
from office.errors import ZhibuError
from office.models import Booking, BookingEvent
from tests.conftest import FrozenClock
from tests.office.bookings import world
from tests.office.bookings.world import broken, member, wish

T = TypeVar("T")


class Hand:
    """Does one thing in a transaction of its own; what must always be so is looked at after it."""

    def __init__(self, database: Database, clock: FrozenClock) -> None:
        self.database = database
        self.clock = clock
        self._keys = 0

    def world(self, **rules: object) -> Hand:
        """A base with these rules."""
        with self.database.writing() as session:
            world.build(session, **rules)
        return self

    def do(self, what: Callable[[Session], T]) -> T:
        """In one transaction."""
        with self.database.writing() as session:
            done = what(session)
            if isinstance(done, Booking):
                assert done.room  # read while there is a session
        with self.database.reading() as session:
            assert broken(session) == []
        return done

    def refused(self, what: Callable[[Session], object]) -> str:
        """The code with which it is refused; nothing is changed by it."""
        before = self.events()
        with pytest.raises(ZhibuError) as raised:
            self.do(what)
        assert self.events() == before
        return raised.value.code

    def book(self, start: float = 14, end: float = 16, people: int = 50, **more: Any) -> Booking:
        """Book for ``who``; hours of DAY."""
        self._keys += 1
        key, who = f"key{self._keys}", more.pop("who", "B1M1")
        return self.do(
            lambda s: bookings.book(
                s,
                member(s, who),
                wish(s, start, end, people, **more),
                request_key=key,
                now=self.clock(),
            )
        )

    def wish(self, session: Session, *what: Any, **more: Any) -> Wish:
        """As ``book`` takes it."""
        return wish(session, *what, **more)

    def booking(self, booking_id: int) -> Booking:
        """As it is now."""
        with self.database.reading() as session:
            return session.get_one(Booking, booking_id)

    def state(self, booking_id: int) -> str:
        """As it is now."""
        return str(self.booking(booking_id).state)

    def events(self) -> list[tuple[int, str]]:
        """(booking, kind) of all that happened."""
        with self.database.reading() as session:
            rows = session.scalars(select(BookingEvent).order_by(BookingEvent.id)).all()
            return [(row.booking_id, str(row.kind)) for row in rows]


@pytest.fixture
def hand(database: Database, clock: FrozenClock) -> Hand:
    """On each kind of database."""
    return Hand(database, clock)


@pytest.fixture
def light_hand(sqlite_database: Database, clock: FrozenClock) -> Hand:
    """Where the kind of database does not matter."""
    return Hand(sqlite_database, clock)


def book_for(session, hand, who, *what, **more):  # type: ignore[no-untyped-def]
    made = wish(session, *what, **more)
    return bookings.book(
        session, member(session, who), made, request_key=f"x{what}{who}", now=hand.clock()
    )
