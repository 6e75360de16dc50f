"""How fast messages go out: ``make bench-delivery``.

To a receiver that takes no time, with four senders, on SQLite and PostgreSQL.
"""

from __future__ import annotations

import os
import statistics
import tempfile
import time
from pathlib import Path

from rich.console import Console
from rich.table import Table
from sqlalchemy import func, insert, select

from delivery.clock import utc_now
from delivery.dispatch import dispatch
from delivery.queue import DeliveryQueue, open_huey
from office.database import Database
from office.models import OutboxMessage, OutboxState
from office.schema import migrate
from tests.bench_bookings import machine, postgresql, sqlite
from tests.soak.runs import working
from tests.soak.worker import CHANNEL

MESSAGES = 10_000
RECIPIENTS = 2_000
SENDERS = "4"
ROUNDS = 3
out = Console(width=100)


def fill(database: Database, count: int, recipients: int) -> None:
    """So many messages, due now, in turn to so many recipients."""
    now = utc_now()
    rows = [
        {
            "dedupe_key": f"{n}",
            "rule": "bench",
            "reason": "",
            "channel": CHANNEL,
            "address": f"{n % recipients + 1}",
            "text": "本月工作例会安排在前五个工作日，请提前准备议题。",
            "buttons": [{"title": "已阅", "payload": "/read"}],
            "state": OutboxState.QUEUED,
            "not_before": now,
            "attempts": 0,
            "created_at": now,
        }
        for n in range(count)
    ]
    with database.writing() as session:
        session.execute(insert(OutboxMessage), rows)


def a_second(url: str) -> float:
    """Messages a second to a receiver that takes no time."""
    database = Database(url)
    migrate(database)
    os.environ["ZHIBU_SENDERS"] = SENDERS
    with tempfile.TemporaryDirectory() as folder, working(1, url, Path(folder), 0):
        queue = DeliveryQueue(open_huey(None, Path(folder)))
        journals = Path(folder) / "sending"
        while len(list(journals.glob("*.journal"))) < int(SENDERS):
            time.sleep(0.1)
        time.sleep(1)
        fill(database, MESSAGES, RECIPIENTS)
        began = time.monotonic()
        dispatch(database, queue, now=utc_now())
        while sent(database) < MESSAGES:
            time.sleep(0.1)
        took = time.monotonic() - began
    database.close()
    return MESSAGES / took


def sent(database: Database) -> int:
    """How many are out."""
    with database.reading() as session:
        count = select(func.count()).where(OutboxMessage.state == OutboxState.SENT)
        return session.scalar(count) or 0


def main() -> None:
    """Measure and print."""
    out.print(machine())
    kinds = {"SQLite": (sqlite, 400)}
    if os.environ.get("TEST_POSTGRESQL_URL"):
        kinds["PostgreSQL"] = (postgresql, 1500)
    table = Table(
        title=f"{MESSAGES} messages to {RECIPIENTS} people, {SENDERS} senders, {ROUNDS} rounds"
    )
    for name in ("database", "messages/s", "least", "most", "aim"):
        table.add_column(name)
    for name, (make, aim) in kinds.items():
        rounds = []
        for _ in range(ROUNDS):
            with make() as url:
                rounds.append(a_second(url))
        figures = (statistics.median(rounds), min(rounds), max(rounds), aim)
        table.add_row(name, *(f"{figure:,.0f}" for figure in figures))
    out.print(table)


if __name__ == "__main__":
    main()
