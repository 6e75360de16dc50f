"""The outbox as a ledger: what is dropped when its cause is gone."""

from __future__ import annotations

from office import outbox
from office.database import Database
from office.models import OutboxMessage, OutboxState
from office.outbox import Draft
from tests.conftest import NOW


def test_only_what_is_queued_about_one_thing_is_dropped(database: Database) -> None:
    keys = [
        "meeting:1:17:a",
        "meeting:2:17:b",
        "meeting:17:171:c",
        "other:1:17:a",
        "meeting:3:17:d",
    ]
    with database.writing() as session:
        for key in keys:
            draft = Draft(key, key.split(":", maxsplit=1)[0], "web", key, "text", NOW)
            outbox.put(session, draft, now=NOW)
        sent = session.query(OutboxMessage).filter_by(dedupe_key="meeting:3:17:d").one()
        sent.state = OutboxState.SENT
    with database.writing() as session:
        assert outbox.cancel(session, "meeting", about="17:", now=NOW) == 2
    with database.reading() as session:
        states = {row.dedupe_key: row.state for row in session.query(OutboxMessage)}
    dropped = OutboxState.CANCELLED
    assert [key for key, state in states.items() if state == dropped] == keys[:2]
    assert states["meeting:3:17:d"] == OutboxState.SENT
