"""Bringing the index up to date with the documents in the database, document by document."""

from __future__ import annotations

import fcntl
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.answers.embeddings import Progress, Vectors, embed_passages
from bot.answers.passages import manifest, vectors
from bot.answers.passages.chunks import Chunk, cut
from bot.answers.passages.index import is_sound
from bot.answers.passages.lexicon import Lexicon
from bot.answers.passages.manifest import Entry, Manifest, Version
from office.models import Document, Passage

Embed = Callable[[Sequence[str]], Vectors]

WORDS = "words"
BATCH = 64
AT_ONCE = 1000
"""Chunks after which what is done is kept, so that a stop loses little."""
WASTE = 5000
"""Rows of replaced versions, from which the index is written anew if they are half of it."""


@dataclass(frozen=True)
class Update:
    """How many versions came into the index, left it, and are in it, and their chunks."""

    added: int
    removed: int
    documents: int
    chunks: int


def update(
    session: Session, folder: Path, progress: Progress | None = None, embed: Embed = embed_passages
) -> Update:
    """Index what is missing and drop what is gone; another update waits until this one is done."""
    folder.mkdir(parents=True, exist_ok=True)
    with _alone(folder):  # the session reads only from here on, or it might see an older state
        wanted = {version.made_of: version for version in versions(session)}
        before = manifest.read(folder)
        if before is None and not wanted:
            return Update(added=0, removed=0, documents=0, chunks=0)
        writer = _Writer(folder, before, embed)
        kept = [
            replace(entry, version=wanted[entry.version.made_of])
            for entry in writer.entries
            if entry.version.made_of in wanted
        ]
        known = {entry.version.made_of for entry in kept}
        missing = [version for name, version in wanted.items() if name not in known]
        removed = len(before.entries if before else ()) - len(kept)
        writer.entries = kept
        writer.add([(one, chunks_of(session, one)) for one in missing], progress)
        writer.finish()
    chunks = sum(entry.count for entry in writer.entries)
    return Update(len(missing), removed, len(writer.entries), chunks)


def versions(session: Session) -> list[Version]:
    """Every version of every document in the database."""
    rows = session.execute(
        select(
            Document.id,
            Document.sha256,
            Document.imported_at,
            Document.title,
            Document.effective,
            Document.valid_until,
        ).order_by(Document.id)
    )
    return [
        Version(number, f"{number}-{sha256}-{imported_at.timestamp():.6f}", title, effective, until)
        for number, sha256, imported_at, title, effective, until in rows
    ]


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """One update at a time; the lock ends with its process."""
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def chunks_of(session: Session, version: Version) -> list[Chunk]:
    """The passages of a version, cut."""
    columns = (Passage.unit, Passage.number, Passage.inserted, Passage.chapter, Passage.text)
    rows = session.execute(
        select(*columns).where(Passage.document_id == version.document).order_by(Passage.position)
    )
    return [
        Chunk(str(unit), number, inserted, chapter, piece)
        for unit, number, inserted, chapter, text in rows
        for piece in cut(text)
    ]


class _Writer:
    """Writes vectors, then words, then the manifest that names both."""

    def __init__(self, folder: Path, before: Manifest | None, embed: Embed) -> None:
        self._folder = folder
        self._embed = embed
        self._name = before.folder if before else "0"
        self._rows = before.rows if before else 0
        self._old = _map(folder / self._name, self._rows)
        self.entries = [one for one in before.entries if is_sound(one, self._old)] if before else []
        keys = vectors.read_keys(folder / self._name, self._rows)
        sound = (range(one.first, one.first + one.count) for one in self.entries)
        self._known = {keys[row]: row for rows in sound for row in rows if row < len(keys)}
        lexicon = _lexicon(folder / self._name / WORDS)
        waste = self._rows - sum(entry.count for entry in self.entries)
        whole = lexicon and before and lexicon.checksum() == before.words
        short = min(len(self._old), len(keys)) < self._rows
        if not whole or short or waste > max(WASTE, self._rows // 2):
            lexicon = self._begin_anew()
        assert lexicon is not None
        self._lexicon = lexicon

    def _begin_anew(self) -> Lexicon:
        """In a new folder: readers keep the old one until the new one is there."""
        self._name = str(int(self._name) + 1)
        shutil.rmtree(self._folder / self._name, ignore_errors=True)
        self._rows = 0
        self.entries = []
        return Lexicon.make(self._folder / self._name / WORDS)

    def add(
        self, documents: Sequence[tuple[Version, list[Chunk]]], progress: Progress | None
    ) -> None:
        """Add versions, keeping what is done from time to time."""
        texts = {chunk.text for _, chunks in documents for chunk in chunks}
        total = sum(vectors.key_of(text) not in self._known for text in texts)
        done = 0
        held: list[tuple[Version, list[Chunk], list[bytes], Vectors]] = []
        for version, chunks in documents:
            keys = [vectors.key_of(chunk.text) for chunk in chunks]
            found = np.zeros((len(chunks), vectors.WIDTH), np.float32)
            new = []
            for n, key in enumerate(keys):
                if key in self._known:
                    found[n] = self._old[self._known[key]]
                else:
                    new.append(n)
            for at in range(0, len(new), BATCH):
                batch = new[at : at + BATCH]
                found[batch] = self._embed([chunks[n].text for n in batch])
                done += len(batch)
                if progress:
                    progress(min(done, total), total)
            held.append((version, chunks, keys, found))
            if sum(len(one[1]) for one in held) >= AT_ONCE:
                self._keep(held)
                held = []
        self._keep(held)

    def _keep(self, held: Sequence[tuple[Version, list[Chunk], list[bytes], Vectors]]) -> None:
        keys = [key for _, _, some, _ in held for key in some]
        if keys:
            found = np.concatenate([one for _, _, _, one in held])
            vectors.append(self._folder / self._name, self._rows, keys, found)
        added = []
        for version, chunks, _, found in held:
            first = self._rows
            self._rows += len(chunks)
            self.entries.append(Entry(version, first, len(chunks), vectors.checksum(found)))
            added += [(version.document, first + n, chunk) for n, chunk in enumerate(chunks)]
        if added:
            self._lexicon.change(added)
        self._write_manifest()

    def _write_manifest(self) -> None:
        words = self._lexicon.checksum()
        entries = tuple(self.entries)
        manifest.write(self._folder, Manifest(self._name, self._rows, words, entries))

    def finish(self) -> None:
        """Forget the words of what is gone, and folders that are not used any more."""
        if self._lexicon.size > sum(entry.count for entry in self.entries):
            self._lexicon.change((), self._gaps())
            self._write_manifest()
        for other in self._folder.iterdir():
            if other.is_dir() and other.name != self._name:
                shutil.rmtree(other, ignore_errors=True)

    def _gaps(self) -> list[tuple[int, int]]:
        """Rows that belong to no version any more, from first to last."""
        begin, gaps = 0, []
        for entry in sorted(self.entries, key=lambda one: one.first):
            if entry.first > begin:
                gaps.append((begin, entry.first - 1))
            begin = entry.first + entry.count
        return [*gaps, (begin, self._rows)]


def _map(folder: Path, rows: int) -> Vectors:
    """The vectors, none if they cannot be read."""
    try:
        return vectors.mapped(folder, rows)
    except (OSError, ValueError):
        return np.zeros((0, vectors.WIDTH), np.float32)


def _lexicon(folder: Path) -> Lexicon | None:
    try:
        return Lexicon(folder)
    except OSError:
        return None
