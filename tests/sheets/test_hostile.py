"""Files that mean harm, or are no workbooks: one clear answer, soon and in little memory."""

from __future__ import annotations

import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest
from openpyxl import Workbook

from library.errors import DocumentRefusedError
from sheets.reading import read

SHEET = "xl/worksheets/sheet1.xml"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OPEN = f'<?xml version="1.0"?><worksheet xmlns="{MAIN}"><sheetData>'


def plain(file: Path) -> Path:
    Workbook().save(file)
    return file


def with_part(file: Path, name: str, data: bytes | str, *, instead: bool = False) -> Path:
    """A workbook with one more part, or another one in its place."""
    source = plain(file.with_suffix(".plain"))
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            if not (instead and part == name):
                new.writestr(part, old.read(part))
        new.writestr(name, data)
    return file


def big(file: Path, row: str, times: int) -> Path:
    rows = "".join(row.format(n=n) for n in range(1, times + 1))
    return with_part(file, SHEET, f"{OPEN}{rows}</sheetData></worksheet>", instead=True)


def strings(file: Path) -> Path:
    body = f'<sst xmlns="{MAIN}">' + "<si><t>x</t></si>" * 2_000_000 + "</sst>"
    return with_part(file, "xl/sharedStrings.xml", body, instead=True)


def sparse(file: Path) -> Path:
    with file.open("wb") as stream:
        stream.truncate(500 << 20)
    return file


LAUGHS = '<!DOCTYPE d [<!ENTITY a "ha">]><worksheet>&a;</worksheet>'
CASES: dict[str, tuple[Callable[[Path], object], str]] = {
    "text": (lambda file: file.write_text("不是表格"), "import_not_xlsx"),
    "empty": (lambda file: file.write_bytes(b""), "import_not_xlsx"),
    "old": (lambda file: file.write_bytes(b"\xd0\xcf\x11\xe0" + bytes(600)), "import_old_sheet"),
    "500 MB": (sparse, "import_too_large"),
    "bomb": (lambda file: with_part(file, "xl/a.xml", b" " * (300 << 20)), "import_too_heavy"),
    "macros": (lambda file: with_part(file, "xl/vbaProject.bin", b"x"), "import_macros"),
    "links": (
        lambda file: with_part(file, "xl/externalLinks/externalLink1.xml", "<a/>"),
        "import_external_links",
    ),
    "entities": (lambda file: with_part(file, SHEET, LAUGHS, instead=True), "import_harmful"),
    "10^6 rows": (
        lambda file: big(file, '<row r="{n}"/>', 1_000_000),
        "import_too_many_rows",
    ),
    "far row": (
        lambda file: big(file, '<row r="{n}048576"><c r="A{n}048576"><v>1</v></c></row>', 1),
        "import_too_many_rows",
    ),
    "strings": (strings, ""),  # read or refused: what counts is time and memory
    "broken": (lambda file: with_part(file, SHEET, "<worksheet><sheet", instead=True), "import_"),
    "word": (lambda file: with_part(file, "xl/workbook.xml", "x", instead=True), "import_broken"),
}


@pytest.mark.parametrize("name", CASES)
def test_harm_ends_soon_and_in_little_memory(tmp_path: Path, name: str) -> None:
    make, code = CASES[name]
    file = tmp_path / "a.xlsx"
    make(file)
    program = (
        "import sys, pathlib; from sheets.reading import read\n"
        "try: print(sum(map(len, read(pathlib.Path(sys.argv[1])).values())))\n"
        "except Exception as error: print(error)"
    )
    begun, peak = time.monotonic(), 0
    answer = tmp_path / "answer"
    with answer.open("w") as out:
        process = psutil.Popen([sys.executable, "-c", program, str(file)], stdout=out)
    while process.poll() is None:
        try:
            family = [process, *process.children(recursive=True)]
            peak = max(peak, sum(one.memory_info().rss for one in family))
        except psutil.Error:
            continue
        time.sleep(0.01)
    assert answer.read_text().startswith(code)
    assert time.monotonic() - begun < 10
    assert peak >> 20 < 300


def test_another_suffix_is_refused(tmp_path: Path) -> None:
    for name in ("a.xlsm", "a.xls", "a.csv"):
        with pytest.raises(DocumentRefusedError, match="import_not_xlsx"):
            read(plain(tmp_path / name))
    with pytest.raises(DocumentRefusedError, match="import_missing"):
        read(tmp_path / "nowhere.xlsx")
