"""Processes that race for the same places; what each of them came to is handed back."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from multiprocessing import get_context
from multiprocessing.synchronize import Barrier
from typing import Any

from bot.memory import spare
from office import bookings
from office.bookings import Wish, finding, waitlist
from office.database import Database
from office.errors import SlotTakenError, ZhibuError
from tests.conftest import NOW
from tests.office.bookings.world import BRANCHES, DAY, base_of, member

RACERS = 8
SLOTS_OF_A_DAY = 32
QUARTER = timedelta(minutes=15)
Outcome = Counter[str]


def book_slots(database: Database, racer: int, slots: int) -> Outcome:
    """Try for every slot: the whole hall or a part of it, by turns; who loses asks what is free."""
    came: Outcome = Counter()
    for slot in range(slots):
        day, quarter = divmod(slot, SLOTS_OF_A_DAY)
        start = DAY + timedelta(days=day, hours=9) + quarter * QUARTER
        heads = 50 if (slot + racer) % 4 else 20
        number = f"{BRANCHES[racer % 3]}M{racer % 2}"
        try:
            with database.writing() as session:
                wish = Wish(base_of(session), start, start + QUARTER, heads, "党课")
                key = f"{racer}:{slot}"
                bookings.book(session, member(session, number), wish, request_key=key, now=NOW)
            came["booked"] += 1
        except SlotTakenError:
            came["taken"] += 1
            with database.reading() as session:
                wish = Wish(base_of(session), start, start + QUARTER, heads, "党课")
                came["told"] += bool(finding.nearest(session, wish, now=NOW))
    return came


def decide(database: Database, racer: int, requests: int) -> Outcome:
    """Half of them approve every request, the others decline or cancel it."""
    came: Outcome = Counter()
    for number in range(1, requests + 1):
        try:
            with database.writing() as session:
                keeper = member(session, "K1" if racer % 2 else "K2")
                if racer % 4 == 3:
                    bookings.cancel(session, member(session, "B1M1"), number, now=NOW)
                elif racer % 4 == 2:
                    bookings.decline(session, keeper, number, "维修", now=NOW)
                else:
                    bookings.approve(session, keeper, number, now=NOW)
            came["decided"] += 1
        except ZhibuError as error:
            came[error.code] += 1
    return came


def free_and_wait(database: Database, racer: int, requests: int) -> Outcome:
    """Some cancel what stands, some wait for it, some take what they are offered."""
    came: Outcome = Counter()
    number = f"{BRANCHES[racer % 3]}M{racer % 2}"
    for booking_id in range(1, requests + 1):
        try:
            with database.writing() as session:
                if racer < 2:
                    bookings.cancel(session, member(session, "B1M1"), booking_id, now=NOW)
                    came["cancelled"] += 1
                    continue
                start = DAY + timedelta(hours=9) + (booking_id - 1) * QUARTER
                wish = Wish(base_of(session), start, start + QUARTER, 50, "党课")
                entry = waitlist.join(session, member(session, number), wish, now=NOW)
                came["waits"] += 1
            with database.writing() as session:
                waitlist.take(session, member(session, number), entry.id, now=NOW)
                came["took"] += 1
        except ZhibuError as error:
            came[error.code] += 1
    return came


def run(race: Callable[[Database, int, int], Outcome], url: str, count: int) -> Outcome:
    """Start all at the same moment; the sum of what they came to, and "errors" of other kinds."""
    context = get_context("forkserver")  # each a process of its own, the imports made once
    context.set_forkserver_preload([__name__])
    barrier, results = context.Barrier(RACERS), context.Queue()
    racers = [
        context.Process(target=_racer, args=(race, url, n, count, barrier, results))
        for n in range(RACERS)
    ]
    with _started(racers):
        outcomes = [results.get(timeout=240) for _ in racers]
    return sum(outcomes, Counter())


def _racer(
    race: Callable[[Database, int, int], Outcome],
    url: str,
    n: int,
    count: int,
    barrier: Barrier,
    results: Any,
) -> None:
    database = Database(url)
    spare()  # as every process of ours
    try:
        with database.reading() as session:
            base_of(session)
        barrier.wait(120)
        began = time.perf_counter()
        came = race(database, n, count)
        came["ms"] = round((time.perf_counter() - began) * 1000 / RACERS)
    except Exception as error:  # noqa: BLE001 - whatever it is, the test has to see it
        came = Counter({f"error {type(error).__name__}": 1})
    finally:
        database.close()
    results.put(came)


@contextmanager
def _started(racers: list[Any]) -> Iterator[None]:
    for racer in racers:
        racer.start()
    try:
        yield
    finally:
        for racer in racers:
            racer.join(10)
            if racer.is_alive():
                racer.kill()
