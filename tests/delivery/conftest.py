"""A channel that does as it is told, messages for it, and the post office in between."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from delivery.channel import Letter, Outcome, Result
from delivery.journal import Journal
from delivery.post import PostOffice
from delivery.queue import DeliveryQueue, open_huey
from office import outbox
from office.database import Database
from office.models import OutboxMessage, OutboxState
from office.outbox import Draft
from tests.conftest import FrozenClock


class Pigeon:
    """A channel that keeps what it is given and ends as it is told to."""

    def __init__(self, outcomes: Iterator[Outcome] | None = None) -> None:
        self.letters: list[Letter] = []
        self._outcomes = outcomes or iter(())

    def send(self, letter: Letter) -> Outcome:
        self.letters.append(letter)
        return next(self._outcomes, Outcome(Result.SENT))


Put = Callable[..., int | None]


@pytest.fixture
def queue(tmp_path: Path) -> DeliveryQueue:
    return DeliveryQueue(open_huey(None, tmp_path))


@pytest.fixture
def put(database: Database, clock: FrozenClock) -> Put:
    def one(key: str, address: str = "a", **more: object) -> int | None:
        with database.writing() as session:
            values = {"not_before": clock(), "text": key, "rule": "test", "channel": "bird", **more}
            draft = Draft(dedupe_key=key, address=address, **values)  # type: ignore[arg-type]
            return outbox.put(session, draft, now=clock())

    return one


def states(database: Database) -> dict[str, OutboxState]:
    with database.reading() as session:
        return {row.dedupe_key: row.state for row in session.query(OutboxMessage)}


def office_of(
    database: Database,
    clock: FrozenClock,
    queue: DeliveryQueue,
    bird: Pigeon,
    channel: str = "bird",
    journal: Journal | None = None,
) -> PostOffice:
    return PostOffice(database, {channel: bird}, clock, queue, journal)
