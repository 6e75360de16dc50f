"""Fitting the choice among articles on the documents that are imported and that cards cite.

A phrasing of a card must find an article that the card cites among those of the same documents, and
none in other documents; sentences off the topic must find none. Some of the other documents do
answer it too: the probabilities so are on the safe side.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from bot.answers.cards import Knowledge, KnowledgeError
from bot.answers.embeddings import Progress, Vectors, likeness
from bot.answers.passages.choice import FITS, LEAD, Choice
from bot.answers.passages.evidence import OF_A_PASSAGE, Evidence, weigh
from bot.answers.passages.index import PassageIndex
from bot.answers.passages.manifest import Version
from bot.answers.passages.quoting import rarity_in
from bot.answers.retrieval import Matrix

ELSEWHERE, OFF_TOPIC = 0.5, 4.0
"""Weights of a question put to other documents, and of a sentence that is not ours."""


@dataclass(frozen=True)
class Example:
    """A question's evidence, and which of the candidates are right: none, if it has no answer."""

    of_passages: Matrix
    of_question: Matrix
    right: NDArray[np.bool_]
    weight: float


def calibrate(
    knowledge: Knowledge,
    vectors: Vectors,
    off_topic: Sequence[str],
    off_topic_vectors: Vectors,
    index: PassageIndex,
    key_of: Callable[[Version], str | None],
    today: date,
    progress: Progress,
) -> Choice:
    """Fit the model; ``key_of`` names a version as documents.yaml does. About two minutes."""
    rarity = rarity_in(list(knowledge.cards.values()))
    examples: list[Example] = []
    asked = [(said, card) for card in knowledge.cards.values() for said in card.asked]
    total = len(asked) + len(off_topic)

    def evidence(question: str, vector: Vectors, others: Vectors) -> Evidence:
        found = index.candidates(question, vector, lambda version: version.holds_on(today))
        return weigh(question, found, float(likeness(others, vector).max()), rarity)

    for n, ((said, card), vector) in enumerate(zip(asked, vectors, strict=True), 1):
        progress(n, total)
        if card.holds_on(today):
            cited = {(one.document, one.article) for one in card.citations if one.article}
            found = evidence(said, vector, off_topic_vectors)
            names = [(key_of(one.version), one.chunk.number) for one in found.candidates]
            examples += _of_card(found, np.array([name in cited for name in names], bool))
    for n, (said, vector) in enumerate(zip(off_topic, off_topic_vectors, strict=True)):
        progress(len(asked) + n + 1, total)
        found = evidence(said, vector, np.delete(off_topic_vectors, n, axis=0))
        if found.candidates:
            none = np.zeros(len(found.candidates), bool)
            examples.append(Example(found.of_passages, found.of_question, none, OFF_TOPIC))
    if not any(one.right.any() for one in examples):
        raise KnowledgeError(file="passages.json", reason="no document that cards cite is imported")
    return _fit(examples)


def _of_card(found: Evidence, right: NDArray[np.bool_]) -> Iterator[Example]:
    """The question put to the documents that answer it, and to those that are not said to."""
    answering = {one.version for one, ok in zip(found.candidates, right, strict=True) if ok}
    inside = np.array([one.version in answering for one in found.candidates], bool)
    for some, weight in ((inside, 1.0), (~inside, ELSEWHERE)):
        if some.any():
            rows = found.of_passages[some]
            question = found.of_question.copy()
            question[[0, 2, 3]] = rows[:, :3].max(axis=0)  # likeness, words, pairs
            yield Example(rows, question, right[some], weight)


def _fit(examples: Sequence[Example]) -> Choice:
    sizes = [len(one.right) for one in examples]
    starts = np.cumsum([0, *sizes])[:-1]
    owner = np.repeat(np.arange(len(examples)), sizes)
    rows = np.vstack([one.of_passages for one in examples])
    questions = np.vstack([one.of_question for one in examples])
    right = np.concatenate([one.right for one in examples])
    answered = np.array([one.right.any() for one in examples])
    weights = np.array([one.weight for one in examples])
    width = len(OF_A_PASSAGE)

    def loss(parameters: Matrix) -> tuple[float, Matrix]:
        scores = rows @ parameters[:width]
        none = questions @ parameters[width:-1] + parameters[-1]
        top = np.maximum(np.maximum.reduceat(scores, starts), none)
        odds, none_odds = np.exp(scores - top[owner]), np.exp(none - top)
        total = np.add.reduceat(odds, starts) + none_odds
        of_right = np.add.reduceat(odds * right, starts)
        good = np.where(answered, of_right, none_odds)
        cost = -(weights * np.log(good / total + 1e-300)).sum()
        wanted = odds * right / np.where(answered, of_right, 1.0)[owner]
        error = weights[owner] * (odds / total[owner] - wanted)
        none_error = weights * (none_odds / total - ~answered)
        gradient = np.concatenate([rows.T @ error, questions.T @ none_error, [none_error.sum()]])
        penalty = 0.1 * parameters
        return float(cost + 0.5 * penalty @ parameters), gradient + penalty

    size = width + questions.shape[1] + 1
    found = minimize(loss, np.zeros(size), jac=True, method="L-BFGS-B").x
    return Choice(
        of_passages=tuple(found[:width].tolist()),
        of_question=tuple(found[width:-1].tolist()),
        none=float(found[-1]),
        fits=FITS,
        lead=LEAD,
    )
