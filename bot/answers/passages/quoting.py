"""The best article of the imported documents for a question, if one answers it surely enough."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from bot.answers.cards import Card
from bot.answers.embeddings import Vectors, embed, likeness
from bot.answers.passages import choice
from bot.answers.passages.evidence import Rarity, weigh
from bot.answers.passages.index import Candidate, PassageIndex
from bot.answers.passages.manifest import Version
from bot.answers.words import bare, plain
from texts import say

SOURCES = 3


@dataclass(frozen=True)
class Quote:
    """What a document says: the best first; others follow that say the same, word for word."""

    found: tuple[Candidate, ...]
    sure: float
    replaced: bool

    @property
    def text(self) -> str:
        """As a person reads it: where it is from, what it says, where it stands there."""
        first = self.found[0]
        lines = [say("bot.replaced")] if self.replaced else []
        lines += [
            say("bot.quoted", title=first.version.title),
            say("bot.quote", text=first.chunk.text),
            say("bot.source", sources="；".join(map(_where, self.found))),
        ]
        return "\n".join(lines)


class Quotes:
    """Quotes from the index in a folder; with nothing in it, none."""

    def __init__(self, folder: Path, cards: Sequence[Card], off_topic: Vectors) -> None:
        self._index = PassageIndex(folder)
        self._choice = choice.load()
        self._rarity = rarity_in(cards)
        self._off_topic = off_topic

    def quote(self, question: str, as_of: date, *, old: re.Pattern[str]) -> Quote | None:
        """The article in force on a day; of what has ended by then, where ``old`` is asked for."""
        if old.search(question):
            named = old.sub(" ", question)
            found = self._best(named, lambda version: version.is_over(as_of), replaced=True)
            if found:
                return found
        return self._best(question, lambda version: version.holds_on(as_of), replaced=False)

    def _best(
        self, question: str, allowed: Callable[[Version], bool], *, replaced: bool
    ) -> Quote | None:
        vector = embed(plain(question))
        candidates = self._index.candidates(question, vector, allowed)
        if not candidates:
            return None
        once, same = _without_copies(candidates)
        off_topic = float(likeness(self._off_topic, vector).max(initial=0.0))
        evidence = weigh(question, once, off_topic, self._rarity)
        best = self._choice.best(evidence)
        if best is None:
            return None
        place, sure = best
        chosen = evidence.candidates[place]
        return Quote((chosen, *same[bare(chosen.chunk.text)])[:SOURCES], sure, replaced)


def rarity_in(cards: Sequence[Card]) -> Rarity:
    """How rare words are in the cards: an organisation's few documents could not tell."""
    return Rarity(["\n".join([*card.asked, card.body]) for card in cards])


def _without_copies(
    candidates: Sequence[Candidate],
) -> tuple[list[Candidate], dict[str, list[Candidate]]]:
    """Each text once, of the newest version; and the others that have it, newest first."""
    by_text: dict[str, list[Candidate]] = {}
    for one in candidates:
        by_text.setdefault(bare(one.chunk.text), []).append(one)
    for copies in by_text.values():
        copies.sort(key=lambda one: one.version.effective, reverse=True)
    once = [copies[0] for copies in by_text.values()]
    return once, {text: copies[1:] for text, copies in by_text.items()}


def _where(found: Candidate) -> str:
    """《…》第3条（2024-04-01 起施行）."""
    chunk, version = found.chunk, found.version
    place = ""
    if chunk.unit in {"article", "section", "annex"}:
        place = say(f"bot.cite_{chunk.unit}", number=chunk.number)
        if chunk.inserted:
            place += say("bot.cite_inserted", number=chunk.inserted)
    return say(
        "bot.cite_quoted", title=version.title, place=place, effective=version.effective.isoformat()
    )
