"""``make bench-planning``: a day for 1,000,000 members, planned into the outbox."""

from __future__ import annotations

import os
import platform
import random
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from importlib.metadata import version

import psutil
from rich.console import Console
from rich.table import Table
from sqlalchemy import create_engine, func, insert, select, text
from sqlalchemy.engine import make_url

from office.bases import SHANGHAI
from office.database import Database
from office.models import (
    Contact,
    Member,
    MemberState,
    Organisation,
    OrganisationKind,
    OutboxMessage,
    Role,
    RoleKind,
)
from office.schema import migrate
from scheduler.plan import plan_in_portions

MEMBERS = 1_000_000
A_BRANCH = 50
"""支部工作条例, 4: generally at most 50 members."""
ORDINARY, FIRST_DAY, FOUNDING_DAY = (
    datetime(2026, 11, 18, 0, 5, tzinfo=SHANGHAI),
    datetime(2026, 12, 1, 0, 5, tzinfo=SHANGHAI),
    datetime(2027, 7, 1, 0, 5, tzinfo=SHANGHAI),
)
ADMITTED_1_JULY = 0.05
"""Many are admitted around the Party's founding day; so many of them just on it is assumed."""
PORTION = 50_000
out = Console(width=100)


def fill(database: Database, members: int) -> None:
    """So many members in branches of 50, a third of them bound to a messenger."""
    branches = members // A_BRANCH
    parents: list[dict[str, object]] = [
        {"id": n, "code": f"C{n}", "name": f"第{n}党委", "kind": OrganisationKind.COMMITTEE}
        for n in range(1, branches // 100 + 2)
    ]
    first_branch = len(parents) + 1
    children: list[dict[str, object]] = [
        {
            "id": first_branch + n,
            "code": f"B{n}",
            "name": f"第{n}党支部",
            "kind": OrganisationKind.BRANCH,
            "parent_id": n // 100 + 1,
        }
        for n in range(branches)
    ]
    with database.engine.begin() as connection:
        connection.execute(
            insert(Organisation.__table__), [one | {"parent_id": None} for one in parents]
        )
        connection.execute(insert(Organisation.__table__), children)
    chance = random.Random(2026)
    for start in range(0, members, PORTION):
        ids = range(start + 1, min(start + PORTION, members) + 1)
        with database.engine.begin() as connection:
            rows = [_member(n, first_branch + n % branches, chance) for n in ids]
            connection.execute(insert(Member.__table__), rows)
            bound = [
                {"member_id": n, "channel": "telegram", "address": str(n), "bound_at": ORDINARY}
                for n in ids
                if n % 3 == 0
            ]
            connection.execute(insert(Contact.__table__), bound)
    secretaries = [
        {
            "member_id": n or branches,
            "organisation_id": first_branch + n,
            "kind": RoleKind.SECRETARY,
        }
        for n in range(branches)
    ]
    with database.engine.begin() as connection:
        connection.execute(insert(Role.__table__), secretaries)


def _member(number: int, branch: int, chance: random.Random) -> dict[str, object]:
    admitted = date(1960, 1, 1) + timedelta(days=chance.randrange(24_000))
    if chance.random() < ADMITTED_1_JULY:
        admitted = admitted.replace(month=7, day=1)
    return {
        "id": number,
        "number": f"M{number}",
        "name": f"党员{number}",
        "organisation_id": branch,
        "admitted_on": admitted,
        "full_since": admitted + timedelta(days=366),
        "state": MemberState.ACTIVE if number % 20 else MemberState.LEFT,
    }


def databases() -> Iterator[tuple[str, str]]:
    """(name, url) of a new SQLite file, and of a new database where PostgreSQL's URL is given."""
    with tempfile.TemporaryDirectory() as folder:
        yield f"SQLite {sqlite3.sqlite_version}", f"sqlite:///{folder}/bench.db"
    server = os.environ.get("TEST_POSTGRESQL_URL")
    if not server:
        return
    name = f"zhibu_bench_{os.getpid()}"
    admin = create_engine(server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
        number = connection.exec_driver_sql("SHOW server_version").scalar()
    try:
        url = make_url(server).set(database=name).render_as_string(hide_password=False)
        yield f"PostgreSQL {number}", url
    finally:
        with admin.connect() as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
        admin.dispose()


def measure(url: str, moment: str) -> None:
    """Plan one day in this process, which does nothing else, and print what it took."""
    database = Database(url)
    now = datetime.fromisoformat(moment)
    began, busy = time.perf_counter(), time.process_time()
    added = plan_in_portions(database, now=now)
    took, busy = time.perf_counter() - began, time.process_time() - busy
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    again = plan_in_portions(database, now=now)
    database.close()
    print(added, took, busy, peak, again)


def main() -> None:
    """Build, plan three days of different kinds, print the table."""
    members = int(sys.argv[1]) if len(sys.argv) > 1 else MEMBERS
    table = Table("database", "day", "planned", "seconds", "of CPU", "peak MB", "planned again")
    for name, url in databases():
        database = Database(url)
        migrate(database)
        fill(database, members)
        out.print(f"{name}: {members:,} members")
        for now in (ORDINARY, FIRST_DAY, FOUNDING_DAY):
            line = [sys.executable, "-m", "tests.bench_planning", "--measure", url, now.isoformat()]
            done = subprocess.run(line, check=True, capture_output=True, text=True)
            added, took, busy, peak, again = done.stdout.split()
            row = (
                name.split()[0],
                f"{now:%Y-%m-%d}",
                f"{int(added):,}",
                f"{float(took):.1f}",
                f"{float(busy):.1f}",
                peak,
                again,
            )
            table.add_row(*row)
        with database.reading() as session:
            counted = select(OutboxMessage.rule, func.count()).group_by(OutboxMessage.rule)
            kinds = [f"{rule} {count:,}" for rule, count in session.execute(counted)]
        out.print(f"  in the outbox: {', '.join(kinds)}")
        database.close()
    out.print(
        f"{psutil.cpu_count()} cores, {psutil.virtual_memory().total // 2**30} GiB, "
        f"Python {platform.python_version()}, SQLAlchemy {version('sqlalchemy')}"
    )
    out.print(table)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--measure"]:
        measure(*sys.argv[2:])
    else:
        main()
