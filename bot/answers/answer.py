"""What the answer service gives back."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Outcome(StrEnum):
    """What becomes of a question."""

    ANSWER = "answer"
    CLARIFY = "clarify"
    DECLINE = "decline"


@dataclass(frozen=True)
class Source:
    """A citation as a person reads it."""

    document: str
    article: int | None
    effective: str | None


@dataclass(frozen=True)
class Answer:
    """The service's answer. ``related`` are questions: to ask next, or to choose from (clarify)."""

    outcome: Outcome
    text: str
    citations: tuple[Source, ...] = ()
    local: bool = False
    confidence: float = 0.0
    related: tuple[str, ...] = ()
    card: str | None = None
    refused: bool = False
    """Declined for what it asks us to do, not for want of an answer: nobody else need hear it."""
