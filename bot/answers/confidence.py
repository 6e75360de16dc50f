"""How sure we are that a card answers a question: a small logistic model over the evidence."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from bot.answers.cards import KNOWLEDGE
from bot.answers.retrieval import FEATURES, Candidate

FILE = KNOWLEDGE / "calibration.json"


@dataclass(frozen=True)
class Confidence:
    """Weights of the evidence, and the two thresholds of the outcome."""

    means: tuple[float, ...]
    scales: tuple[float, ...]
    weights: tuple[float, ...]
    bias: float
    answer_from: float
    clarify_from: float

    def of(self, candidate: Candidate) -> float:
        """The probability that the card answers the question."""
        scaled = (candidate.features - np.array(self.means)) / np.array(self.scales)
        return float(1 / (1 + np.exp(-(scaled @ np.array(self.weights) + self.bias))))


def load(file: Path = FILE) -> Confidence:
    """The committed calibration."""
    kept = json.loads(file.read_text(encoding="utf-8"))
    return Confidence(
        means=tuple(kept["means"]),
        scales=tuple(kept["scales"]),
        weights=tuple(kept["weights"]),
        bias=kept["bias"],
        answer_from=kept["answer_from"],
        clarify_from=kept["clarify_from"],
    )


def save(confidence: Confidence, file: Path = FILE) -> None:
    """Write the calibration in a form that reads well in a diff."""
    rounded = {
        key: [round(x, 5) for x in value] if isinstance(value, tuple) else round(value, 5)
        for key, value in asdict(confidence).items()
    }
    file.write_text(json.dumps({"features": FEATURES, **rounded}, indent=1) + "\n", "utf-8")
