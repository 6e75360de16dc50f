"""How sure we are that a card answers a question, and which: a small choice model.

Each candidate, and "none of them", gets a score that is linear in the evidence; the softmax over
these scores is the probability of each. Near neighbours so take confidence from each other.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from bot.answers.cards import KNOWLEDGE
from bot.answers.retrieval import OF_A_CARD, OF_A_QUESTION, Evidence, Matrix

FILE = KNOWLEDGE / "calibration.json"


@dataclass(frozen=True)
class Thresholds:
    """When to answer, when to ask back; below both we decline."""

    answer_fits: float
    """Probability that any card fits, from which the best may be given …"""
    answer_lead: float
    """… if it holds this share of it …"""
    pair_lead: float
    """… or the two best, each under its question, if together they hold this share of it."""
    clarify_fits: float
    """Probability that any card fits, from which we ask back."""


@dataclass(frozen=True)
class Confidence:
    """Weights of the evidence, in the order of OF_A_CARD and OF_A_QUESTION, and thresholds."""

    of_cards: tuple[float, ...]
    of_question: tuple[float, ...]
    none: float
    thresholds: Thresholds

    def probabilities(self, evidence: Evidence) -> Matrix:
        """The probability of each candidate; what is missing to 1 is that none fits."""
        none = self.none + evidence.of_question @ np.array(self.of_question)
        scores = np.append(evidence.of_cards @ np.array(self.of_cards), none)
        odds = np.exp(scores - scores.max())
        return np.asarray(odds[:-1] / odds.sum())


def load(file: Path = FILE) -> Confidence:
    """The committed calibration."""
    kept = json.loads(file.read_text(encoding="utf-8"))
    return Confidence(
        of_cards=tuple(kept["of_cards"][name] for name in OF_A_CARD),
        of_question=tuple(kept["of_question"][name] for name in OF_A_QUESTION),
        none=kept["none"],
        thresholds=Thresholds(**kept["thresholds"]),
    )


def save(confidence: Confidence, file: Path = FILE) -> None:
    """Write the calibration in a form that reads well in a diff."""
    kept = {
        "of_cards": _named(OF_A_CARD, confidence.of_cards),
        "of_question": _named(OF_A_QUESTION, confidence.of_question),
        "none": round(confidence.none, 4),
        "thresholds": asdict(confidence.thresholds),
    }
    file.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")


def _named(names: tuple[str, ...], weights: tuple[float, ...]) -> dict[str, float]:
    return {name: round(weight, 4) for name, weight in zip(names, weights, strict=True)}
