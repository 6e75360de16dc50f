"""One way to the database, the same for SQLite and PostgreSQL.

``reading`` opens a snapshot, ``writing`` a transaction that holds the write lock from its start
(SQLite: BEGIN IMMEDIATE), so that a check and the write that follows it cannot be parted.
"""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic
from typing import Any

from sqlalchemy import DateTime, Engine, MetaData, create_engine, event, text
from sqlalchemy.engine import Connection, Dialect, make_url
from sqlalchemy.exc import ArgumentError, DatabaseError, DisconnectionError, NoSuchModuleError
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.types import TypeDecorator

from office.errors import DatabaseProblemError

BUSY_TIMEOUT_MS = 20_000
IDLE = 1.0
"""Seconds after which a connection is tried before it is used."""
LAST_USED = "zhibu_last_used"
_having_a_turn: ContextVar[frozenset[str]] = ContextVar("having_a_turn", default=frozenset())
"""The SQLite files that this thread or task is writing to: it would wait for itself for ever."""


class UtcDateTime(TypeDecorator[datetime]):
    """An aware datetime, kept in UTC; a naive one is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a datetime without a time zone may not be stored")
        value = value.astimezone(UTC)
        return value if dialect.name == "postgresql" else value.replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Record(DeclarativeBase):
    """Base of all tables."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {datetime: UtcDateTime()}  # noqa: RUF012


class Database:
    """An engine with two doors: ``reading`` and ``writing``."""

    def __init__(self, url: str) -> None:
        try:
            parsed = make_url(url)
            if parsed.get_backend_name() not in {"sqlite", "postgresql"}:
                raise DatabaseProblemError("database_url_wrong")
            self.engine: Engine = create_engine(parsed, hide_parameters=True)
        except (ArgumentError, NoSuchModuleError, ImportError) as error:
            raise DatabaseProblemError("database_url_wrong") from error
        self.is_sqlite = self.engine.dialect.name == "sqlite"
        event.listen(self.engine, "checkin", _note_when)
        event.listen(self.engine, "checkout", self._try_if_idle)
        if self.is_sqlite:
            event.listen(self.engine, "connect", _prepare_sqlite)
            event.listen(self.engine, "begin", _begin_sqlite)

    def _try_if_idle(self, connection: Any, record: Any, _proxy: Any) -> None:
        """Whether a connection still works that was not used for a while; else take a new one.

        SQLAlchemy's own ``pool_pre_ping`` asks each time, also between two bookings of one second.
        """
        if monotonic() - record.info.get(LAST_USED, monotonic()) < IDLE:
            return
        try:
            self.engine.dialect.do_ping(connection)
        except self.engine.dialect.loaded_dbapi.Error as error:
            raise DisconnectionError from error

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that sees one state of the records and leaves no trace."""
        with Session(self.engine, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A session that commits when the block ends well and rolls back when it does not."""
        engine = self.engine.execution_options(zhibu_writing=True)
        with (
            self._turn(),
            Session(engine, expire_on_commit=False) as session,
            session.begin(),
        ):
            yield session

    @contextmanager
    def trying(self) -> Iterator[Session]:
        """As ``writing``, but all is undone at the end: to see what a change would do.

        Records read in it are of no use after it.
        """
        engine = self.engine.execution_options(zhibu_writing=True)
        with self._turn(), Session(engine, expire_on_commit=False) as session:
            session.begin()
            yield session
            session.rollback()

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """Queue up to write to a SQLite file.

        SQLite has no queue: its writers poll and sleep in between, up to 100 ms; with eight of them
        the lock lies idle and some starve. A lock on a file beside it wakes them one by one.
        """
        file = self.engine.url.database if self.is_sqlite else None
        if not file or file == ":memory:":
            yield
            return
        if file in _having_a_turn.get():
            raise RuntimeError("a transaction that writes was begun within another one")
        with Path(f"{file}-turn").open("wb") as queue:
            fcntl.flock(queue, fcntl.LOCK_EX)
            turn = _having_a_turn.set(_having_a_turn.get() | {file})
            try:
                yield
            finally:
                _having_a_turn.reset(turn)

    def check(self) -> None:
        """Open the database and read from it; raise DatabaseProblemError if that fails."""
        try:
            with self.reading() as session:
                if self.is_sqlite:
                    state = session.execute(text("PRAGMA quick_check(1)")).scalar()
                    if state != "ok":
                        raise DatabaseProblemError("database_corrupt")
                else:
                    session.execute(text("SELECT 1"))
        except DatabaseError as error:
            corrupt = "malformed" in str(error) or "not a database" in str(error)
            code = "database_corrupt" if corrupt else "database_unreachable"
            raise DatabaseProblemError(code) from error

    def close(self) -> None:
        """Return every connection."""
        self.engine.dispose()


def _note_when(_connection: Any, record: Any) -> None:
    record.info[LAST_USED] = monotonic()


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves
    cursor = connection.cursor()
    for pragma in (
        f"busy_timeout={BUSY_TIMEOUT_MS}",
        "journal_mode=WAL",
        "synchronous=NORMAL",
        "foreign_keys=ON",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    writing = connection.get_execution_options().get("zhibu_writing", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")
