"""Finding the card that a question asks for, with the evidence for and against it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bot.answers.bm25 import Bm25
from bot.answers.cards import Card
from bot.answers.embeddings import Progress, Vectors, embed, embed_all
from bot.answers.words import grams, key_terms, plain, words

CANDIDATES = 12
NEGATION = re.compile(r"不(?!同|少于|低于|超过|足|满|限|动产|定期)|没|未(?!成年)|无(?!党派)|别|拒")
FEATURES = (
    "embedding",
    "words",
    "grams",
    "lead_embedding",
    "lead_words",
    "lead_grams",
    "terms_missing",
    "terms_differ",
    "negation_differs",
)
"""What speaks for a card. ``lead_…`` is the distance to the best other card, negative if behind."""


@dataclass(frozen=True)
class Candidate:
    """A card and the evidence for it, in the order of FEATURES."""

    card: int
    features: NDArray[np.float64]


class Index:
    """All phrasings of all cards, in three views."""

    def __init__(
        self, cards: Sequence[Card], cache: Path, progress: Progress | None = None
    ) -> None:
        self.cards = list(cards)
        self.phrasings = [said for card in self.cards for said in card.asked]
        sizes = [len(card.asked) for card in self.cards]
        self.owner = np.repeat(np.arange(len(self.cards)), sizes)
        self._starts = np.concatenate([[0], np.cumsum(sizes)[:-1]]) if sizes else np.array([], int)
        self.vectors = embed_all([plain(said) for said in self.phrasings], cache, progress)
        self._words = Bm25(self.phrasings, words)
        self._grams = Bm25(self.phrasings, grams)
        self._terms = [
            key_terms("\n".join([*card.asked, card.answer, *card.steps])) for card in self.cards
        ]
        self._asked_terms = [key_terms("\n".join(card.asked)) for card in self.cards]
        self._negated = [
            sum(bool(NEGATION.search(said)) for said in card.asked) / len(card.asked)
            for card in self.cards
        ]

    def views(self, question: str, vector: Vectors | None = None) -> NDArray[np.float64]:
        """Similarity to every phrasing: one row each for embeddings, words and n-grams."""
        vector = embed(plain(question)) if vector is None else vector
        return np.stack(
            [
                (self.vectors @ vector).astype(np.float64),
                self._words.scores(question).astype(np.float64),
                self._grams.scores(question).astype(np.float64),
            ]
        )

    def candidates(self, question: str, views: NDArray[np.float64]) -> list[Candidate]:
        """The cards that stand out in any view, with the evidence for each."""
        if not self.cards:
            return []
        best = np.maximum.reduceat(views, self._starts, axis=1)
        picked: dict[int, None] = {}
        for view in best:
            picked |= dict.fromkeys(np.argsort(-view)[:CANDIDATES].tolist())
        asked = key_terms(question)
        negated = bool(NEGATION.search(plain(question)))
        top = np.sort(best, axis=1)[:, -2:] if len(self.cards) > 1 else np.repeat(best, 2, axis=1)
        found = []
        for card in picked:
            own = best[:, card]
            other = np.where(own >= top[:, 1], top[:, 0], top[:, 1])
            missing = len(asked - self._terms[card]) / max(len(asked), 1)
            differ = len(asked - self._asked_terms[card]) / max(len(asked), 1)
            negation = abs(float(negated) - self._negated[card])
            evidence = [*own, *(own - other), missing, differ, negation]
            found.append(Candidate(card, np.array(evidence)))
        return found
