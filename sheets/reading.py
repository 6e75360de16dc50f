"""From an .xlsx file to its rows, without trusting it: read in a process of its own.

A cell is None, a text, a number, true or false, {"date": …}, {"time": …}, {"formula": …} or
{"error": …}. Only values are read: no formula is computed, no link followed, no macro looked at.
"""

from __future__ import annotations

import sys
import zipfile
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from library import sandbox
from library.errors import DocumentRefusedError

LIMIT_MB = 10
SECONDS = 8
MEMORY_MB = 220
UNPACKED_MB = 40
MOST_PARTS = 500
MOST_ROWS = 5_000
MOST_COLUMNS = 60
LONGEST_CELL = 2_000
OUTPUT = 60 << 20

Cell = Any
"""None, str, int, float, bool, or a dict with one of the keys above."""


@dataclass(frozen=True)
class Row:
    """A row that is not empty; ``number`` is the one that a spreadsheet program shows."""

    number: int
    cells: list[Cell]


def read(file: Path) -> dict[str, list[Row]]:
    """The rows of each sheet by its title. Raises DocumentRefusedError for a file that is not one
    of ours to read: missing, no .xlsx, too large, damaged, encrypted, with macros or links.
    """
    try:
        if not file.is_file():
            raise DocumentRefusedError("import_missing")
        if file.suffix.lower() != ".xlsx":
            raise DocumentRefusedError("import_not_xlsx")
        if file.stat().st_size > LIMIT_MB << 20:
            raise DocumentRefusedError("import_too_large", limit=LIMIT_MB)
    except (OSError, ValueError) as error:
        raise DocumentRefusedError("import_missing") from error
    told = sandbox.told_by("sheets.reading", file, seconds=SECONDS)
    if "refused" in told:
        raise DocumentRefusedError(told["refused"], **told.get("detail", {}))
    return {
        title: [Row(number, cells) for number, cells in rows]
        for title, rows in told["sheets"].items()
    }


def rows_of(file: Path) -> dict[str, list[tuple[int, list[Cell]]]]:
    """The rows, read in this process: without limits, for ``main`` and for tests."""
    _look_at(file)
    sys.modules.setdefault("numpy", None)  # type: ignore[arg-type]  # openpyxl would load it: memory
    from openpyxl import load_workbook  # noqa: PLC0415 - after the look, and without numpy

    book = load_workbook(file, read_only=True, data_only=False, keep_links=False)
    found: dict[str, list[tuple[int, list[Cell]]]] = {}
    for sheet in book.worksheets:
        rows: list[tuple[int, list[Cell]]] = []
        for number, row in enumerate(sheet.iter_rows(max_col=MOST_COLUMNS), 1):
            if number > MOST_ROWS:
                raise DocumentRefusedError("import_too_many_rows", limit=MOST_ROWS)
            cells = [_value(cell) for cell in row]
            while cells and cells[-1] is None:
                cells.pop()
            if cells:
                rows.append((number, cells))
        found[sheet.title] = rows
    return found


def _look_at(file: Path) -> None:
    """Refuse an archive that is not a plain workbook, before any part of it is parsed."""
    if not zipfile.is_zipfile(file):
        with file.open("rb") as stream:
            old = stream.read(4) == b"\xd0\xcf\x11\xe0"
        raise DocumentRefusedError("import_old_sheet" if old else "import_not_xlsx")
    with zipfile.ZipFile(file) as archive:
        parts = archive.infolist()
        names = {part.filename.lower() for part in parts}
        if "xl/workbook.xml" not in names:
            raise DocumentRefusedError("import_not_xlsx")
        if any(part.flag_bits & 1 for part in parts):
            raise DocumentRefusedError("import_encrypted")
        if any(name.endswith("vbaproject.bin") or "/macrosheets/" in name for name in names):
            raise DocumentRefusedError("import_macros")
        if any("/externallinks/" in name or name == "xl/connections.xml" for name in names):
            raise DocumentRefusedError("import_external_links")
        unpacked = sum(part.file_size for part in parts)
        if len(parts) > MOST_PARTS or unpacked > UNPACKED_MB << 20:
            raise DocumentRefusedError("import_too_heavy")
        for part in parts:
            if part.filename.endswith((".xml", ".rels")):
                with archive.open(part) as stream:
                    head = stream.read(4096)
                if b"<!DOCTYPE" in head or b"<!ENTITY" in head:
                    raise DocumentRefusedError("import_harmful")


def _value(cell: Any) -> Cell:
    value = cell.value
    if value is None or isinstance(value, (bool, int, float)):
        return value
    if cell.data_type == "f":
        return {"formula": str(value)[:40]}
    if cell.data_type == "e":
        return {"error": str(value)[:40]}
    if isinstance(value, datetime):
        return {"date": value.isoformat()}
    if isinstance(value, date):
        return {"date": datetime.combine(value, time()).isoformat()}
    if isinstance(value, timedelta):  # 24:00 is a day in a spreadsheet
        minutes = int(value.total_seconds()) // 60 % (24 * 60)
        value = time(minutes // 60, minutes % 60)
    if isinstance(value, time):
        return {"time": value.isoformat()}
    text = str(value).strip()
    return text[:LONGEST_CELL] if text else None


def main(file: Path) -> None:
    """What the process of its own does."""
    sandbox.limit(memory_mb=MEMORY_MB, seconds=SECONDS, output=OUTPUT)
    sandbox.tell(lambda: {"sheets": rows_of(file)})


if __name__ == "__main__":
    main(Path(sys.argv[1]))
