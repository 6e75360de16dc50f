"""Articles cut into pieces that fit a messenger: a paragraph (款), or some of its items."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass

LONGEST = 220
"""Characters of a piece; an article that is no longer stays whole."""
LEAD_IN = 70
"""A paragraph's first line no longer than this stands above each of its pieces."""
SENTENCE = re.compile(r"[^。；！？]*[。；！？]?")
GOES_ON = "…"


@dataclass(frozen=True)
class Chunk:
    """A piece of an article, section, preamble or annex, and where it stands."""

    unit: str
    number: int
    inserted: int
    chapter: str
    text: str

    def as_json(self) -> dict[str, object]:
        """What is kept in the index."""
        return asdict(self)


def cut(text: str) -> Iterator[str]:
    """Pieces of at most LONGEST characters; … ends one after which its paragraph goes on."""
    paragraphs = [one.strip() for one in text.split("\n\n") if one.strip()]
    if len(text) <= LONGEST:
        yield "\n".join(paragraphs)
        return
    for paragraph in paragraphs:
        pieces = list(_cut_paragraph(paragraph))
        yield from (piece + GOES_ON for piece in pieces[:-1])
        yield from pieces[-1:]


def _cut_paragraph(paragraph: str) -> Iterator[str]:
    if len(paragraph) <= LONGEST:
        yield paragraph
        return
    first, *items = paragraph.split("\n")
    if items and len(first) <= LEAD_IN:
        room = LONGEST - len(first) - 1
        yield from (f"{first}\n{packed}" for packed in _packed(_short(items, room), "\n", room))
        return
    yield from _packed(_short(paragraph.split("\n"), LONGEST), "\n", LONGEST)


def _short(lines: Iterable[str], room: int) -> Iterator[str]:
    """The lines, those that are too long by sentences, and a sentence that is too long cut hard."""
    for line in lines:
        if len(line) <= room:
            yield line
            continue
        sentences = [one for one in SENTENCE.findall(line) if one]
        parts = [one[at : at + room] for one in sentences for at in range(0, len(one), room)]
        yield from _packed(parts, "", room)


def _packed(parts: Iterable[str], between: str, room: int) -> Iterator[str]:
    """Neighbours put together as long as there is room."""
    held = ""
    for part in parts:
        if held and len(held) + len(between) + len(part) > room:
            yield held
            held = part
        else:
            held = f"{held}{between}{part}" if held else part
    if held:
        yield held
