"""Markdown: as much of it as a document uses."""

from __future__ import annotations

import re

from library.encoding import decode

FRONT_MATTER = re.compile(r"\A---\r?\n.*?\n---\r?\n", re.DOTALL)
COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
LINE_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
BEFORE = re.compile(r"^\s*(?:>\s*)*(?:#{1,6}\s+|[-*+]\s+)?")
RULE = re.compile(r"[-=*_\s:|]+|```.*")
LINK = re.compile(r"!?\[([^\]\[]*)\]\([^)(]*\)")
EMPHASIS = re.compile(r"\*\*|__|~~|`|(?<![*\\])\*(?!\*)")
ESCAPE = re.compile(r"\\([\\`*_{}\[\]()#+.!|-])")


def lines(data: bytes) -> list[str]:
    """The lines without marks; the rows of a table, without the rule below its head."""
    text = COMMENT.sub("", FRONT_MATTER.sub("", decode(data)))
    found = []
    for raw in LINE_BREAK.sub("\n", text).splitlines():
        line = BEFORE.sub("", raw).strip()
        if RULE.fullmatch(line):
            continue
        if line.startswith("|"):
            line = " | ".join(cell.strip() for cell in line.strip("|").split("|"))
        found.append(ESCAPE.sub(r"\1", EMPHASIS.sub("", LINK.sub(r"\1", line))))
    return found
