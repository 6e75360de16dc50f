"""Embeddings in a file that only grows: a row of 384 numbers for each chunk, mapped into memory.

A reader sees the rows that its manifest names; what is written behind them disturbs nobody.
"""

from __future__ import annotations

import hashlib
import os
import zlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bot.answers.embeddings import Vectors

WIDTH = 384
KEY = 16
VECTORS, KEYS = "vectors.f32", "keys"


def key_of(text: str) -> bytes:
    """Knows an embedded text again."""
    return hashlib.blake2b(text.encode(), digest_size=KEY).digest()


def append(folder: Path, rows: int, keys: Sequence[bytes], vectors: Vectors) -> None:
    """Write behind the first ``rows`` rows; what stands there of an unfinished run goes."""
    _write(folder / VECTORS, rows * WIDTH * 4, vectors.astype("<f4").tobytes())
    _write(folder / KEYS, rows * KEY, b"".join(keys))


def _write(file: Path, at: int, content: bytes) -> None:
    with file.open("r+b" if file.exists() else "w+b") as out:
        out.seek(0, os.SEEK_END)
        if out.tell() < at:
            raise OSError(f"{file.name} is shorter than it should be")
        out.seek(at)
        out.write(content)
        out.flush()
        os.fsync(out.fileno())


def mapped(folder: Path, rows: int) -> Vectors:
    """The first ``rows`` vectors. Raises OSError or ValueError if they are not all there."""
    if rows == 0:
        return np.zeros((0, WIDTH), np.float32)
    return np.memmap(folder / VECTORS, dtype="<f4", mode="r", shape=(rows, WIDTH))


def checksum(vectors: NDArray[np.float32]) -> int:
    """CRC-32 of vectors."""
    return zlib.crc32(np.ascontiguousarray(vectors, dtype="<f4").tobytes())


def read_keys(folder: Path, rows: int) -> list[bytes]:
    """The keys of the first ``rows`` rows, fewer if the file is shorter."""
    try:
        kept = (folder / KEYS).read_bytes()[: rows * KEY]
    except OSError:
        return []
    return [kept[at : at + KEY] for at in range(0, len(kept) - KEY + 1, KEY)]
