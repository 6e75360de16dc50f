"""The marks that divide a document: 第一章, 第二条, 第十条之一, 一、, （一）."""

from __future__ import annotations

import re
from typing import NamedTuple

from library.numerals import NUMERAL, number_of

ARTICLE = re.compile(rf"第 ?({NUMERAL}) ?条(?: ?之 ?({NUMERAL}))?(.*)", re.DOTALL)
SECTION = re.compile(rf"({NUMERAL}) ?、(.*)", re.DOTALL)
DIVISION = re.compile(rf"第 ?({NUMERAL}) ?(编|篇|部分|阶段|章|节)(.*)", re.DOTALL)
UNNUMBERED = {"总则", "总纲", "分则", "附则", "序言", "前言", "引言", "导言", "绪言", "总论"}
ITEM = re.compile(rf"[（(] ?{NUMERAL} ?[）)]|\d{{1,2}} ?[.．、）)]|[①-⑳]|[a-zA-Z][.)]|——")
ROW = " | "
"""Between the cells of a table."""

ENDED = re.compile(r"[。；：！？….!?;:]['’”』」）)]*$")
PUNCTUATION = re.compile(r"[。，；：！？、,;!?]")
LEADER = re.compile(r"[\s.…·．‥⋯_-]+\d+$|[.…·．‥⋯]{3,}$")
"""What leads to the page number in a table of contents."""
REFERENCE = re.compile(
    rf"(?:规定|所[列称指述规]|的|和|或|及|以[及外上下]|至|、|，|之规定|第 ?{NUMERAL} ?[款项条目])"
)
"""What follows 第三条 when a sentence speaks of it."""
OTHER_WORD = re.compile("[件例线路约理款]")
"""第一条件 is no article."""
RANKS = {"编": 0, "篇": 0, "部分": 0, "阶段": 0, "章": 1, "节": 2}


class Mark(NamedTuple):
    """An article or section begins: 第十条之一 has the number 10 and is the first inserted."""

    number: int
    inserted: int
    rest: str
    apart: bool
    """Whether a blank parts the mark from the text, as it does where an article begins."""


class Division(NamedTuple):
    """A heading of 编 (rank 0), 章 (1) or 节 (2)."""

    rank: int
    number: int
    title: str


def article(line: str) -> Mark | None:
    """The article that begins with this line, if one may."""
    found = ARTICLE.match(line)
    number = number_of(found[1]) if found else None
    inserted = number_of(found[2]) if found and found[2] else 0
    if not found or not number or inserted is None:
        return None
    rest = found[3]
    apart = not rest or not rest[0].isalnum()
    text = rest.lstrip(" ：:、.．")
    if REFERENCE.match(rest.lstrip()) or (not apart and OTHER_WORD.match(rest)):
        return None
    return Mark(number, inserted, text, apart)


def section(line: str) -> Mark | None:
    """The section 一、 that begins with this line, if one may."""
    found = SECTION.match(line)
    number = number_of(found[1]) if found and not found[1].isascii() else None
    return Mark(number, 0, found[2].strip(), apart=True) if found and number else None


def division(line: str) -> Division | None:
    """The heading that this line is, if it is one; the page number of a contents list is cut."""
    if len(line) > 150:
        return None
    bare = LEADER.sub("", line).strip()
    if (squeezed := bare.replace(" ", "")) in UNNUMBERED:
        return Division(1, 0, squeezed)
    found = DIVISION.match(bare)
    number = number_of(found[1]) if found else None
    if not found or not number or len(bare) > 60 or PUNCTUATION.search(found[3].replace("、", "")):
        return None
    if REFERENCE.match(found[3].lstrip()) or ENDED.search(bare):
        return None
    name = f"第{found[1]}{found[2]} {found[3].strip().replace(' ', '')}"
    return Division(RANKS[found[2]], number, name.strip())


def is_item(line: str) -> bool:
    """Whether the line belongs to the paragraph before it: （一）, 1., or a row of a table."""
    return bool(ITEM.match(line)) or ROW in line


def begins_a_paragraph(line: str) -> bool:
    """Whether a line of print begins something numbered."""
    return bool(ITEM.match(line) or article(line) or section(line) or division(line))
