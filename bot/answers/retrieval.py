"""Finding the cards that a question may ask for, with the evidence for and against each."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.answers.asked_for import KINDS, kinds
from bot.answers.bm25 import Bm25
from bot.answers.cards import Card
from bot.answers.embeddings import Vectors, embed, likeness
from bot.answers.words import grams, key_terms, plain, words

Matrix = NDArray[np.float64]

CANDIDATES = 10
NEGATION = re.compile(r"不(?!同|少于|低于|超过|足|满|限|动产|定期)|没|未(?!成年)|无(?!党派)|别|拒")
OF_A_CARD = (
    "closest",  # likeness of the closest phrasing, by embeddings
    "close",  # mean likeness of the three closest phrasings
    "phrasing_words",  # BM25 of the best phrasing, by words
    "phrasing_grams",
    "card_words",  # BM25 of the whole card: all phrasings and the answer
    "card_grams",
    "terms_missing",  # share of the question's terms that the card never names
    "terms_not_asked",  # … that none of its phrasings names
    "negation_differs",
    "kind_differs",  # share of its phrasings that do not ask for this kind of thing
)
"""The evidence for a card."""
OF_A_QUESTION = ("closest", "off_topic", "card_words", "card_grams", "terms")
"""The evidence that any card fits: the best of each view, the closest sentence off the topic."""


@dataclass(frozen=True)
class Evidence:
    """The cards that stand out in any view, a row of OF_A_CARD for each; and OF_A_QUESTION."""

    cards: list[int]
    of_cards: Matrix
    of_question: Matrix


class Index:
    """All phrasings of some cards, in several views."""

    def __init__(self, cards: Sequence[Card], vectors: Vectors, off_topic: Vectors) -> None:
        """Take the embeddings of all phrasings, card by card, and of sentences off the topic."""
        self.cards = list(cards)
        sizes = [len(card.asked) for card in self.cards]
        phrasings = [said for card in self.cards for said in card.asked]
        self._places = _places(sizes)
        self._vectors = vectors
        self._off_topic = off_topic
        self._by_words, self._by_grams = Bm25(phrasings, words), Bm25(phrasings, grams)
        whole = ["\n".join([*card.asked, card.answer, *card.steps]) for card in self.cards]
        self._whole_words, self._whole_grams = Bm25(whole, words), Bm25(whole, grams)
        self._terms = [key_terms(text) for text in whole]
        self._asked_terms = [key_terms("\n".join(card.asked)) for card in self.cards]
        self._negated = [_share(map(is_negated, card.asked)) for card in self.cards]
        self._kinds = [_shares_of_kinds(card) for card in self.cards]

    def evidence(
        self,
        question: str,
        vector: Vectors | None = None,
        allowed: NDArray[np.bool_] | None = None,
    ) -> Evidence:
        """What speaks for the cards that stand out in any view.

        ``vector`` is the question's embedding, if it is known; ``allowed`` says for each card
        whether it may be found, all if not given.
        """
        may = np.ones(len(self.cards), bool) if allowed is None else allowed
        if not may.any():
            return Evidence([], np.zeros((0, len(OF_A_CARD))), np.zeros(len(OF_A_QUESTION)))
        vector = embed(plain(question)) if vector is None else vector
        nearest = self._nearest(likeness(self._vectors, vector), 3)
        views = np.stack(
            [
                nearest[:, -1],
                nearest.mean(axis=1),
                self._nearest(self._by_words.scores(question), 1)[:, 0],
                self._nearest(self._by_grams.scores(question), 1)[:, 0],
                self._whole_words.scores(question),
                self._whole_grams.scores(question),
            ],
            axis=1,
        ).astype(np.float64)
        views[~may] = -1.0
        best = np.argsort(-views, axis=0)[: min(CANDIDATES, int(may.sum()))]
        picked: list[int] = np.unique(best).tolist()
        asked, wanted, negated = key_terms(question), kinds(question), is_negated(question)
        rest = [
            [
                len(asked - self._terms[card]) / max(len(asked), 1),
                len(asked - self._asked_terms[card]) / max(len(asked), 1),
                abs(negated - self._negated[card]),
                1 - max((self._kinds[card][kind] for kind in wanted), default=0.5),
            ]
            for card in picked
        ]
        off_topic = likeness(self._off_topic, vector).max(initial=0.0)
        top = views.max(axis=0)
        return Evidence(
            picked,
            np.hstack([views[picked], np.array(rest)]),
            np.array([top[0], off_topic, top[4], top[5], min(len(asked), 3)]),
        )

    def _nearest(self, scores: NDArray[np.float32], count: int) -> NDArray[np.float32]:
        """The best ``count`` scores of each card's phrasings, in rising order."""
        padded = np.append(scores, np.float32(-1))[self._places]
        return np.sort(np.partition(padded, -count, axis=1)[:, -count:], axis=1)


def is_negated(question: str) -> bool:
    """Whether a question says not, without or never (不足 or 不同 are no negation)."""
    return bool(NEGATION.search(plain(question)))


def _shares_of_kinds(card: Card) -> dict[str, float]:
    """For each kind of thing, the share of the card's phrasings that ask for it."""
    wanted = [kinds(said) for said in card.asked]
    return {kind: _share(kind in one for one in wanted) for kind in KINDS}


def _share(hits: Iterable[bool]) -> float:
    counted = list(hits)
    return sum(counted) / len(counted)


def _places(sizes: Sequence[int]) -> NDArray[np.int64]:
    """For each card the places of its phrasings, filled up with -1 to the same length."""
    places = np.full((len(sizes), max([3, *sizes])), -1)
    first = 0
    for row, size in enumerate(sizes):
        places[row, :size] = np.arange(first, first + size)
        first += size
    return places
