"""``zhibu up``: everything that a start needs, then the processes."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

from sqlalchemy.orm import Session

from bot.answers import cards
from bot.answers.passages.update import update
from bot.answers.service import embedded
from bot.memory import give_back
from cli import demo, training
from cli.run import NAMES
from cli.screen import bars, clear_errors, err, fail, loaded, out
from cli.supervisor import Supervisor
from delivery.clock import utc_now
from office.bases import SHANGHAI
from office.database import Database
from office.schema import migrate
from settings import Settings
from texts import say

READY_WITHIN = 180.0


def up(only: str | None) -> None:
    """Prepare what is missing, start the processes and stay until stopped."""
    settings = loaded()
    names = tuple(name.strip() for name in only.split(",")) if only else NAMES
    for name in names:
        if name not in NAMES:
            fail(say("cli.no_such_process", name=name, names=", ".join(NAMES)))
    with clear_errors():
        supervisor = Supervisor(settings, names)
        supervisor.check_ports()
        prepare(settings)
        give_back()
        supervisor.start()
        err.print(say("cli.starting"))
        supervisor.wait_until_ready(READY_WITHIN)
    if "console" in names:
        out.print(f"\n  [bold green]{say('cli.ready')}[/]  {settings.public_url}\n")
        err.print(say("cli.how_to_stop"))
    supervisor.watch()
    err.print(say("cli.stopped"))


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
