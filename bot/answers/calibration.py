"""Fitting the confidence model by cross-validation.

In each of five folds, phrasings that the index has not seen must find their card, phrasings of
cards that it has not seen must find none, and nor must sentences off the topic.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize

from bot.answers.cards import Card
from bot.answers.confidence import Confidence, Thresholds
from bot.answers.retrieval import OF_A_CARD, Embedded, Evidence, Index, Matrix

FOLDS = 5
PENALTY = 1.0
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Example:
    """A question's evidence and the place of the right card in it, -1 if none is right."""

    evidence: Evidence
    right: int
    weight: float


def calibrate(
    cards: Sequence[Card],
    embedded: Embedded,
    off_topic: Sequence[str],
    thresholds: Thresholds,
    progress: Progress,
) -> Confidence:
    """Fit the model on all folds; about five minutes for 800 cards of twenty phrasings."""
    examples: list[Example] = []
    for fold in range(FOLDS):
        examples += _fold(fold, cards, embedded, off_topic, progress)
    return _fit(examples, thresholds)


def _fold(
    fold: int,
    cards: Sequence[Card],
    embedded: Embedded,
    off_topic: Sequence[str],
    progress: Progress,
) -> list[Example]:
    """Phrasing n of a card is held out in fold n % 5; the cards themselves take turns too."""
    kept_cards: list[Card] = []
    kept_rows: list[int] = []
    asked: list[tuple[str, int, str | None]] = []
    row = 0
    for number, card in enumerate(cards):
        absent = number % FOLDS == fold
        phrasings = []
        for n, said in enumerate(card.asked):
            if n and n % FOLDS == fold:
                asked.append((said, row, None if absent else card.id))
            elif not absent:
                phrasings.append(said)
                kept_rows.append(row)
            row += 1
        if not absent:
            kept_cards.append(
                card.model_copy(update={"question": phrasings[0], "phrasings": phrasings[1:]})
            )
    known = np.arange(len(off_topic)) % FOLDS != fold
    index = Index(
        kept_cards,
        Embedded(
            embedded.phrasings[kept_rows],
            embedded.answers[[n for n in range(len(cards)) if n % FOLDS != fold]],
            embedded.off_topic[known],
        ),
    )
    examples = []
    for n, (said, place, own) in enumerate(asked):
        progress(fold * len(asked) + n, FOLDS * len(asked))
        evidence = index.evidence(said, embedded.phrasings[place])
        ids = [index.cards[card].id for card in evidence.cards]
        if own is None:
            examples.append(Example(evidence, -1, 1.0))
        elif own in ids:
            examples.append(Example(evidence, ids.index(own), 1.0))
    for n in np.flatnonzero(~known).tolist():
        evidence = index.evidence(off_topic[n], embedded.off_topic[n])
        examples.append(Example(evidence, -1, 4.0))
    return examples


def _fit(examples: Sequence[Example], thresholds: Thresholds) -> Confidence:
    sizes = [len(example.evidence.cards) for example in examples]
    starts = np.cumsum([0, *sizes])[:-1]
    owner = np.repeat(np.arange(len(examples)), sizes)
    rows, of_cards_at, of_cards_width = _even([example.evidence.of_cards for example in examples])
    questions, question_at, question_width = _even(
        [example.evidence.of_question[None] for example in examples]
    )
    weights = np.array([example.weight for example in examples])
    right = np.array([example.right for example in examples])
    chosen = np.where(right >= 0, starts + right, -1)
    of_cards = len(OF_A_CARD)

    def loss(parameters: Matrix) -> tuple[float, Matrix]:
        scores = rows @ parameters[:of_cards]
        none = questions @ parameters[of_cards:-1] + parameters[-1]
        top = np.maximum(np.maximum.reduceat(scores, starts), none)
        odds, none_odds = np.exp(scores - top[owner]), np.exp(none - top)
        total = np.add.reduceat(odds, starts) + none_odds
        share, none_share = odds / total[owner], none_odds / total
        picked = np.where(chosen >= 0, share[chosen], none_share)
        cost = -(weights * np.log(picked + 1e-300)).sum()
        error = share * weights[owner]
        error[chosen[chosen >= 0]] -= weights[chosen >= 0]
        none_error = weights * (none_share - (chosen < 0))
        gradient = np.concatenate([rows.T @ error, questions.T @ none_error, [none_error.sum()]])
        penalty = PENALTY * parameters
        return float(cost + 0.5 * penalty @ parameters), gradient + penalty

    size = of_cards + questions.shape[1] + 1
    found = minimize(loss, np.zeros(size), jac=True, method="L-BFGS-B").x
    weights_of_cards = found[:of_cards] / of_cards_width
    weights_of_question = found[of_cards:-1] / question_width
    return Confidence(
        of_cards=tuple(weights_of_cards.tolist()),
        of_question=tuple(weights_of_question.tolist()),
        none=float(found[-1] + weights_of_cards @ of_cards_at - weights_of_question @ question_at),
        thresholds=thresholds,
    )


def _even(parts: Sequence[Matrix]) -> tuple[Matrix, Matrix, Matrix]:
    """All rows with mean 0 and deviation 1, so that every weight is penalised alike; and both."""
    rows = np.vstack(parts)
    mean, width = rows.mean(axis=0), rows.std(axis=0) + 1e-6
    return (rows - mean) / width, mean, width
