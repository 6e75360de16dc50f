"""How often a booking goes to the database: writers at one base wait for each other meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event

from office.bookings import book, finding
from office.database import Database
from office.errors import SlotTakenError
from tests.conftest import NOW
from tests.office.bookings.world import build, member, wish


@contextmanager
def statements(database: Database) -> Iterator[list[str]]:
    """The statements that are sent within it, BEGIN aside."""
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if not statement.startswith("BEGIN"):
            sent.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    yield sent
    event.remove(database.engine, "before_cursor_execute", note)


def ask(database: Database, key: str) -> None:
    with database.writing() as session:
        book(session, member(session), wish(session), request_key=key, now=NOW)


def test_a_booking_is_written_with_few_statements(database: Database) -> None:
    with database.writing() as session:
        build(session, quota_per_month=5)
    lock = 0 if database.is_sqlite else 1
    with statements(database) as sent:
        ask(database, "a")
    assert len(sent) == 7 + lock, sent
    with statements(database) as sent, pytest.raises(SlotTakenError):
        ask(database, "b")
    assert len(sent) == 4 + lock, sent
    with statements(database) as sent, database.reading() as session:
        assert finding.nearest(session, wish(session), now=NOW)
    assert len(sent) == 3, sent
