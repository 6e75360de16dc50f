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
from bot.answers.space import Space
from bot.answers.words import grams, key_terms, other_terms, plain, words

Matrix = NDArray[np.float64]

CANDIDATES = 10
NEGATION = re.compile(r"不(?!同|少于|低于|超过|足|满|限|动产|定期)|没|未(?!成年)|无(?!党派)|别|拒")
VIEWS = (
    "closest_apart",  # the closest phrasing, in the space that tells cards apart
    "close_apart",  # the three closest, there
    "middle_apart",  # the middle of all phrasings, there
    "phrasing_words",  # BM25 of the best phrasing, by words
    "phrasings_words",  # of the three best
    "card_words",  # BM25 of the whole card: all phrasings and the answer
    "card_grams",  # the same by characters
    "answer",  # likeness of the answer itself
)
"""Scores that every card gets."""
OF_A_CARD = (
    *VIEWS,
    "close",  # mean likeness of the three closest phrasings, by the plain embeddings
    "terms_missing",  # share of the question's terms that the card never names
    "other_field",  # whether the question names a term of another field that the card does not
    "negation_differs",
    "kind_differs",  # share of its phrasings that do not ask for this kind of thing
)
"""The evidence for a card."""
OF_A_QUESTION = (
    "close_apart",  # the best of all cards
    "card_words",
    "card_grams",
    "terms",  # how many terms of Party affairs it names
    "off_topic",  # likeness of the three closest sentences that are not ours
    "off_topic_apart",  # the same in the space that tells cards apart
    "ours",  # on which side of the plane between ours and not ours
)
"""The evidence that any card fits."""


@dataclass(frozen=True)
class Evidence:
    """The cards that stand out in any view, a row of OF_A_CARD for each; and OF_A_QUESTION."""

    cards: list[int]
    of_cards: Matrix
    of_question: Matrix


@dataclass(frozen=True)
class Embedded:
    """The embeddings of all phrasings card by card, of all answers, and of what is not ours."""

    phrasings: Vectors
    answers: Vectors
    off_topic: Vectors


class Index:
    """All phrasings of some cards, in several views."""

    def __init__(self, cards: Sequence[Card], embedded: Embedded) -> None:
        """Fit the space and count the words."""
        self.cards = list(cards)
        sizes = [len(card.asked) for card in self.cards]
        phrasings = [said for card in self.cards for said in card.asked]
        owner = np.repeat(np.arange(len(sizes)), sizes)
        self._space = Space(embedded.phrasings, owner)
        self._places = _places(sizes)
        # Half as long numbers: they are read for the candidates only.
        self._plain = self._space.centred(embedded.phrasings).astype(np.float16)
        self._apart = self._space.of(embedded.phrasings)
        self._middles = _middles(self._apart, owner)
        answers = embedded.answers - embedded.answers.mean(axis=0)
        self._answers = answers / np.linalg.norm(answers, axis=1, keepdims=True)
        self._off_topic = self._space.centred(embedded.off_topic)
        self._off_topic_apart = self._space.of(embedded.off_topic)
        self._plane = _plane(self._apart, self._off_topic_apart)
        self._phrasing_words = Bm25(phrasings, words)
        whole = ["\n".join([*card.asked, card.answer, *card.steps]) for card in self.cards]
        self._whole_words, self._whole_grams = Bm25(whole, words), Bm25(whole, grams)
        self._terms = [key_terms(text) for text in whole]
        self._other_terms = [other_terms(text) for text in whole]
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
        centred, apart = self._space.centred(vector[None])[0], self._space.of(vector[None])[0]
        views = self._views(question, apart, likeness(self._answers, centred))
        views[~may] = -1.0
        best = np.argsort(-views, axis=0)[: min(CANDIDATES, int(may.sum()))]
        picked: list[int] = np.unique(best).tolist()
        asked, wanted, negated = key_terms(question), kinds(question), is_negated(question)
        others = other_terms(question)
        close = self._close(picked, centred)
        rest = [
            [
                close[n],
                len(asked - self._terms[card]) / max(len(asked), 1),
                float(bool(others - self._other_terms[card])),
                abs(negated - self._negated[card]),
                1 - max((self._kinds[card][kind] for kind in wanted), default=0.5),
            ]
            for n, card in enumerate(picked)
        ]
        top = dict(zip(VIEWS, views.max(axis=0).tolist(), strict=True))
        of_question = [
            top["close_apart"],
            top["card_words"],
            top["card_grams"],
            min(len(asked), 3),
            _mean_of_best(likeness(self._off_topic, centred)),
            _mean_of_best(likeness(self._off_topic_apart, apart)),
            float(np.einsum("i,i->", self._plane, apart)),
        ]
        return Evidence(picked, np.hstack([views[picked], np.array(rest)]), np.array(of_question))

    def _close(self, picked: Sequence[int], centred: Vectors) -> list[float]:
        """The mean likeness of the three closest phrasings of each of these cards."""
        places = [self._places[card][self._places[card] >= 0] for card in picked]
        rows = self._plain[np.concatenate(places)].astype(np.float32)
        scores = likeness(rows, centred)
        ends = np.cumsum([len(place) for place in places])[:-1]
        return [_mean_of_best(part) for part in np.split(scores, ends)]

    def _views(self, question: str, apart: Vectors, answers: Vectors) -> Matrix:
        """A row of VIEWS for every card."""
        there = self._nearest(likeness(self._apart, apart))
        by_words = self._nearest(self._phrasing_words.scores(question))
        columns = [
            there[:, -1],
            there.mean(axis=1),
            likeness(self._middles, apart),
            by_words[:, -1],
            by_words.mean(axis=1),
            self._whole_words.scores(question),
            self._whole_grams.scores(question),
            answers,
        ]
        return np.stack(columns, axis=1).astype(np.float64)

    def _nearest(self, scores: NDArray[np.float32]) -> NDArray[np.float32]:
        """The best three scores of each card's phrasings, in rising order."""
        padded = np.append(scores, np.float32(-1))[self._places]
        return np.sort(np.partition(padded, -3, axis=1)[:, -3:], axis=1)


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


def _mean_of_best(scores: Vectors) -> float:
    """The mean of the three highest scores; 0 if there are not so many."""
    return float(np.partition(scores, -3)[-3:].mean()) if len(scores) >= 3 else 0.0


def _middles(rows: Vectors, owner: NDArray[np.int64]) -> Vectors:
    """The direction of each card's phrasings together."""
    middles = np.zeros((int(owner.max()) + 1, rows.shape[1]), np.float32)
    np.add.at(middles, owner, rows)
    return np.asarray(middles / np.linalg.norm(middles, axis=1, keepdims=True), np.float32)


def _plane(ours: Vectors, others: Vectors) -> Vectors:
    """The direction that parts ours from others best (Fisher's discriminant)."""
    if len(others) < 2:
        return np.zeros(ours.shape[1], np.float32)
    apart = ours.mean(axis=0) - others.mean(axis=0)
    within = np.cov(np.vstack([ours - ours.mean(axis=0), others - others.mean(axis=0)]).T)
    within += 0.8 * np.var(ours) * np.eye(len(within))
    direction = np.linalg.solve(within, apart)
    return np.asarray(direction / np.linalg.norm(direction), dtype=np.float32)


def _places(sizes: Sequence[int]) -> NDArray[np.int64]:
    """For each card the places of its phrasings, filled up with -1 to the same length."""
    places = np.full((len(sizes), max([3, *sizes])), -1)
    first = 0
    for row, size in enumerate(sizes):
        places[row, :size] = np.arange(first, first + size)
        first += size
    return places
