"""``make bench-bookings``: finding what is free, and eight processes that book at once."""

from __future__ import annotations

import os
import platform
import random
import sqlite3
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from importlib.metadata import version

import psutil
from rich.console import Console
from rich.table import Table
from sqlalchemy import create_engine, insert, text
from sqlalchemy.engine import make_url

from bot.memory import spare
from office import bases
from office.bookings import Wish, book, finding
from office.bookings.finding import Wants
from office.database import Database
from office.errors import SlotTakenError
from office.models import Booking, BookingState, Occupancy, Organisation
from office.schema import migrate
from tests.conftest import NOW
from tests.office.bookings import racers
from tests.office.bookings.racers import QUARTER, RACERS, SLOTS_OF_A_DAY, Outcome
from tests.office.bookings.world import BRANCHES, DAY, add_base, base_of, build, member, wish

BASES = 200
DAYS = 60
SEARCHES = 60
SLOTS_EACH = 100
ROUNDS = 3
out = Console(width=100)


def fill(database: Database) -> int:
    """200 bases with a hall in two parts, of each part about half booked for 60 days; how many."""
    chance = random.Random(2026)
    with database.writing() as session:
        build(session)
        owner = session.query(Organisation).filter_by(code="D1").one()
        for n in range(2, BASES + 1):
            things = ["投影仪"] if n % 2 else []
            add_base(session, f"J{n}", owner, has_guide=n % 3 == 0, equipment=things)
    with database.writing() as session:
        who = member(session)
        rows, taken = [], []
        for base in bases.all_bases(session):
            for room in base.rooms[1:]:
                for day in range(DAYS):
                    for hour in (9, 13):
                        if chance.random() < 0.5:
                            start = DAY + timedelta(days=day - 8, hours=hour)
                            number = len(rows) + 1
                            span = {"starts_at": start, "ends_at": start + timedelta(hours=3)}
                            rows.append(
                                {
                                    "id": number,
                                    "room_id": room.id,
                                    "base_id": base.id,
                                    "organisation_id": who.organisation_id,
                                    "member_id": who.id,
                                    "head_count": 20,
                                    "purpose": "党课",
                                    "state": BookingState.CONFIRMED,
                                    "version": 0,
                                    "reason": "",
                                    "request_key": str(number),
                                    "created_at": NOW,
                                    **span,
                                }
                            )
                            taken.append({"booking_id": number, "room_id": room.id, **span})
        session.execute(insert(Booking), rows)
        session.execute(insert(Occupancy), taken)
    return len(rows)


def searching(database: Database) -> dict[str, list[float]]:
    """Milliseconds of each kind of search, each in a session of its own."""
    first = NOW.date()
    last = first + timedelta(days=DAYS)
    kinds = {
        "search, 200 bases, 60 days": Wants(first, last, head_count=20),
        "every base of 200 that has a time": Wants(first, last, head_count=20),
        "the same, weekends, 50 people, guide": Wants(
            first, last, weekdays=frozenset({5, 6}), head_count=50, guide=True
        ),
    }
    took: dict[str, list[float]] = {name: [] for name in kinds}
    took["nearest free times at a base"], took["bases alike at that time"] = [], []

    def measure(name: str, began: float) -> None:
        took[name].append((time.perf_counter() - began) * 1000)

    for n in range(SEARCHES):
        for name, wants in kinds.items():
            began = time.perf_counter()
            with database.reading() as session:
                limit = BASES if name.startswith("every") else 5
                assert finding.search(session, wants, now=NOW, limit=limit)
            measure(name, began)
        with database.reading() as session:
            wanted = wish(session, 9 + n % 6, 11 + n % 6, 20)
            began = time.perf_counter()
            finding.nearest(session, wanted, now=NOW)
            measure("nearest free times at a base", began)
            began = time.perf_counter()
            finding.similar(session, wanted, now=NOW)
            measure("bases alike at that time", began)
    return took


def own_slots(database: Database, racer: int, slots: int) -> Outcome:
    """Book slots at one base that nobody else wants: what is contended is the base and the file."""
    return _book(database, racer, [racer * slots + n for n in range(slots)])


