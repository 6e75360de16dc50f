"""What a start needs before its processes: ``python -m cli.prepare``, in a process of its own.

What it loads to train and to embed would else stay in the memory of the supervisor.
"""

from __future__ import annotations

import signal
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import typer
from sqlalchemy.orm import Session

from bot.answers import cards
from bot.answers.passages.update import update
from bot.answers.service import embedded
from cli import demo, training
from cli.screen import bars, clear_errors, loaded
from delivery.clock import utc_now
from delivery.parent import end_with_parent
from office.bases import SHANGHAI
from office.database import Database
from office.schema import migrate
from settings import Settings
from texts import say


def main() -> None:
    """Prepare with the settings of the environment; exit code 1 after one clear line."""
    end_with_parent(signal.SIGTERM)
    try:
        with clear_errors():
            prepare(loaded())
    except typer.Exit as error:
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        sys.exit(130)


def prepare(settings: Settings) -> None:
    """Migrate the database and load the demonstration; train and embed side by side.

    Only what has changed is done again.
    """
    database = Database(settings.database_url)
    migrate(database)
    if settings.demo:
        with database.writing() as session:
            load_demo(session)
    database.close()
    with bars() as begin, ThreadPoolExecutor(1) as beside:
        training_ends = None
        if not training.is_current():
            shown = begin(say("cli.training"))
            log = settings.data_folder / "logs" / "train.log"
            training_ends = beside.submit(training.train, log, shown)
        known = list(cards.load().cards.values())
        embedded(known, begin(say("cli.embedding_cards")))
        with database.reading() as session:
            folder = settings.passages_folder
            update(session, folder, begin(say("cli.embedding_passages")))
        if training_ends is not None:
            training_ends.result()
    database.close()


def load_demo(session: Session, now: datetime | None = None) -> bool:
    """Load the demonstration into an empty database; whether it did."""
    if not demo.is_empty(session):
        return False
    demo.load(session, today=(now or utc_now()).astimezone(SHANGHAI).date())
    return True


if __name__ == "__main__":
    main()
