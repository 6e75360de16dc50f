"""Bring the database to the present schema."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util.exc import CommandError
from sqlalchemy.exc import DatabaseError

from office.database import Database
from office.errors import DatabaseProblemError


def config() -> Config:
    """Alembic's configuration, without a file of its own."""
    settings = Config()
    settings.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return settings


def migrate(database: Database) -> None:
    """Apply what is missing. Nothing is written to a file that is not a database of ours."""
    database.check()
    settings = config()
    try:
        with database.engine.connect() as connection:
            settings.attributes["connection"] = connection
            command.upgrade(settings, "head")
    except CommandError as error:  # a revision we do not know: made by a newer version
        raise DatabaseProblemError("database_newer") from error
    except DatabaseError as error:
        raise DatabaseProblemError("database_unreachable") from error


def is_current(database: Database) -> bool:
    """Whether the database is at the newest revision."""
    with database.reading() as session:
        revision = MigrationContext.configure(session.connection()).get_current_revision()
    return revision == ScriptDirectory.from_config(config()).get_current_head()


def open_current(url: str) -> Database:
    """Open a database at the newest revision.

    Raises DatabaseProblemError if it cannot be reached, is broken, or was not prepared yet.
    """
    database = Database(url)
    database.check()
    if not is_current(database):
        raise DatabaseProblemError("database_not_ready")
    return database
