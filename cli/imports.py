"""Importing documents: read all, then keep all, then say which cards to look at again."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from rich.markup import escape
from rich.table import Table

from bot.answers import cards
from bot.answers.cards import Card, Knowledge
from cli.passages import index_documents, show
from cli.screen import clear_errors, fail, loaded, out, print_json
from delivery.clock import utc_now
from library import keeping, splitting
from library.errors import DocumentRefusedError
from library.heading import Heading, key_of
from library.keeping import Kept, Outcome, Source
from library.reading import read
from office.schema import open_current
from texts import say


class Review(NamedTuple):
    """A card to look at again, and the articles of the old version that it cites."""

    card: Card
    articles: list[int]


@dataclass(frozen=True)
class Imported:
    """What was kept of a file, and the cards that rest on the version before it."""

    kept: Kept
    document: splitting.Document
    review: list[Review]

    def as_json(self) -> dict[str, Any]:
        """For ``--json``."""
        kept = self.kept.document
        units = {part.unit for part in self.document.articles}
        return {
            "file": kept.file_name,
            "title": kept.title,
            "issuer": kept.issuer,
            "effective": kept.effective.isoformat(),
            "valid_until": kept.valid_until.isoformat() if kept.valid_until else None,
            "outcome": self.kept.outcome.value,
            "unit": "".join(units),
            "count": len(self.document.articles),
            "gaps": list(self.document.gaps),
            "cards": [review.card.id for review in self.review],
        }


def import_files(files: list[Path], given: Heading, *, as_json: bool) -> None:
    """Import the files, all or none; ``given`` holds what the person says about a single one."""
    if len(files) > 1 and given != Heading():
        fail(say("cli.import_options"))
    with clear_errors():
        known = cards.load()
        read_in = []
        for file in files:
            with about(file):
                document = splitting.split(read(file))
                document = replace(document, heading=_completed(document.heading, given, known))
                keeping.named(document)
                read_in.append((document, Source(shown(file), _digest(file))))
        imported, now = [], utc_now()
        settings = loaded()
        database = open_current(settings.database_url)
        with database.writing() as session:
            for document, source in read_in:
                until = _until(document.heading, known)
                kept = keeping.keep(session, document, source, until=until, now=now)
                imported.append(Imported(kept, document, cards_to_review(kept, known)))
        if as_json:
            print_json([one.as_json() for one in imported])
        else:
            for one in imported:
                _print(one)
        indexed = index_documents(settings, database)
    if not as_json:
        show(indexed)


@contextmanager
def about(file: Path) -> Iterator[None]:
    """Say of which file it is that a document was refused."""
    try:
        yield
    except DocumentRefusedError as error:
        error.detail.setdefault("file", shown(file))
        raise


def shown(file: Path) -> str:
    """The name of a file, fit for a screen and a database."""
    name = file.name.encode(errors="replace").decode()
    return "".join(char if char.isprintable() else "?" for char in name)[:255]


def cards_to_review(kept: Kept, known: Knowledge) -> list[Review]:
    """The cards that cite the version which the document replaces; those in force first."""
    if kept.outcome not in {Outcome.ADDED, Outcome.NEW_VERSION}:
        return []
    earlier = [
        (document.effective, document.key)
        for document in known.documents.values()
        if key_of(document.title) == kept.document.key
        and document.effective
        and document.effective < kept.document.effective
    ]
    if not earlier:
        return []
    _, old = max(earlier)
    found = []
    for card in known.cards.values():
        cited = [citation for citation in card.citations if citation.document == old]
        if cited:
            found.append(Review(card, [one.article for one in cited if one.article]))
    return sorted(found, key=lambda one: (one.card.valid_until is not None, one.card.id))


def _completed(found: Heading, given: Heading, known: Knowledge) -> Heading:
    """What the person says goes before what the text says, and that before documents.yaml.

    A date is taken from there only if the number of the document is of the same year.
    """
    heading = Heading(
        title=given.title or found.title,
        effective=given.effective or found.effective,
        issuer=given.issuer or found.issuer,
        year=found.year,
    )
    if heading.title:
        for document in known.documents.values():
            if key_of(document.title) != key_of(heading.title) or not document.effective:
                continue
            if not heading.effective and document.effective.year == heading.year:
                heading = replace(heading, effective=document.effective)
            if not heading.issuer and document.effective == heading.effective:
                heading = replace(heading, issuer=document.issuer)
    return heading


def _until(heading: Heading, known: Knowledge) -> date | None:
    """The end of this version, if documents.yaml knows it."""
    for document in known.documents.values():
        same = heading.title and key_of(document.title) == key_of(heading.title)
        if same and document.effective == heading.effective:
            return document.until
    return None


def _digest(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _print(one: Imported) -> None:
    kept, document = one.kept.document, one.document
    unit = say(f"cli.import_{document.articles[0].unit}")
    outcome = say(
        f"cli.import_{one.kept.outcome.value}",
        old=one.kept.previous.effective if one.kept.previous else "",
        until=kept.valid_until,
        effective=kept.effective,
    )
    line = say(
        "cli.import_done",
        title=kept.title,
        issuer=kept.issuer,
        effective=kept.effective,
        count=len(document.articles),
        unit=unit,
        outcome=outcome,
    )
    out.print(f"[green]✓[/] {escape(line)}")
    if document.gaps:
        numbers = "、".join(map(str, document.gaps))
        out.print(f"[yellow]·[/] {say('cli.import_gaps', numbers=numbers, unit=unit)}")
    if not one.review:
        return
    out.print(f"[yellow]·[/] {say('cli.import_review', n=len(one.review))}")
    table = Table(*(say(f"cli.import_{name}") for name in ("card", "cites", "until")))
    table.add_column(say("cli.import_question"), overflow="fold")
    for card, articles in one.review:
        ended = str(card.valid_until or "")
        table.add_row(card.id, "、".join(map(str, articles)), ended, escape(card.question))
    out.print(table)
