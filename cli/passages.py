"""The index of imported documents: brought up to date, and its calibration."""

from __future__ import annotations

from datetime import date

from bot.answers import cards
from bot.answers.off_topic import off_topic
from bot.answers.passages import calibration, choice
from bot.answers.passages.index import PassageIndex
from bot.answers.passages.manifest import Version
from bot.answers.passages.update import Update, update
from bot.answers.service import embedded
from cli.screen import bars, clear_errors, loaded, out
from library.heading import key_of
from office.database import Database
from office.schema import open_current
from settings import Settings
from texts import say


def index_documents(settings: Settings, database: Database) -> Update:
    """Index what is missing and drop what is gone, with a bar while passages are embedded."""
    with bars() as begin, database.reading() as session:
        return update(session, settings.passages_folder, begin(say("cli.embedding_passages")))


def show(done: Update) -> None:
    """Say what an update did."""
    out.print(
        say(
            "cli.indexed",
            added=done.added,
            removed=done.removed,
            documents=done.documents,
            chunks=done.chunks,
        )
    )


def index() -> None:
    """The command ``zhibu knowledge index``."""
    settings = loaded()
    with clear_errors():
        show(index_documents(settings, open_current(settings.database_url)))


def calibrate(today: date) -> None:
    """Fit the choice among articles on the imported documents that cards cite."""
    known = cards.load()
    keys = {
        (key_of(document.title), document.effective): key
        for key, document in known.documents.items()
    }

    def name(version: Version) -> str | None:
        return keys.get((key_of(version.title), version.effective))

    with clear_errors(), bars() as begin:
        vectors = embedded(list(known.cards.values()))
        fitted = calibration.calibrate(
            known,
            vectors.phrasings,
            off_topic(),
            vectors.off_topic,
            PassageIndex(loaded().passages_folder),
            name,
            today,
            begin(say("cli.calibrating")),
        )
    choice.save(fitted)
    out.print(str(choice.FILE.relative_to(choice.FILE.parents[1])))
