"""What the index holds: written last and in one step, so that it never names what is not there."""

from __future__ import annotations

import json
import os
import tempfile
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

FORMAT = 1
"""Raised when what is kept changes its form or meaning: an index of another format is made anew."""
FILE = "manifest.json"


@dataclass(frozen=True)
class Version:
    """One version of a document, in force from ``effective`` up to, not including, ``until``."""

    document: int
    """Its row in the table of documents."""
    made_of: str
    """Known again by the file's sha256 and the moment of its import."""
    title: str
    effective: date
    until: date | None

    def holds_on(self, day: date) -> bool:
        """Whether this version is in force on a day."""
        return self.effective <= day and not self.is_over(day)

    def is_over(self, day: date) -> bool:
        """Whether a later version, or its end, has replaced it by a day."""
        return self.until is not None and self.until <= day


@dataclass(frozen=True)
class Entry:
    """A version in the index and its rows there."""

    version: Version
    first: int
    count: int
    checksum: int
    """CRC-32 of the vectors in its rows."""


@dataclass(frozen=True)
class Manifest:
    """The folder that holds the index, how many rows are taken there, and what is in them."""

    folder: str
    rows: int
    words: int
    """Checksum of the words."""
    entries: tuple[Entry, ...]


def stamp(folder: Path) -> tuple[int, int] | None:
    """Changes whenever the manifest is replaced; None where there is none."""
    try:
        found = (folder / FILE).stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_ino


def read(folder: Path) -> Manifest | None:
    """The manifest, or None if there is none that we can read."""
    try:
        kept = json.loads((folder / FILE).read_text(encoding="utf-8"))
        if kept["format"] != FORMAT:
            return None
        entries = tuple(_entry(one) for one in kept["entries"])
        return Manifest(kept["folder"], kept["rows"], kept["words"], entries)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def write(folder: Path, manifest: Manifest) -> None:
    """Replace the manifest."""
    kept = {"format": FORMAT, **asdict(manifest)}
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", dir=folder, delete=False) as out:
        json.dump(kept, out, ensure_ascii=False, default=date.isoformat)
        out.flush()
        os.fsync(out.fileno())
    Path(out.name).replace(folder / FILE)


def _entry(kept: dict[str, Any]) -> Entry:
    version = kept["version"]
    until = version["until"]
    return Entry(
        Version(
            document=version["document"],
            made_of=version["made_of"],
            title=version["title"],
            effective=date.fromisoformat(version["effective"]),
            until=date.fromisoformat(until) if until else None,
        ),
        first=kept["first"],
        count=kept["count"],
        checksum=kept["checksum"],
    )
