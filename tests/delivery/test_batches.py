"""Many recipients at once: one message each under way, settled together, remembered in a crash."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from delivery import pacing, post
from delivery.channel import Letter, Outcome, Result
from delivery.journal import Journal
from delivery.pacing import Chats, Limit
from delivery.queue import DeliveryQueue
from delivery.worker import recover
from office import claims, outbox, pace
from office.claims import LEASE
from office.database import Database
from office.models import OutboxMessage, OutboxState
from office.outbox import Draft
from tests.conftest import NOW, FrozenClock
from tests.delivery.conftest import Pigeon, Put, office_of, states


def test_a_batch_holds_the_first_message_of_each(
    database: Database, clock: FrozenClock, put: Put
) -> None:
    for n in range(3):
        for address in "abc":
            put(f"{address}{n}", address=address)
    with database.writing() as session:
        first = claims.claim(session, "bird", now=clock(), limit=100)
    assert [row.text for row in first] == ["a0", "b0", "c0"]
    with database.writing() as session:
        assert claims.claim(session, "bird", now=clock(), limit=100) == []
        claims.settle(session, [first[0].id], OutboxState.SENT, now=clock())
        claims.give_back(session, [first[1].id])
        again = claims.claim(session, "bird", now=clock(), limit=100)
    assert [(row.text, row.attempts) for row in again] == [("b0", 1), ("a1", 1)]


def test_two_claim_at_the_same_time_and_never_the_same(
    database: Database, clock: FrozenClock, put: Put
) -> None:
    for n in range(200):
        put(str(n), address=str(n % 40))
    got: list[int] = []

    def work() -> None:
        while True:
            with database.writing() as session:
                rows = claims.claim(session, "bird", now=clock(), limit=7)
            if not rows:
                return
            got.extend(row.id for row in rows)
            with database.writing() as session:
                claims.settle(session, [row.id for row in rows], OutboxState.SENT, now=clock())

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    work()
    assert sorted(got) == sorted(set(got))
    assert len(got) == 200


def test_to_all_in_order_for_each(
    database: Database, clock: FrozenClock, queue: DeliveryQueue, put: Put
) -> None:
    for n in range(3):
        for address in "abc":
            put(f"{address}{n}", address=address)
    bird = Pigeon()
    assert office_of(database, clock, queue, bird).deliver("bird") == 9
    assert [one.text for one in bird.letters if one.address == "b"] == ["b0", "b1", "b2"]


def test_what_cannot_be_settled_is_not_sent_again(
    sqlite_database: Database,
    clock: FrozenClock,
    queue: DeliveryQueue,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The database fails after the sending, as when its disk is full; then it is back."""
    fill(sqlite_database, 5)
    journal, bird = Journal.begin(tmp_path / "sending"), Pigeon()
    office = office_of(sqlite_database, clock, queue, bird, journal=journal)

    def full(*_: object, **__: object) -> None:
        raise OperationalError("UPDATE", {}, Exception("database or disk is full"))

    with monkeypatch.context() as patched:
        patched.setattr(claims, "settle", full)
        with pytest.raises(OperationalError):
            office.deliver("bird")
    assert len(bird.letters) == 5
    assert set(states(sqlite_database).values()) == {OutboxState.LEASED}
    assert office.deliver("bird") == 0
    assert set(states(sqlite_database).values()) == {OutboxState.SENT}
    assert len(bird.letters) == 5
    journal.close()


def test_what_a_killed_sender_had_sent_is_settled_and_the_rest_given_back(
    database: Database, clock: FrozenClock, queue: DeliveryQueue, tmp_path: Path
) -> None:
    fill(database, 5)
    dead = Journal.begin(tmp_path)
    with database.writing() as session:
        rows = claims.claim(session, "bird", now=clock(), limit=5)
    dead.claimed(rows)
    for row in rows[:3]:
        dead.sent(row.id)
    recover(database, tmp_path)
    assert set(states(database).values()) == {OutboxState.LEASED}  # it lives and holds its lock
    dead.close()
    recover(database, tmp_path)
    assert list(states(database).values()) == [OutboxState.SENT] * 3 + [OutboxState.QUEUED] * 2
    assert list(tmp_path.glob("*.journal")) == []
    bird = Pigeon()
    assert office_of(database, clock, queue, bird).deliver("bird") == 2


