"""The index as a reader sees it: candidates for a question; a newer index is noticed by itself."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bot.answers.embeddings import Vectors, likeness
from bot.answers.passages import manifest, vectors
from bot.answers.passages.chunks import Chunk
from bot.answers.passages.lexicon import Lexicon
from bot.answers.passages.manifest import Entry, Version

log = logging.getLogger(__name__)

LIKELY = 24
"""So many candidates are taken by embedding, and as many by words."""


@dataclass(frozen=True)
class Candidate:
    """A chunk that may answer, and the cosine of its embedding with the question's."""

    version: Version
    chunk: Chunk
    likeness: float


class PassageIndex:
    """The index in a folder, read anew when its manifest is another."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._stamp: tuple[int, int] | None = None
        self._open: _Opened | None = None
        self._current()  # now, so that the first question does not wait for it

    def candidates(
        self, question: str, vector: Vectors, allowed: Callable[[Version], bool]
    ) -> list[Candidate]:
        """What stands out by embedding or by words among the allowed versions.

        An index that is damaged finds nothing; ``zhibu knowledge index`` mends it.
        """
        opened = self._current()
        if opened is None:
            return []
        try:
            return opened.candidates(question, vector, allowed)
        except (OSError, ValueError) as error:
            log.warning("passages: cannot be searched: %s", type(error).__name__)
            return []

    def _current(self) -> _Opened | None:
        found = manifest.stamp(self._folder)
        if found != self._stamp:
            self._stamp = found
            self._open = _open(self._folder, self._open)
        return self._open


class _Opened:
    def __init__(
        self, folder: Path, entries: tuple[Entry, ...], all_vectors: Vectors, lexicon: Lexicon
    ) -> None:
        self.folder = folder
        self.places = {(entry.first, entry.checksum) for entry in entries}
        self._versions = [entry.version for entry in entries]
        self._vectors = all_vectors
        self._lexicon = lexicon
        self._owner = np.full(len(all_vectors), -1, np.int32)
        for place, entry in enumerate(entries):
            self._owner[entry.first : entry.first + entry.count] = place

    def candidates(
        self, question: str, vector: Vectors, allowed: Callable[[Version], bool]
    ) -> list[Candidate]:
        may = np.array([*map(allowed, self._versions), False])  # the last is for rows of nobody
        if not may.any():
            return []
        alike = likeness(self._vectors, vector)
        alike[~may[self._owner]] = -1
        rows = self._closest(alike)
        not_these = [v.document for v, ok in zip(self._versions, may, strict=False) if not ok]
        rows += self._lexicon.best(question, LIKELY, not_these)
        rows = [row for row in dict.fromkeys(rows) if self._is_allowed(row, may)]
        chunks = self._lexicon.chunks(rows)
        return [
            Candidate(self._versions[self._owner[row]], chunks[row], float(alike[row]))
            for row in rows
            if row in chunks
        ]

    def _closest(self, alike: Vectors) -> list[int]:
        count = min(LIKELY, len(alike))
        closest: list[int] = np.argpartition(-alike, count - 1)[:count].tolist()
        return closest

    def _is_allowed(self, row: int, may: NDArray[np.bool_]) -> bool:
        return row < len(self._owner) and bool(may[self._owner[row]])


def _open(folder: Path, before: _Opened | None) -> _Opened | None:
    """What the manifest names; what was found sound ``before`` is not examined again."""
    kept = manifest.read(folder)
    if kept is None or not kept.entries:
        return None
    place = folder / kept.folder
    try:
        mapped = vectors.mapped(place, kept.rows)
        lexicon = Lexicon(place / "words")
    except (OSError, ValueError) as error:
        log.warning("passages: cannot be read: %s", type(error).__name__)
        return None
    known = before.places if before and before.folder == place else set()
    sound = tuple(
        entry
        for entry in kept.entries
        if (entry.first, entry.checksum) in known or is_sound(entry, mapped)
    )
    if len(sound) < len(kept.entries):
        log.warning("passages: %d documents damaged", len(kept.entries) - len(sound))
    return _Opened(place, sound, mapped, lexicon)


def is_sound(entry: Entry, mapped: Vectors) -> bool:
    """Whether the vectors of an entry are those that were written."""
    rows = mapped[entry.first : entry.first + entry.count]
    return len(rows) == entry.count and vectors.checksum(rows) == entry.checksum