def same_slots(database: Database, racer: int, slots: int) -> Outcome:
    """Book the slots that everybody wants, in an order of one's own."""
    wanted = list(range(slots))
    random.Random(racer).shuffle(wanted)
    return _book(database, racer, wanted)


def _book(database: Database, racer: int, slots: list[int]) -> Outcome:
    came: Outcome = Counter()
    for slot in slots:
        day, quarter = divmod(slot, SLOTS_OF_A_DAY)
        start = DAY + timedelta(days=day, hours=9) + quarter * QUARTER
        try:
            with database.writing() as session:
                wanted = Wish(base_of(session), start, start + QUARTER, 50, "党课")
                who = member(session, f"{BRANCHES[racer % 3]}M{racer % 2}")
                book(session, who, wanted, request_key=f"{racer}:{slot}", now=NOW)
            came["booked"] += 1
        except SlotTakenError:
            came["taken"] += 1
    return came


@contextmanager
def sqlite() -> Iterator[str]:
    """A new file."""
    with tempfile.TemporaryDirectory() as folder:
        yield f"sqlite:///{folder}/bench.db"


@contextmanager
def postgresql() -> Iterator[str]:
    """A new database on the server that TEST_POSTGRESQL_URL names."""
    server = os.environ["TEST_POSTGRESQL_URL"]
    name = f"zhibu_bench_{os.getpid()}"
    admin = create_engine(server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    yield make_url(server).set(database=name).render_as_string(hide_password=False)
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    admin.dispose()


def main() -> None:
    """Measure and print."""
    spare()  # as every process of ours
    out.print(machine())
    kinds = {"SQLite": sqlite}
    if os.environ.get("TEST_POSTGRESQL_URL"):
        kinds["PostgreSQL"] = postgresql
    table = Table(title=f"Finding: {BASES} bases, {DAYS} days, half of each room booked")
    for name in ("", "database", "n", "p50", "p95", "aim of p95"):
        table.add_column(name)
    for name, make in kinds.items():
        with make() as url:
            database = _new(url)
            fill(database)
            for kind, took in searching(database).items():
                cut = statistics.quantiles(took, n=100)
                figures = (f"{statistics.median(took):.0f} ms", f"{cut[94]:.0f} ms")
                table.add_row(kind, name, str(len(took)), *figures, "150 ms")
            database.close()
    out.print(table)
    table = Table(title=f"{RACERS} processes book at one base; median of {ROUNDS} rounds")
    for name in ("", "database", "bookings/s", "requests/s", "aim"):
        table.add_column(name)
    for name, make in kinds.items():
        for title, race in (("each its own slots", own_slots), ("all the same", same_slots)):
            rounds = [_round(make, race) for _ in range(ROUNDS)]
            made, asked = (statistics.median(figures) for figures in zip(*rounds, strict=True))
            aim = "150/s" if name == "SQLite" else "300/s"
            table.add_row(title, name, f"{made:.0f}", f"{asked:.0f}", aim)
    out.print(table)


def _round(make, race) -> tuple[float, float]:  # type: ignore[no-untyped-def]
    """(bookings, requests) a second of one race."""
    with make() as url:
        database = _new(url)
        with database.writing() as session:
            build(session)
        database.close()
        came = racers.run(race, url, SLOTS_EACH)
    errors = [what for what in came if what.startswith("error")]
    assert not errors, errors
    seconds = came["ms"] / 1000
    return came["booked"] / seconds, (came["booked"] + came["taken"]) / seconds


def _new(url: str) -> Database:
    database = Database(url)
    migrate(database)
    return database


def machine() -> str:
    """What it was measured on, and how busy that was."""
    cores, memory = os.cpu_count(), psutil.virtual_memory().total / 2**30
    return (
        f"{date.today():%Y-%m-%d}, {platform.machine()}, {cores} cores, {memory:.0f} GiB, "  # noqa: DTZ011
        f"{platform.system()} {platform.release()}, Python {platform.python_version()}, "
        f"SQLite {sqlite3.sqlite_version}, SQLAlchemy {version('sqlalchemy')}; "
        f"load before: {os.getloadavg()[0]:.1f}"
    )


if __name__ == "__main__":
    main()