def test_a_journal_says_nothing_of_what_was_claimed_anew(
    database: Database, clock: FrozenClock, tmp_path: Path
) -> None:
    fill(database, 2)
    dead = Journal.begin(tmp_path)
    with database.writing() as session:
        dead.claimed(claims.claim(session, "bird", now=clock(), limit=2))
    dead.close()
    clock.now += LEASE
    with database.writing() as session:
        assert claims.release_lost(session, now=clock()) == 2
        claims.claim(session, "bird", now=clock(), limit=2)
    recover(database, tmp_path)
    assert set(states(database).values()) == {OutboxState.LEASED}


def test_a_messenger_that_wants_a_rest_gets_it_for_all(
    database: Database, clock: FrozenClock, queue: DeliveryQueue, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit = Limit(every=timedelta(0), per_chat=timedelta(0))
    monkeypatch.setitem(pacing.LIMITS, "bird", limit)  # type: ignore[arg-type]
    fill(database, 4)
    wait = Outcome(Result.TEMPORARY, "retry_after", retry_after=timedelta(seconds=30))
    bird = Pigeon(iter([Outcome(Result.SENT), wait]))
    office = office_of(database, clock, queue, bird)
    assert office.deliver("bird") == 2
    assert office.deliver("bird") == 0
    clock.move(seconds=30)
    assert office.deliver("bird") == 3
    assert len(bird.letters) == 5
    with database.reading() as session:
        assert sorted(row.attempts for row in session.query(OutboxMessage)) == [1, 1, 1, 2]


def test_a_clock_that_was_set_back_stops_nothing_for_long(
    database: Database, clock: FrozenClock, queue: DeliveryQueue
) -> None:
    with database.writing() as session:
        ahead = clock() + timedelta(days=1)
        pace.next_slot(session, "bird", timedelta(seconds=1), now=ahead)
        pace.rest(session, "bird", ahead + timedelta(days=2), now=ahead)
    fill(database, 1)
    with database.writing() as session:
        assert claims.claim(session, "bird", now=ahead)
    with database.writing() as session:
        assert claims.release_lost(session, now=clock()) == 1
    assert office_of(database, clock, queue, Pigeon()).deliver("bird") == 1


def test_a_channel_with_a_limit_keeps_its_pace_whoever_sends(
    database: Database, queue: DeliveryQueue, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit = Limit(every=timedelta(milliseconds=20), per_chat=timedelta(0))
    monkeypatch.setitem(pacing.LIMITS, "bird", limit)  # type: ignore[arg-type]
    fill(database, 20)
    times: list[float] = []

    class Watch:
        def send(self, letter: Letter) -> Outcome:
            times.append(time.monotonic())
            return Outcome(Result.SENT)

    def running() -> datetime:
        return NOW + timedelta(seconds=time.monotonic() - began)

    began = time.monotonic()
    offices = [post.PostOffice(database, {"bird": Watch()}, running, queue) for _ in range(2)]
    both: list[Callable[[], object]] = [lambda one=one: one.deliver("bird") for one in offices]
    threads = [threading.Thread(target=one) for one in both]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    offices[0].deliver("bird")
    assert len(times) == 20
    assert max(times) - min(times) >= 19 * 0.02 - 0.02


def test_a_chat_gets_one_message_a_second() -> None:
    chats, began = Chats(), time.monotonic()
    for address in ("a", "b", "a"):
        chats.wait(address, timedelta(seconds=0.2))
    assert 0.2 <= time.monotonic() - began < 1


def fill(database: Database, count: int) -> None:
    """So many messages, one to each."""
    with database.writing() as session:
        for n in range(count):
            outbox.put(session, Draft(f"{n}", "test", "bird", f"{n}", f"{n}", NOW), now=NOW)
