"""How sure we are that an article answers a question, and which: a choice model."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bot.answers.cards import KNOWLEDGE
from bot.answers.passages.evidence import OF_A_PASSAGE, OF_A_QUESTION, Evidence
from bot.answers.retrieval import Matrix

FILE = KNOWLEDGE / "passages.json"
FITS = 0.7
LEAD = 0.6
"""Given is the best article if any fits with this probability and it holds this share of it."""


@dataclass(frozen=True)
class Choice:
    """Weights of the evidence, in the order of OF_A_PASSAGE and OF_A_QUESTION, and thresholds."""

    of_passages: tuple[float, ...]
    of_question: tuple[float, ...]
    none: float
    fits: float = FITS
    lead: float = LEAD

    def probabilities(self, evidence: Evidence) -> Matrix:
        """The probability of each candidate; what is missing to 1 is that none answers."""
        none = self.none + evidence.of_question @ np.array(self.of_question)
        scores = np.append(evidence.of_passages @ np.array(self.of_passages), none)
        odds = np.exp(scores - scores.max())
        return np.asarray(odds[:-1] / odds.sum())

    def best(self, evidence: Evidence) -> tuple[int, float] | None:
        """The place of the candidate that may be given, and its probability."""
        if not evidence.candidates:
            return None
        shares = self.probabilities(evidence)
        place, fits = int(shares.argmax()), float(shares.sum())
        sure = float(shares[place])
        return (place, sure) if fits >= self.fits and sure >= self.lead * fits else None


def load(file: Path = FILE) -> Choice:
    """The committed calibration."""
    kept = json.loads(file.read_text(encoding="utf-8"))
    return Choice(
        of_passages=tuple(kept["of_passages"][name] for name in OF_A_PASSAGE),
        of_question=tuple(kept["of_question"][name] for name in OF_A_QUESTION),
        none=kept["none"],
        fits=kept["fits"],
        lead=kept["lead"],
    )


def save(choice: Choice, file: Path = FILE) -> None:
    """Write the calibration in a form that reads well in a diff."""
    kept = {
        "of_passages": _named(OF_A_PASSAGE, choice.of_passages),
        "of_question": _named(OF_A_QUESTION, choice.of_question),
        "none": round(choice.none, 4),
        "fits": choice.fits,
        "lead": choice.lead,
    }
    file.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")


def _named(names: tuple[str, ...], weights: tuple[float, ...]) -> dict[str, float]:
    return {name: round(weight, 4) for name, weight in zip(names, weights, strict=True)}
