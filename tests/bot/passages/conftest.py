"""Small documents of our own, kept and indexed, with embeddings that need no model."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest

from bot.answers.embeddings import Vectors
from bot.answers.passages.index import Candidate, PassageIndex
from bot.answers.passages.update import Update, update
from library import keeping, splitting
from office.database import Database
from office.models import Document
from tests.conftest import NOW

DAY = date(2026, 11, 24)


def embed(texts: Sequence[str]) -> Vectors:
    """Vectors that differ as the texts do, and mean nothing."""
    rows = []
    for text in texts:
        seed = int.from_bytes(hashlib.sha256(text.encode()).digest()[:4])
        row = np.random.default_rng(seed).normal(size=384)
        rows.append(row / np.linalg.norm(row))
    return np.array(rows, np.float32)


@dataclass
class Shelf:
    """A database with documents, and the folder of their index."""

    database: Database
    folder: Path
    imports: int = 0

    def keep(self, title: str, effective: str, *articles: str) -> int:
        """Import a document that says this."""
        self.imports += 1
        lines = [title, *(f"第{n}条 {text}" for n, text in enumerate(articles, 1))]
        split = splitting.split(lines)
        heading = splitting.Heading(title, date.fromisoformat(effective), "云岭社区党委")
        document = splitting.Document(heading, split.parts, split.gaps)
        source = keeping.Source("a.txt", hashlib.sha256("".join(lines).encode()).hexdigest())
        now = NOW + timedelta(seconds=self.imports)
        with self.database.writing() as session:
            return keeping.keep(session, document, source, until=None, now=now).document.id

    def remove(self, number: int) -> None:
        """Delete a version from the database."""
        with self.database.writing() as session:
            session.delete(session.get_one(Document, number))

    def index(self) -> Update:
        """Bring the index up to date."""
        with self.database.reading() as session:
            return update(session, self.folder, embed=embed)

    def found(self, question: str, day: date = DAY) -> list[Candidate]:
        """What an index that is opened now finds for a question."""
        return found(PassageIndex(self.folder), question, day)


def found(index: PassageIndex, question: str, day: date = DAY) -> list[Candidate]:
    """The candidates in force on a day, those first that have the question's words."""
    return index.candidates(question, embed([question])[0], lambda one: one.holds_on(day))


@pytest.fixture
def shelf(sqlite_database: Database, tmp_path: Path) -> Shelf:
    return Shelf(sqlite_database, tmp_path / "passages")
