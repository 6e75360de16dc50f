"""A soak: messages through real workers, killed or not, and what came of it."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import psutil
from sqlalchemy import func, select

from delivery.clock import utc_now
from delivery.dispatch import dispatch
from delivery.queue import DeliveryQueue, open_huey
from office import claims, outbox
from office.claims import LEASE
from office.database import Database
from office.models import OutboxMessage, OutboxState
from office.outbox import Draft
from settings import ROOT
from tests.soak.receiver import Receiver
from tests.soak.worker import CHANNEL

GIVEN_UP_AFTER = 1200.0
LOOK_EVERY = 0.5
"""Seconds between two dispatches, which the scheduler does each minute."""
LONGER = timedelta(seconds=30)
"""A lease that is so old is of a sender that was killed: longer than a batch takes."""
ANSWERS_AFTER = 0.002
"""Seconds that the receiver takes, so that a kill often hits a message under way."""


@dataclass(frozen=True)
class Outcome:
    """What came of a run."""

    messages: int
    kills: int
    lost: int
    doubled: int
    seconds: float


def fill(database: Database, count: int, recipients: int) -> None:
    """So many messages, due now, in turn to so many recipients."""
    now = utc_now()
    with database.writing() as session:
        for n in range(count):
            address = f"m{n % recipients}"
            outbox.put(session, Draft(f"{n}", "soak", CHANNEL, address, f"{n}", now), now=now)


def run(
    database: Database, folder: Path, *, messages: int, kills: int, workers: int = 1, seed: int = 1
) -> Outcome:
    """Send messages through so many workers, killing one at a time as often as is said."""
    fill(database, messages, max(messages // 10, 1))
    queue = DeliveryQueue(open_huey(None, folder))
    chance, began, killed = random.Random(seed), time.monotonic(), 0
    url = database.engine.url.render_as_string(hide_password=False)
    with Receiver(ANSWERS_AFTER) as receiver, working(workers, url, folder, receiver.port) as team:
        until = chance.randint(0, 2 * messages // (kills + 1))
        looked = 0.0
        while True:
            if killed < kills and receiver.got.total() >= until:
                team.kill(chance)
                killed += 1
                left = messages - receiver.got.total()
                until = receiver.got.total() + chance.randint(0, 2 * left // (kills - killed + 1))
            if time.monotonic() - looked > LOOK_EVERY:
                looked = time.monotonic()
                assert looked - began < GIVEN_UP_AFTER, "the soak does not come to an end"
                release(database)
                dispatch(database, queue, now=utc_now())
                if not waiting(database):
                    break
            time.sleep(chance.random() * 0.02)
        got = receiver.got
    lost = sum(1 for n in range(messages) if not got[str(n)])
    doubled = sum(times - 1 for times in got.values())
    return Outcome(messages, killed, lost, doubled, time.monotonic() - began)


def release(database: Database) -> None:
    """A sender killed between its claim and its journal leaves a lease: do not wait for its end."""
    with database.writing() as session:
        oldest = session.scalar(
            select(func.min(OutboxMessage.leased_until)).where(
                OutboxMessage.state == OutboxState.LEASED
            )
        )
        if oldest is not None and oldest < utc_now() + LEASE - LONGER:
            claims.release_lost(session, now=oldest)


def waiting(database: Database) -> bool:
    """Whether anything is still to be sent."""
    with database.reading() as session:
        states = OutboxMessage.state.in_([OutboxState.QUEUED, OutboxState.LEASED])
        return session.scalar(select(OutboxMessage.id).where(states).limit(1)) is not None


class Team:
    """The workers of a run; one that is killed is started anew."""

    def __init__(self, url: str, folder: Path, port: int) -> None:
        self._environment = os.environ | {"ZHIBU_DATA": str(folder), "DATABASE_URL": url}
        self._command = [sys.executable, "-m", "tests.soak.worker", str(port)]
        self._sending = folder / "sending"
        self.processes: list[subprocess.Popen[bytes]] = []

    def start(self) -> None:
        """One more."""
        log = Path(self._environment["ZHIBU_DATA"]) / "worker.log"
        with log.open("ab") as out:
            self.processes.append(
                subprocess.Popen(
                    self._command, cwd=ROOT, env=self._environment, stdout=out, stderr=out
                )
            )

    def kill(self, chance: random.Random) -> None:
        """kill -9 for one of those that send: a forked sender if there are any, else a worker."""
        journals = {file.name.partition("-")[0] for file in self._sending.glob("*.journal")}
        senders = [
            child
            for one in self.processes
            for child in psutil.Process(one.pid).children()
            if str(child.pid) in journals
        ]
        if senders:
            chance.choice(senders).kill()
            return
        victim = self.processes.pop(chance.randrange(len(self.processes)))
        victim.kill()
        victim.wait()
        self.start()

    def stop(self) -> None:
        """Ask all to end."""
        for one in self.processes:
            one.send_signal(signal.SIGTERM)
        for one in self.processes:
            try:
                one.wait(10)
            except subprocess.TimeoutExpired:
                one.kill()
                one.wait()


@contextmanager
def working(count: int, url: str, folder: Path, port: int) -> Iterator[Team]:
    """So many workers that run."""
    team = Team(url, folder, port)
    try:
        for _ in range(count):
            team.start()
        yield team
    finally:
        team.stop()
