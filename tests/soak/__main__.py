"""``make soak``: 3,000 messages through a worker killed 50 times, and through two workers."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from rich.console import Console
from rich.table import Table

from office.database import Database
from office.schema import migrate
from tests.bench_bookings import machine, postgresql, sqlite
from tests.soak.runs import run

MESSAGES = 3_000
KILLS = 50
out = Console(width=100)


def main() -> None:
    """Run all on both databases and print what came of it; exit 1 if a promise was broken."""
    out.print(machine())
    kinds = {"SQLite": sqlite}
    if os.environ.get("TEST_POSTGRESQL_URL"):
        kinds["PostgreSQL"] = postgresql
    table = Table()
    for name in ("", "database", "messages", "kills", "lost", "doubled", "seconds"):
        table.add_column(name)
    broken = False
    for database_name, make in kinds.items():
        for what, kills, workers in (("killed by SIGKILL", KILLS, 1), ("two workers", 0, 2)):
            with make() as url, tempfile.TemporaryDirectory() as folder:
                database = Database(url)
                migrate(database)
                came = run(database, Path(folder), messages=MESSAGES, kills=kills, workers=workers)
                database.close()
            broken |= came.kills < kills or came.lost > 0 or came.doubled > came.kills
            figures = (came.messages, came.kills, came.lost, came.doubled, round(came.seconds))
            table.add_row(what, database_name, *map(str, figures))
    out.print(table)
    raise SystemExit(broken)


if __name__ == "__main__":
    main()
