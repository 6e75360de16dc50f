"""Insert rows unless their unique key is there already, on both databases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session
from sqlalchemy.sql.dml import ReturningInsert

from office.database import Record


def insert_once(session: Session, table: type[Record], **values: object) -> int | None:
    """The new row's id, or None where a unique key was taken."""
    statement = _unless_there(session, table).values(**values)
    identity: int | None = session.execute(statement).scalar_one_or_none()
    return identity


def insert_each_once(
    session: Session, table: type[Record], rows: Sequence[Mapping[str, object]]
) -> int:
    """Insert those of many rows whose unique key is free; how many they were."""
    if not rows:
        return 0
    return len(session.execute(_unless_there(session, table), rows).all())


def _unless_there(session: Session, table: type[Record]) -> ReturningInsert[Any]:
    insert = postgresql_insert if session.get_bind().dialect.name == "postgresql" else sqlite_insert
    statement = insert(table).on_conflict_do_nothing()
    return statement.returning(*table.__table__.primary_key)
