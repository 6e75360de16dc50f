"""Fitting the confidence model.

On phrasings held out from the index one by one (each must find its own card), on cards held out
whole, and on sentences that are no policy questions (neither must find any card).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from bot.answers.confidence import Confidence
from bot.answers.embeddings import embed_all
from bot.answers.retrieval import Index
from bot.answers.words import plain

Matrix = NDArray[np.float64]


def calibrate(
    index: Index, off_topic: Sequence[str], cache: Path, *, answer_from: float, clarify_from: float
) -> Confidence:
    """Fit the model; about a minute for 400 cards."""
    rows: list[Matrix] = []
    labels: list[float] = []
    weights: list[float] = []

    def learn(question: str, views: Matrix, right: int | None, weight: float) -> None:
        for candidate in index.candidates(question, views):
            rows.append(candidate.features)
            labels.append(float(candidate.card == right))
            weights.append(weight)

    for n, said in enumerate(index.phrasings):
        own = int(index.owner[n])
        views = index.views(said, index.vectors[n])
        held_out = views.copy()
        held_out[:, n] = -1.0
        learn(said, held_out, own, 1.0)
        if n % 4 == 0:
            views[:, index.owner == own] = -1.0
            learn(said, views, None, 0.5)
    for said, vector in zip(
        off_topic, embed_all([plain(text) for text in off_topic], cache), strict=True
    ):
        learn(said, index.views(said, vector), None, 2.0)
    return _fit(np.array(rows), np.array(labels), np.array(weights), answer_from, clarify_from)


def _fit(
    rows: Matrix, labels: Matrix, weights: Matrix, answer_from: float, clarify_from: float
) -> Confidence:
    means, scales = rows.mean(axis=0), rows.std(axis=0) + 1e-9
    scaled = (rows - means) / scales

    def loss(parameters: Matrix) -> tuple[float, Matrix]:
        logits = scaled @ parameters[:-1] + parameters[-1]
        error = weights * (1 / (1 + np.exp(-logits)) - labels)
        cost = weights @ (np.logaddexp(0, logits) - labels * logits)
        penalty = 1e-2 * parameters[:-1]
        gradient = np.append(scaled.T @ error + penalty, error.sum())
        return float(cost + 0.5 * penalty @ parameters[:-1]), gradient

    found = minimize(loss, np.zeros(rows.shape[1] + 1), jac=True, method="L-BFGS-B").x
    return Confidence(
        means=tuple(means.tolist()),
        scales=tuple(scales.tolist()),
        weights=tuple(found[:-1].tolist()),
        bias=float(found[-1]),
        answer_from=answer_from,
        clarify_from=clarify_from,
    )
