"""Insert a row unless its unique key is there already, on both databases."""

from __future__ import annotations

from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from office.database import Record


def insert_once(session: Session, table: type[Record], **values: object) -> int | None:
    """The new row's id, or None where a unique key was taken."""
    insert = postgresql_insert if session.get_bind().dialect.name == "postgresql" else sqlite_insert
    statement = insert(table).values(**values).on_conflict_do_nothing()
    identity: int | None = session.execute(
        statement.returning(table.__table__.c.id)
    ).scalar_one_or_none()
    return identity
