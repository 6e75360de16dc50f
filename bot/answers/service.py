"""The answer service: a question in, a cited answer, a question back, or a refusal out."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from pathlib import Path

from bot.answers import cards, confidence
from bot.answers.cards import Card, Citation, Document, Knowledge
from bot.answers.confidence import Confidence
from bot.answers.embeddings import Progress
from bot.answers.retrieval import Index
from texts import say

VECTORS = Path(__file__).resolve().parents[2] / "models" / "cards.npz"
"""The embeddings of all phrasings: built, like everything in models/."""
LONGEST_QUESTION = 300
OLD_TEXT = re.compile(r"20(?:0\d|1\d|2[0-5])|旧|老(?:的)?细则|原来的|以前的|修订前|废止")
HARMLESS = re.compile(r"\s+")


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
    card: str | None = field(default=None)


class AnswerService:
    """Answers questions from the cards that hold on the day asked about."""

    def __init__(
        self, knowledge: Knowledge, model: Confidence, cache: Path, progress: Progress | None = None
    ) -> None:
        self._knowledge = knowledge
        self._model = model
        self._index = Index(list(knowledge.cards.values()), cache, progress)

    @classmethod
    def open(cls, progress: Progress | None = None) -> AnswerService:
        """The service over the cards and the calibration of this project."""
        return cls(cards.load(), confidence.load(), VECTORS, progress)

    def ask(self, question: str, *, as_of: date, about: str | None = None) -> Answer:
        """Answer a question as of a day (the law in force then).

        ``about`` is the question before this one: where a follow-up says too little of its own, it
        is read together with it.
        """
        question = HARMLESS.sub(" ", question).strip()[:LONGEST_QUESTION]
        if not any(char.isalnum() for char in question):
            return Answer(Outcome.DECLINE, say("bot.decline"))
        found = self._best(question, as_of)
        if about and (not found or found[0][0] < self._model.answer_from):
            together = self._best(f"{about[-60:]} {question}", as_of)
            if together and together[0][0] >= self._model.answer_from:
                found = together
        if not found or found[0][0] < self._model.clarify_from:
            top = found[0][0] if found else 0.0
            return Answer(Outcome.DECLINE, say("bot.decline"), confidence=top)
        sure, card = found[0]
        if sure >= self._model.answer_from:
            return self._answer(card, sure, as_of)
        return Answer(
            Outcome.CLARIFY,
            say("bot.clarify"),
            confidence=sure,
            related=tuple(other.question for _, other in found[:3]),
        )

    def _best(self, question: str, as_of: date) -> list[tuple[float, Card]]:
        """Cards by confidence, the best first; only of the law then in force unless an old
        text is named.
        """
        wants_old = bool(OLD_TEXT.search(question))
        ranked: list[tuple[float, Card]] = []
        for candidate in self._index.candidates(question, self._index.views(question)):
            card = self._index.cards[candidate.card]
            over = not self._knowledge.in_force(card, as_of)
            if over and not wants_old:
                continue
            ranked.append((self._model.of(candidate), card))
        return sorted(ranked, key=lambda pair: -pair[0])

    def _answer(self, card: Card, sure: float, as_of: date) -> Answer:
        citations = tuple(self._source(citation) for citation in card.citations)
        lines = [card.body]
        if not self._knowledge.in_force(card, as_of):
            lines.insert(0, say("bot.replaced"))
        if card.scope != "central":
            lines.append(say(f"bot.scope_{card.scope}"))
        lines.append(say("bot.source", sources="；".join(map(self._cite, card.citations))))
        known = self._knowledge.cards
        return Answer(
            Outcome.ANSWER,
            "\n".join(lines),
            citations,
            local=card.scope != "central",
            confidence=sure,
            related=tuple(known[other].question for other in card.related if other in known)[:3],
            card=card.id,
        )

    def _source(self, citation: Citation) -> Source:
        document = self._knowledge.documents[citation.document]
        return Source(document.title, citation.article, document.effective_text)

    def _cite(self, citation: Citation) -> str:
        document: Document = self._knowledge.documents[citation.document]
        if citation.article is None:
            return say("bot.cite_document", title=document.title)
        return say(f"bot.cite_{document.unit}", title=document.title, number=citation.article)
