"""PDF, by PDFium. A line of print becomes part of a paragraph again; tables stay as printed."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from statistics import median
from typing import NamedTuple

import pypdfium2

from library.errors import DocumentRefusedError
from library.marks import ENDED, begins_a_paragraph

PAGES = 2000
PAGE_NUMBER = re.compile(r"[-—–－·\s第]*\d{1,4}[-—–－·\s页]*(?:[/／共]\s*\d{1,4}\s*页?)?")


class Line(NamedTuple):
    """A line of print: its text and where it begins and ends, in points from the left."""

    text: str
    left: float
    right: float


def lines(data: bytes) -> Iterator[str]:
    """The paragraphs. Raises DocumentRefusedError where there is a password or no text."""
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        encrypted = "password" in str(error).lower() or "security" in str(error).lower()
        code = "import_encrypted" if encrypted else "import_broken"
        raise DocumentRefusedError(code) from error
    if len(document) > PAGES:
        raise DocumentRefusedError("import_too_heavy")
    pages = [_printed(document[number]) for number in range(len(document))]
    if sum(len(line.text) for page in pages for line in page) < 10 * len(pages):
        raise DocumentRefusedError("import_scanned")
    return _paragraphs(_without_margins(pages))


def _printed(page: pypdfium2.PdfPage) -> list[Line]:
    text_page = page.get_textpage()
    text = text_page.get_text_range()
    found, start = [], 0
    for raw in text.split("\n"):
        line = raw.rstrip("\r")
        if line.strip():
            first = start + len(line) - len(line.lstrip())
            last = start + len(line.rstrip()) - 1
            if last < text_page.count_chars():
                box = text_page.get_charbox
                found.append(Line(line.strip(), box(first)[0], box(last)[2]))
            else:  # characters beyond the basic plane: the places are no longer known
                found.append(Line(line.strip(), 0, 0))
        start += len(raw) + 1
    text_page.close()
    page.close()
    return found


def _without_margins(pages: list[list[Line]]) -> list[list[Line]]:
    """Leave out page numbers, and what stands first or last on most pages."""
    edges = Counter(
        re.sub(r"\d+", "0", line.text) for page in pages for line in {*page[:1], *page[-2:]}
    )
    often = {text for text, times in edges.items() if times > max(2, len(pages) / 2)}

    def is_margin(page: list[Line], place: int) -> bool:
        text = page[place].text
        if 1 < place < len(page) - 2:
            return False
        return bool(PAGE_NUMBER.fullmatch(text)) or re.sub(r"\d+", "0", text) in often

    return [[page[at] for at in range(len(page)) if not is_margin(page, at)] for page in pages]


def _paragraphs(pages: list[list[Line]]) -> Iterator[str]:
    """Join the lines of print.

    A paragraph begins indented, after a line that ended early, or numbered after a full stop.
    """
    full = [[line for line in page if len(line.text) >= 10] or page for page in pages]
    everything = [line for page in full for line in page]
    if not everything:
        return
    size = median((line.right - line.left) / len(line.text) for line in everything)
    leftmost = min(line.left for line in everything)
    rightmost = max(line.right for line in everything)
    joined, ended_early = "", True
    for page, body in zip(pages, full, strict=True):
        left = min((line.left for line in body), default=0)
        right = max((line.right for line in body), default=0)
        if left - leftmost < 3 * size:
            left = leftmost  # a page of indented lines only; margins of book pages differ by more
        if rightmost - right < 3 * size:
            right = rightmost
        for line in page:
            numbered = begins_a_paragraph(line.text) and ENDED.search(joined)
            if ended_early or numbered or line.left > left + size:
                yield joined
                joined = ""
            ascii_ends = joined[-1:] + line.text[0]
            between = " " if joined and ascii_ends.isascii() and ascii_ends.isalnum() else ""
            joined += between + line.text
            ended_early = line.right < right - 2.5 * size
    yield joined
