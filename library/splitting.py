"""From lines to a document: its heading, its chapters and its articles or sections.

An article is kept as its paragraphs (款); items （一） and the rows of tables are lines of the
paragraph that they belong to.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from library import marks
from library.heading import Heading, find_heading, is_signature, is_title
from library.marks import Division, Mark

ANNEX = re.compile(
    r"(?:附件|附表|附录) ?[零一二三四五六七八九十\d]{0,3} ?(?:[：:].*|[^，。；]{0,40})|附[：:].*"
)
BEFORE = re.compile(r"(?<=[，。；：、（《“]) (?!\|)")
AFTER = re.compile(r"(?<!\|) (?=[，。；：、）》”])")
LONGEST_GAP = 50
"""A greater jump in the numbers is no gap: the line only speaks of that article."""

Found = list[tuple[int, Mark]]
"""Lines, by their place, and the mark that each begins with."""


@dataclass(frozen=True)
class Part:
    """One article, one section, the words before the first of them, or an annex."""

    unit: str
    """article, section, preamble or annex"""
    number: int
    inserted: int
    """1 for 第十条之一, else 0."""
    chapter: str
    """The headings above it: 第一编 通用规则 / 第二章 会议."""
    paragraphs: tuple[str, ...]

    @property
    def text(self) -> str:
        """The paragraphs, parted by empty lines."""
        return "\n\n".join(self.paragraphs)


@dataclass(frozen=True)
class Document:
    """What a text holds."""

    heading: Heading
    parts: tuple[Part, ...]
    gaps: tuple[int, ...]
    """Numbers that are missing before the last article."""

    @property
    def articles(self) -> tuple[Part, ...]:
        """The numbered parts: no preamble, no annex."""
        return tuple(part for part in self.parts if part.unit in {"article", "section"})


def split(given: Sequence[str]) -> Document:
    """Split a document. One that has neither 第一条 nor 一、 gets no parts."""
    lines = [tidy(line) for line in given if not re.fullmatch(r"目 ?[录次]", line)]
    unit, find, chosen, gaps = "article", marks.article, *_chain(lines, marks.article)
    if not chosen or (chosen[0][1].number != 1 and _chain(lines, marks.section)[0]):
        unit, find, chosen, gaps = "section", marks.section, *_chain(lines, marks.section)
    if not chosen:
        return Document(find_heading(lines, [], []), (), ())
    begins = dict(chosen)
    end = _end(lines, chosen, find)
    divisions = _divisions(lines[:end], begins)
    top = min([chosen[0][0], *divisions])
    bottom = end
    while bottom - 1 > chosen[-1][0] and is_signature(lines[bottom - 1]):
        bottom -= 1
    heading = find_heading(lines[:top], lines[top:bottom] + lines[end:], lines[bottom:end])
    parts = [
        *_preamble(lines[:top]),
        *_body(lines[:bottom], top, unit, begins, divisions),
        *_annexes(lines[end:]),
    ]
    return Document(heading, tuple(parts), tuple(gaps))


def tidy(line: str) -> str:
    """The line without blanks beside Chinese punctuation; cells of a table stay parted."""
    return AFTER.sub("", BEFORE.sub("", line)).strip()


def _chain(lines: Sequence[str], find: Callable[[str], Mark | None]) -> tuple[Found, list[int]]:
    """The lines that begin an article each, in the order of their numbers; and what is missing.

    A line that speaks of an article (第三条规定的情形) begins like one. It is told apart by its
    number, which is out of turn.
    """
    runs = _runs(lines, find)
    if not runs:
        return [], []
    chosen, gaps = _in_turn(runs[0])
    for run in runs[1:]:
        between = lines[chosen[-1][0] : run[0][0]] if chosen else []
        if find is marks.article or not any(map(marks.division, between)):
            break  # what begins again at 1 is an annex, unless a new chapter has begun
        further, missing = _in_turn(run)
        chosen += further
        gaps += missing
    enough = len(chosen) > 1 or (find is marks.article and chosen and chosen[0][1].number == 1)
    return (chosen, gaps) if enough else ([], [])


def _runs(lines: Sequence[str], find: Callable[[str], Mark | None]) -> list[Found]:
    """What may begin an article, a new run from every number 1 on, without the contents list."""
    runs: list[Found] = [[]]
    for at, line in enumerate(lines):
        mark = find(line)
        if mark is None:
            continue
        if mark.number == 1 and not mark.inserted and runs[-1]:
            runs.append([])
        runs[-1].append((at, mark))
    first = 0
    while first + 1 < len(runs) and len(runs[first]) <= len(runs[first + 1]):
        listed = [lines[at] for at, _ in runs[first]]
        if any(map(marks.ENDED.search, listed)):
            break
        if find is not marks.article and not any(map(marks.LEADER.search, listed)):
            break
        first += 1
    return [run for run in runs[first:] if run]


def _in_turn(run: Found) -> tuple[Found, list[int]]:
    comes_last = {mark.number: at for at, mark in run if not mark.inserted}
    chosen: Found = []
    gaps: list[int] = []
    number = inserted = 0
    for at, mark in run:
        missing = range(number + 1, mark.number)
        if mark.inserted:
            in_turn = (mark.number, mark.inserted) == (number, inserted + 1)
        elif not missing:
            in_turn = mark.number == number + 1
        else:
            in_turn = mark.apart and len(missing) <= LONGEST_GAP
            in_turn = in_turn and not any(comes_last.get(one, -1) > at for one in missing)
        if in_turn:
            gaps += missing
            chosen.append((at, mark))
            number, inserted = mark.number, mark.inserted
    return chosen, gaps


def _end(lines: Sequence[str], chosen: Found, find: Callable[[str], Mark | None]) -> int:
    """Where the annexes begin: at 附件, or where the numbers begin again at 1."""
    last = chosen[-1][0]
    for at in range(last + 1, len(lines)):
        if ANNEX.fullmatch(lines[at]):
            return at
        mark = find(lines[at])
        if mark and mark.number == 1 and not mark.inserted:
            while at - 1 > last and len(lines[at - 1]) <= 40 and "。" not in lines[at - 1]:
                at -= 1  # noqa: PLW2901 - the headings of the annex belong to it
            return at
    return len(lines)


def _divisions(lines: Sequence[str], begins: dict[int, Mark]) -> dict[int, Division]:
    """The headings, by their place: without those of the contents list."""
    found: dict[int, Division] = {}
    for at, line in enumerate(lines):
        one = marks.division(line) if at not in begins else None
        above = found.get(at - 1)
        if above and " " not in above.title and above.number and not (one and one.number):
            if at not in begins and len(line) <= 40 and not marks.PUNCTUATION.search(line):
                title = f"{above.title} {line.replace(' ', '')}"
                found[at - 1] = Division(above.rank, above.number, title)
                found[at] = found.pop(at - 1)
        elif one:
            found[at] = one
    if not any(one.number for one in found.values()):
        bare = [at for at in (start - 1 for start in begins) if _is_bare_heading(lines, at)]
        found |= {at: Division(1, 0, lines[at]) for at in bare if len(bare) > 1}
    again = {one.title: at for at, one in found.items()}
    return {at: one for at, one in found.items() if at > min(begins) or again[one.title] == at}


def _is_bare_heading(lines: Sequence[str], at: int) -> bool:
    """Whether a heading without a number stands here, such as 党费使用, just above an article."""
    if at < 1 or not lines[at - 1].endswith("。") or len(lines[at]) > 20:
        return False
    line = lines[at]
    marked = marks.PUNCTUATION.search(line) or marks.is_item(line) or is_title(line)
    return not marked and not is_signature(line)


def _body(
    lines: Sequence[str],
    top: int,
    unit: str,
    begins: dict[int, Mark],
    divisions: dict[int, Division],
) -> Iterator[Part]:
    path: dict[int, str] = {}
    mark: Mark | None = None
    gathered: list[str] = []

    def part() -> Iterator[Part]:
        chapter = " / ".join(path[rank] for rank in sorted(path))
        paragraphs = _paragraphs(gathered)
        if mark is not None:
            yield Part(unit, mark.number, mark.inserted, chapter, paragraphs)
        elif paragraphs:
            yield Part("preamble", 0, 0, chapter, paragraphs)

    for at in range(top, len(lines)):
        division = divisions.get(at)
        if division is None and at not in begins:
            gathered.append(lines[at])
            continue
        yield from part()
        mark, gathered = begins.get(at), [mark.rest] if (mark := begins.get(at)) else []
        if division:
            path = {rank: name for rank, name in path.items() if rank < division.rank}
            path[division.rank] = division.title
    yield from part()


def _paragraphs(lines: Sequence[str]) -> tuple[str, ...]:
    """The paragraphs of an article, each with the items and rows that follow it."""
    found: list[list[str]] = []
    for line in lines:
        if found and marks.is_item(line):
            found[-1].append(line)
        elif line:
            found.append([line])
    return tuple("\n".join(paragraph) for paragraph in found)


def _preamble(head: Sequence[str]) -> Iterator[Part]:
    """The sentences before the first chapter, if there are any."""
    said = [line for line in head if marks.ENDED.search(line) and not line.isascii()]
    said = [line for line in said if not is_title(line) and not is_signature(line)]
    if said:
        yield Part("preamble", 0, 0, "", _paragraphs(said))


def _annexes(lines: Sequence[str]) -> Iterator[Part]:
    """Each annex as a whole, under its first line."""
    starts = [at for at, line in enumerate(lines) if at == 0 or ANNEX.fullmatch(line)]
    for number, start in enumerate(starts, 1):
        end = starts[number] if number < len(starts) else len(lines)
        title = lines[start][:200]
        yield Part("annex", number, 0, title, _paragraphs(lines[start + 1 : end]) or (title,))
