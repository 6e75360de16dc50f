"""The outbox on the command line: dead letters listed, sent again, dropped; a restored backup."""

from __future__ import annotations

import json
import shutil
from datetime import timedelta
from pathlib import Path

from typer.testing import CliRunner, Result

from cli.main import app
from delivery.clock import utc_now
from delivery.post import PostOffice
from delivery.queue import DeliveryQueue, open_huey
from office import dead_letters, outbox
from office.database import Database
from office.dead_letters import Which
from office.models import InboxKind, InboxMessage, InboxState, OutboxMessage, OutboxState
from office.outbox import Draft
from scheduler.process import bookings_job, plan_job
from scheduler.restored import hold_back
from tests.conftest import NOW, FrozenClock
from tests.delivery.conftest import Pigeon, states
from texts import say

FAILED, UNCERTAIN, QUEUED = OutboxState.FAILED, OutboxState.UNCERTAIN, OutboxState.QUEUED


def zhibu(*arguments: str, data: Path) -> Result:
    return CliRunner().invoke(app, arguments, env={"ZHIBU_DATA": str(data)})


def letter(database: Database, key: str, state: OutboxState, **more: object) -> int:
    now = utc_now()
    with database.writing() as session:
        values = {"channel": "web", "rule": "test", "not_before": now, **more}
        row_id = outbox.put(session, Draft(key, address=key, text="机密", **values), now=now)  # type: ignore[arg-type]
        row = session.get_one(OutboxMessage, row_id)
        row.state, row.error = state, f"error_{key}"
        return row.id


def test_dead_letters_are_listed_sent_again_and_dropped(
    small_district: Database, tmp_path: Path
) -> None:
    failed = letter(small_district, "a", FAILED)
    uncertain = letter(small_district, "b", UNCERTAIN)
    queued = letter(small_district, "c", QUEUED, rule="other")
    late = letter(small_district, "d", FAILED, expires_at=utc_now() - timedelta(hours=1))
    listed = json.loads(zhibu("outbox", "list", "--json", data=tmp_path).stdout)
    assert [row["id"] for row in listed] == [failed, uncertain, late]
    assert "机密" not in json.dumps(listed, ensure_ascii=False)
    assert "不确定" in zhibu("outbox", "list", data=tmp_path).stdout
    other = json.loads(zhibu("outbox", "list", "--rule", "other", "--json", data=tmp_path).stdout)
    assert [row["id"] for row in other] == [queued]
    again = zhibu("outbox", "retry", "--error", "error_a", "--json", data=tmp_path)
    assert json.loads(again.stdout) == [failed]
    dropped = zhibu("outbox", "drop", str(uncertain), str(queued), data=tmp_path)
    assert dropped.stdout.strip() == say("outbox.dropped", n=2)
    assert states(small_district) == {
        "a": QUEUED,
        "b": OutboxState.CANCELLED,
        "c": OutboxState.CANCELLED,
        "d": FAILED,
    }


def test_what_is_not_said_is_not_done(small_district: Database, tmp_path: Path) -> None:
    letter(small_district, "a", FAILED)
    for command in (("retry",), ("drop",), ("list", "--state", "lost")):
        refused = zhibu("outbox", *command, data=tmp_path)
        assert refused.exit_code == 1
        assert len(refused.stderr.strip().splitlines()) == 1
    assert states(small_district) == {"a": FAILED}


def test_what_has_expired_or_was_sent_is_never_retried(database: Database) -> None:
    letter(database, "late", FAILED, expires_at=utc_now())
    letter(database, "sent", OutboxState.SENT)
    with database.writing() as session:
        assert dead_letters.retry(session, Which(rule="test"), now=utc_now()) == []
        assert dead_letters.drop(session, Which(rule="test"), now=utc_now()) == [1]


def test_a_restored_backup_sends_nothing_again(
    small_district: Database, tmp_path: Path, clock: FrozenClock
) -> None:
    """Days after the backup it is put back: nothing that went out since goes out again."""
    queue, bird = DeliveryQueue(open_huey(None, tmp_path)), Pigeon()

    def run(database: Database) -> None:
        plan_job(database, clock)
        bookings_job(database, clock)
        PostOffice(database, {"web": bird}, clock, queue).deliver("web")

    plan_job(small_district, clock)
    with small_district.writing() as session:
        asked = {"channel": "web", "address": "m1", "kind": InboxKind.TEXT, "text": "?"}
        session.add(InboxMessage(update_id="1", received_at=NOW, **asked))
    backup = tmp_path / "backup.db"
    with small_district.engine.connect() as connection:
        connection.exec_driver_sql("ROLLBACK")
        connection.exec_driver_sql(f"VACUUM INTO '{backup}'")
    clock.move(days=8)  # over the first of December
    run(small_district)
    sent = len(bird.letters)
    assert sent >= 12
    shutil.copy(backup, tmp_path / "restored.db")
    restored = Database(f"sqlite:///{tmp_path / 'restored.db'}")
    held, unanswered = hold_back(restored, clock)
    assert (held >= sent, unanswered) == (True, 1)
    clock.move(minutes=1)
    run(restored)
    assert len(bird.letters) == sent
    with restored.reading() as session:
        assert session.query(InboxMessage).filter_by(state=InboxState.WAITING).count() == 0
        due = session.query(OutboxMessage).filter(OutboxMessage.not_before <= clock())
        assert {row.state for row in due} <= {UNCERTAIN, OutboxState.SENT}
        rows = dead_letters.listed(session, Which(error=dead_letters.RESTORED), limit=1000)
        assert len(rows) == held
    restored.close()
