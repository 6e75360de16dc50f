"""Word (.docx): paragraphs with the numbers that Word itself shows, and the rows of tables."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from typing import Any

from lxml import etree

from library.encoding import clean
from library.errors import DocumentRefusedError
from library.formats.word_numbering import Numbering
from library.marks import ROW

PART_MB = 8
"""Most that a part may hold once it is unpacked: a book of several hundred pages."""
MAIN = "officeDocument"
WRAPPERS = {"sdt", "sdtContent", "customXml", "ins", "smartTag", "moveTo"}
LEFT_OUT = {
    *("del", "moveFrom", "instrText", "delText", "drawing", "pict", "object"),
    *("AlternateContent", "rt", "tbl"),
}


def lines(data: bytes) -> Iterator[str]:
    """The lines. Raises DocumentRefusedError where it is no Word file, or a harmful one."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except zipfile.BadZipFile as error:
        raise DocumentRefusedError("import_broken") from error
    main = _main_part(archive)
    body = _part(archive, main).find("{*}body")
    folder = main.rpartition("/")[0]
    known = set(archive.namelist())
    parts = [
        _part(archive, path) if path in known else None
        for path in (f"{folder}/numbering.xml", f"{folder}/styles.xml")
    ]
    return _lines([] if body is None else body, Numbering(*parts))


def _main_part(archive: zipfile.ZipFile) -> str:
    names = set(archive.namelist())
    if "word/document.xml" in names:
        return "word/document.xml"
    for relation in _part(archive, "_rels/.rels") if "_rels/.rels" in names else ():
        target = str(relation.get("Target", "")).lstrip("/")
        if str(relation.get("Type", "")).endswith(MAIN) and target.startswith("word/"):
            return target
    raise DocumentRefusedError("import_is_zip")


def _part(archive: zipfile.ZipFile, path: str) -> Any:
    """A part of the archive as XML, unpacked no further than it may be large.

    Office files never declare entities: one that does is meant to do harm.
    """
    try:
        with archive.open(path) as stream:
            data = stream.read((PART_MB << 20) + 1)
    except (RuntimeError, NotImplementedError) as error:  # a password, an unknown compression
        raise DocumentRefusedError("import_encrypted") from error
    except (KeyError, zipfile.BadZipFile) as error:
        raise DocumentRefusedError("import_broken") from error
    if len(data) > PART_MB << 20:
        raise DocumentRefusedError("import_too_heavy")
    if b"<!DOCTYPE" in data[:4096] or b"<!ENTITY" in data:
        raise DocumentRefusedError("import_harmful")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    root = etree.fromstring(data, parser)
    if root.getroottree().docinfo.internalDTD is not None:  # written in another encoding
        raise DocumentRefusedError("import_harmful")
    return root


def _name(element: Any) -> str:
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def _lines(parent: Any, numbering: Numbering) -> Iterator[str]:
    for element in parent:
        name = _name(element)
        if name == "p":
            yield from (numbering.label(element) + _text(element)).split("\n")
        elif name == "tbl":
            yield from _rows(element)
        elif name in WRAPPERS:
            yield from _lines(element, numbering)


def _rows(table: Any) -> Iterator[str]:
    for row in table.iterchildren("{*}tr"):
        cells = [
            clean(" ".join(_text(paragraph) for paragraph in cell.iter("{*}p")))
            for cell in row.iterchildren("{*}tc")
        ]
        yield ROW.join(cells)


def _text(paragraph: Any) -> str:
    """The text of a paragraph as it reads with all changes accepted."""
    said = ""
    walk = etree.iterwalk(paragraph, events=("start",))
    for _, element in walk:
        name = _name(element)
        if name in LEFT_OUT:
            walk.skip_subtree()
        elif name == "t":
            said += element.text or ""
        elif name in {"tab", "ptab"} and _name(element.getparent()) == "r":
            said += " "
        elif name in {"br", "cr"}:
            said += "\n"
        elif name == "noBreakHyphen":
            said += "-"
    return said
