from __future__ import annotations

import threading
from datetime import datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text
from sqlalchemy.exc import StatementError

from office.database import Database
from office.errors import DatabaseProblemError
from office.models import AuditEntry, Organisation, Record
from office.schema import is_current, migrate
from tests.conftest import NOW


def test_the_migrations_make_what_the_models_say(database: Database) -> None:
    def ours(_: object, name: str | None, *__: object) -> bool:
        """Whether it is not the queue's: huey may share the database."""
        return not (name or "").startswith("huey_")

    opts = {"compare_type": True, "include_object": ours}
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts=opts)
        assert compare_metadata(context, Record.metadata) == []


def test_migrating_again_changes_nothing(district: Database) -> None:
    migrate(district)
    assert is_current(district)
    with district.reading() as session:
        assert session.query(Organisation).count() > 12


def test_a_moment_is_kept_in_utc_and_comes_back_aware(database: Database) -> None:
    with database.writing() as session:
        session.add(AuditEntry(at=NOW, member_id=None, action="x", subject="y", detail={}))
    with database.reading() as session:
        assert session.query(AuditEntry).one().at == NOW


def test_a_moment_without_time_zone_is_refused(database: Database) -> None:
    naive = datetime(2026, 1, 1)  # noqa: DTZ001 - that is the point
    with pytest.raises(StatementError, match="without a time zone"), database.writing() as session:
        session.add(AuditEntry(at=naive, member_id=None, action="x", subject="y", detail={}))


def test_a_failed_block_leaves_nothing(database: Database) -> None:
    def fail_halfway() -> None:
        with database.writing() as session:
            session.add(AuditEntry(at=NOW, member_id=None, action="x", subject="y", detail={}))
            session.flush()
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_halfway()
    with database.reading() as session:
        assert session.query(AuditEntry).count() == 0


def test_sqlite_is_set_up_as_we_need_it(sqlite_database: Database) -> None:
    with sqlite_database.reading() as session:
        pragma = {name: session.execute(text(f"PRAGMA {name}")).scalar() for name in PRAGMAS}
    assert pragma == PRAGMAS


PRAGMAS = {"journal_mode": "wal", "foreign_keys": 1, "busy_timeout": 20_000}


def test_writers_queue_up_instead_of_failing(sqlite_database: Database) -> None:
    """Read, then write, from many threads: without BEGIN IMMEDIATE some would fail as locked."""

    def write() -> None:
        for _ in range(20):
            with sqlite_database.writing() as session:
                count = session.query(AuditEntry).count()
                session.add(
                    AuditEntry(at=NOW, member_id=None, action=str(count), subject="", detail={})
                )

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with sqlite_database.reading() as session:
        actions = [row.action for row in session.query(AuditEntry)]
    assert sorted(map(int, actions)) == list(range(80))


def test_a_transaction_within_another_is_a_fault_not_a_wait(sqlite_database: Database) -> None:
    with (
        sqlite_database.writing(),
        pytest.raises(RuntimeError, match="within another"),
        sqlite_database.writing(),
    ):
        pass
    with sqlite_database.writing() as session:
        session.execute(text("SELECT 1"))


@pytest.mark.parametrize("url", ["nonsense", "mysql://x/y", "sqlite+nothing:///x", ""])
def test_a_url_that_we_cannot_use_is_named(url: str) -> None:
    with pytest.raises(DatabaseProblemError) as raised:
        Database(url)
    assert raised.value.code == "database_url_wrong"


def test_a_server_that_does_not_answer_is_unreachable() -> None:
    database = Database("postgresql+psycopg://nobody@127.0.0.1:1/none")
    with pytest.raises(DatabaseProblemError) as raised:
        migrate(database)
    assert raised.value.code == "database_unreachable"


def test_a_broken_file_is_left_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "broken.db"
    file.write_bytes(b"this is no database, but somebody's letter " * 100)
    before = file.read_bytes()
    with pytest.raises(DatabaseProblemError) as raised:
        migrate(Database(f"sqlite:///{file}"))
    assert raised.value.code == "database_corrupt"
    assert file.read_bytes() == before


def test_a_database_of_a_newer_version_is_left_as_it_is(sqlite_database: Database) -> None:
    with sqlite_database.writing() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(DatabaseProblemError) as raised:
        migrate(sqlite_database)
    assert raised.value.code == "database_newer"


def test_a_connection_that_died_while_idle_is_replaced(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    if database.is_sqlite:
        pytest.skip("a file does not hang up")
    with database.reading() as session:
        mine = session.execute(text("SELECT pg_backend_pid()")).scalar_one()
    with database.engine.connect() as connection:
        assert connection.execute(text("SELECT pg_backend_pid()")).scalar_one() == mine
    other = Database(database.engine.url.render_as_string(hide_password=False))
    with other.writing() as session:
        session.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": mine})
    other.close()
    monkeypatch.setattr("office.database.IDLE", 0.0)
    with database.reading() as session:
        assert session.execute(text("SELECT pg_backend_pid()")).scalar_one() != mine
