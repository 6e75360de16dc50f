"""Whatever people and the clock do to bookings, what must always be so is always so."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import time, timedelta
from itertools import count
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from delivery.booking_notices import tell
from office import bookings
from office.bookings import Wish, checkin, due, keeping, waitlist
from office.database import Database
from office.errors import SlotTakenError, ZhibuError
from office.models import (
    Approval,
    Booking,
    BookingEvent,
    BookingState,
    Closure,
    OnSilence,
    OutboxMessage,
    WaitlistEntry,
)
from tests.office.bookings.world import DAY, KEEPER, base_of, broken, build, member

PEOPLE = st.sampled_from(["B1M0", "B1M1", "B2M1", "B3M1"])
ANYBODY = st.sampled_from([KEEPER, KEEPER, KEEPER, "B1M0", "B2M0", "B3M1"])
SLOTS = st.tuples(st.integers(0, 1), st.sampled_from([20, 22, 24, 26, 17]), st.integers(1, 6))
"""(day, first half hour, half hours): one begins before the base opens."""
HEADS = st.sampled_from([50, 50, 20, 1, 61])
BEGINNING = DAY - timedelta(hours=20)
NUMBERS = st.integers(0, 20)
"""Which booking or entry, counted round those that there are."""


class Bookings(RuleBasedStateMachine):
    """Each rule is a transaction of its own; an error of ours rolls it back."""

    files = count()

    def __init__(self, template: Path, folder: Path) -> None:
        super().__init__()
        file = folder / f"{next(self.files)}.db"
        shutil.copy(template, file)
        self.database = Database(f"sqlite:///{file}")
        self.now = BEGINNING
        self.keys = count()
        self.refused: set[str] = set()
        self.asked_for = 0

    def teardown(self) -> None:
        self.database.close()

    def run(self, do: Callable[[Session], object]) -> None:
        try:
            with self.database.writing() as session:
                do(session)
        except ZhibuError as error:
            self.refused.add(error.code)
        assert self.refused.isdisjoint({"error", "changed_meanwhile"})

    def some_booking(self, session: Session, number: int) -> int:
        ids = session.scalars(select(Booking.id).order_by(Booking.id)).all()
        return ids[number % len(ids)] if ids else 999

    @property
    def something_is_there(self) -> bool:
        return self.asked_for > 2

    @initialize(
        approval=st.sampled_from(Approval),
        silence=st.sampled_from(OnSilence),
        buffers=st.sampled_from([(0, 0), (10, 20)]),
        check_in=st.booleans(),
        quota=st.sampled_from([None, 3]),
    )
    def begin(
        self,
        approval: Approval,
        silence: OnSilence,
        buffers: tuple[int, int],
        check_in: bool,
        quota: int | None,
    ) -> None:
        with self.database.writing() as session:
            build(
                session,
                approval=approval,
                on_silence=silence,
                buffer_before=buffers[0],
                buffer_after=buffers[1],
                uses_check_in=check_in,
                quota_per_month=quota,
            )

    def wish(self, session: Session, slot: tuple[int, int, int], heads: int) -> Wish:
        day, first, length = slot
        start = DAY + timedelta(days=day, minutes=30 * first)
        return Wish(base_of(session), start, start + timedelta(minutes=30 * length), heads, "党课")

    @rule(who=PEOPLE, slot=SLOTS, heads=HEADS)
    def book_or_wait(self, who: str, slot: tuple[int, int, int], heads: int) -> None:
        key = f"k{next(self.keys)}"
        self.asked_for += 1

        def book(session: Session) -> None:
            wish, speaker = self.wish(session, slot, heads), member(session, who)
            try:
                bookings.book(session, speaker, wish, request_key=key, now=self.now)
            except SlotTakenError:
                waitlist.join(session, speaker, wish, now=self.now)

        self.run(book)

    @precondition(lambda self: self.something_is_there)
    @rule(who=ANYBODY, number=NUMBERS, agrees=st.booleans())
    def decide(self, who: str, number: int, agrees: bool) -> None:
        def decide(session: Session) -> None:
            keeper, booking_id = member(session, who), self.some_booking(session, number)
            if agrees:
                bookings.approve(session, keeper, booking_id, now=self.now)
            else:
                bookings.decline(session, keeper, booking_id, "维修", now=self.now)

        self.run(decide)

    @precondition(lambda self: self.something_is_there)
    @rule(who=ANYBODY, number=NUMBERS)
    def cancel(self, who: str, number: int) -> None:
        self.run(
            lambda s: bookings.cancel(s, member(s, who), self.some_booking(s, number), now=self.now)
        )

    @precondition(lambda self: self.something_is_there)
    @rule(who=ANYBODY, number=NUMBERS, slot=SLOTS, heads=HEADS)
    def move(self, who: str, number: int, slot: tuple[int, int, int], heads: int) -> None:
        def move(session: Session) -> None:
            wish = self.wish(session, slot, heads)
            bookings.move(
                session,
                member(session, who),
                self.some_booking(session, number),
                now=self.now,
                starts_at=wish.starts_at,
                ends_at=wish.ends_at,
                head_count=heads,
            )

        self.run(move)

    @precondition(lambda self: self.something_is_there)
    @rule(number=NUMBERS, takes=st.booleans(), own=st.sampled_from([True, True, False]))
    def answer_offer(self, number: int, takes: bool, own: bool) -> None:
        def reply(session: Session) -> None:
            entries = session.scalars(select(WaitlistEntry).order_by(WaitlistEntry.id)).all()
            if entries:
                entry = entries[number % len(entries)]
                who = entry.member if own else member(session, "B2M0")
                answer = waitlist.take if takes else waitlist.leave
                answer(session, who, entry.id, now=self.now)

        self.run(reply)

    @precondition(lambda self: self.something_is_there)
    @rule(slot=SLOTS)
    def close(self, slot: tuple[int, int, int]) -> None:
        def close(session: Session) -> None:
            wish = self.wish(session, slot, 1)
            keeper, base = member(session, KEEPER), base_of(session)
            room = base.rooms[slot[2] % 4] if slot[2] % 4 < 3 else None
            keeping.close(
                session, keeper, base, wish.starts_at, wish.ends_at, room=room, now=self.now
            )

        self.run(close)

    @precondition(lambda self: self.something_is_there)
    @rule()
    def lift(self) -> None:
        def lift(session: Session) -> None:
            closure = session.scalar(select(Closure).order_by(Closure.id))
            if closure is not None:
                keeping.lift(session, member(session, KEEPER), closure.id, now=self.now)

        self.run(lift)

    @precondition(lambda self: self.something_is_there)
    @rule(opens=st.integers(8, 12))
    def open_later(self, opens: int) -> None:
        hours = [(day, time(opens), time(17)) for day in range(7)]
        self.run(lambda s: keeping.set_hours(s, member(s, KEEPER), base_of(s), hours, now=self.now))

    @precondition(lambda self: self.something_is_there)
    @rule(number=NUMBERS)
    def check_in(self, number: int) -> None:
        self.run(
            lambda s: checkin.check_in_by_keeper(
                s, member(s, KEEPER), self.some_booking(s, number), now=self.now
            )
        )

    @precondition(lambda self: self.something_is_there)
    @rule(minutes=st.sampled_from([30, 120, 6 * 60, None]))
    def time_passes(self, minutes: int | None) -> None:
        """So many minutes, or until the next activity begins."""
        with self.database.reading() as session:
            coming = select(func.min(Booking.starts_at)).where(
                Booking.starts_at > self.now, Booking.state == BookingState.CONFIRMED
            )
            start = session.scalar(coming)
        if minutes is None:
            self.now = start or self.now
        else:
            self.now += timedelta(minutes=minutes)
        self.run(lambda s: due.step(s, now=self.now))
        with self.database.writing() as session:
            again = due.step(session, now=self.now)
            assert not again, again

    @precondition(lambda self: self.something_is_there)
    @rule()
    def tell(self) -> None:
        self.run(lambda s: tell(s, now=self.now))
        with self.database.writing() as session:
            before = session.scalar(select(func.count()).select_from(OutboxMessage))
            assert tell(session, now=self.now) == []
            assert session.scalar(select(func.count()).select_from(OutboxMessage)) == before
            untold = select(func.count()).where(BookingEvent.told_at.is_(None))
            assert session.scalar(untold.select_from(BookingEvent)) == 0

    @invariant()
    def all_is_well(self) -> None:
        with self.database.reading() as session:
            assert broken(session) == []

    @invariant()
    def nothing_that_is_over_waits(self) -> None:
        with self.database.reading() as session:
            late = select(Booking.id).where(
                Booking.state.in_([BookingState.HELD, BookingState.OFFERED]),
                Booking.decide_by > Booking.starts_at,
            )
            assert session.scalars(late).all() == []


def test_whatever_happens_what_must_be_so_is_so(sqlite_template: Path, tmp_path: Path) -> None:
    run_state_machine_as_test(
        lambda: Bookings(sqlite_template, tmp_path),
        settings=settings(
            max_examples=40,
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
