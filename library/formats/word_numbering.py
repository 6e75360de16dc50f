"""The numbers that Word shows but does not write: 第%1条 in numbering.xml."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from library.numerals import chinese

CHINESE = {
    *("chineseCounting", "chineseCountingThousand", "taiwaneseCounting"),
    *("taiwaneseCountingThousand", "japaneseCounting", "ideographDigital"),
}
CIRCLED = {"decimalEnclosedCircle", "decimalEnclosedCircleChinese"}


class Level(NamedTuple):
    """How one level of a list is counted: its start, the form of its number, its text."""

    start: int
    form: str
    text: str
    arabic: bool = False
    """Whether the numbers of the levels above are shown here in Arabic digits."""


class Numbering:
    """Counts the numbered paragraphs of one document, in their order."""

    def __init__(self, numbering: Any = None, styles: Any = None) -> None:
        """Take the two parts of the document that say how to count; either may be missing."""
        self._levels: dict[str, dict[int, Level]] = {}
        self._lists: dict[str, tuple[str, dict[int, int]]] = {}
        self._styles: dict[str, tuple[str, int]] = {}
        self._counts: dict[str, dict[int, int]] = {}
        self._begun: set[str] = set()
        if numbering is not None:
            for one in numbering.iterchildren("{*}abstractNum"):
                self._levels[_attribute(one, "abstractNumId")] = dict(
                    map(_level, one.iter("{*}lvl"))
                )
            for one in numbering.iterchildren("{*}num"):
                restarts = {
                    int(_attribute(over, "ilvl") or 0): int(_value(over, "startOverride") or 1)
                    for over in one.iterchildren("{*}lvlOverride")
                    if over.find("{*}startOverride") is not None
                }
                number = _attribute(one, "numId")
                self._lists[number] = (_value(one, "abstractNumId"), restarts)
        if styles is not None:
            self._read_styles(styles)

    def label(self, paragraph: Any) -> str:
        """The number that Word shows before a paragraph, with a blank; or nothing."""
        properties = paragraph.find("{*}pPr")
        if properties is None:
            return ""
        number, depth = self._styles.get(_value(properties, "pStyle"), ("", 0))
        own = properties.find("{*}numPr")
        if own is not None:
            number = _value(own, "numId") or number
            depth = int(_value(own, "ilvl") or depth)
        listed, restarts = self._lists.get(number, ("", {}))
        levels = self._levels.get(listed, {})
        if depth not in levels:
            return ""
        counts = self._counts.setdefault(listed, {})
        if number not in self._begun:
            self._begun.add(number)
            counts.update({level: start - 1 for level, start in restarts.items()})
        counts[depth] = counts.get(depth, levels[depth].start - 1) + 1
        for deeper in [level for level in counts if level > depth]:
            del counts[deeper]
        arabic = levels[depth].arabic
        text = re.sub(
            r"%(\d)", lambda found: _shown(levels, counts, found, arabic), levels[depth].text
        )
        return f"{text} " if text else ""

    def _read_styles(self, styles: Any) -> None:
        based: dict[str, str] = {}
        for style in styles.iterchildren("{*}style"):
            name = _attribute(style, "styleId")
            based[name] = _value(style, "basedOn")
            number = style.find("{*}pPr/{*}numPr")
            if number is not None and _value(number, "numId"):
                self._styles[name] = (_value(number, "numId"), int(_value(number, "ilvl") or 0))
        for name in based:
            above, steps = name, 0
            while above and above not in self._styles and steps < 20:
                above, steps = based.get(above, ""), steps + 1
            if above in self._styles:
                self._styles[name] = self._styles[above]


def _shown(
    levels: dict[int, Level], counts: dict[int, int], found: re.Match[str], arabic: bool
) -> str:
    depth = int(found[1]) - 1
    level = levels.get(depth, Level(1, "decimal", ""))
    return _written(counts.get(depth, level.start), "decimal" if arabic else level.form)


def _written(count: int, form: str) -> str:
    if form in CHINESE and 0 < count < 10_000:
        return chinese(count)
    if form in CIRCLED and 0 < count <= 20:
        return chr(ord("①") + count - 1)
    if form in {"lowerLetter", "upperLetter"} and 0 < count <= 26:
        return chr(ord("a" if form == "lowerLetter" else "A") + count - 1)
    return str(count)


def _level(element: Any) -> tuple[int, Level]:
    form = _value(element, "numFmt") or "decimal"
    text = "" if form in {"bullet", "none"} else _value(element, "lvlText")
    arabic = element.find("{*}isLgl") is not None
    level = Level(int(_value(element, "start") or 1), form, text, arabic)
    return int(_attribute(element, "ilvl") or 0), level


def _value(parent: Any, name: str) -> str:
    child = parent.find("{*}" + name)
    return "" if child is None else _attribute(child, "val")


def _attribute(element: Any, name: str) -> str:
    """An attribute whatever namespace its prefix stands for."""
    return next((str(v) for key, v in element.attrib.items() if key.split("}")[-1] == name), "")
