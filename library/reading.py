"""From a file to its lines, without trusting it.

The parsers run in a process of their own that may use little memory and time; whatever a file does
there, it ends as one ``DocumentRefusedError`` here. A table becomes a line for each row, its cells
parted by `` | ``.
"""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

from library import sandbox
from library.encoding import clean, kind_of
from library.errors import DocumentRefusedError

LIMIT_MB = 50
SECONDS = 6
MEMORY_MB = 200
CHARACTERS = 2_000_000
LINES = 50_000
"""Most that a document may hold: some twenty times the longest law."""

FORMATS = {
    ".txt": ("plain", {"text"}),
    ".md": ("markdown", {"text"}),
    ".html": ("web_page", {"html", "text"}),
    ".htm": ("web_page", {"html", "text"}),
    ".docx": ("word", {"zip"}),
    ".pdf": ("pdf", {"pdf"}),
}
"""For each suffix the module of ``library.formats``, and what the bytes may look like."""


def read(file: Path) -> list[str]:
    """The lines of a file that are not empty.

    Raises DocumentRefusedError: not there, another kind than its suffix says, too large, damaged,
    encrypted, without text, or harmful.
    """
    try:
        if not file.is_file():
            raise DocumentRefusedError("import_missing")
        if file.suffix.lower() not in FORMATS:
            raise DocumentRefusedError("import_suffix", known=" ".join(FORMATS))
        if file.stat().st_size > LIMIT_MB << 20:
            raise DocumentRefusedError("import_too_large", limit=LIMIT_MB)
    except (OSError, ValueError) as error:
        raise DocumentRefusedError("import_missing") from error
    told = sandbox.told_by("library.reading", file, seconds=SECONDS)
    if "refused" in told:
        raise DocumentRefusedError(told["refused"])
    return [str(line) for line in told["lines"]]


def main(file: Path) -> None:
    """What the process of its own does: limit itself, read, and tell the lines in JSON."""
    sandbox.limit(memory_mb=MEMORY_MB, seconds=SECONDS, output=CHARACTERS * 8)
    sandbox.tell(lambda: {"lines": lines(file)})


def lines(file: Path) -> list[str]:
    """The lines of a file, read in this process: without limits, for ``main`` and for tests."""
    data = file.read_bytes()
    module, kinds = FORMATS[file.suffix.lower()]
    kind = kind_of(data)
    if kind not in kinds:
        raise DocumentRefusedError(f"import_is_{kind}")
    found: list[str] = []
    room = CHARACTERS
    for raw in importlib.import_module(f"library.formats.{module}").lines(data):
        line = clean(raw)
        room -= len(line) + 1
        if line:
            found.append(line)
        if room < 0 or len(found) > LINES:
            raise DocumentRefusedError("import_too_heavy")
    return found


if __name__ == "__main__":
    main(Path(sys.argv[1]))
