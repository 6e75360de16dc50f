"""The answer service: a question in, a cited answer, a question back, or a refusal out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bot.answers import cards, confidence
from bot.answers.answer import Answer, Outcome
from bot.answers.beyond import is_beyond
from bot.answers.calculated import calculate
from bot.answers.cards import Card, Knowledge
from bot.answers.confidence import Confidence
from bot.answers.embeddings import MADE, SHIPPED, Progress, Store
from bot.answers.follow_ups import asks_for_source, is_follow_up, read_together
from bot.answers.off_topic import off_topic
from bot.answers.passages.quoting import Quote, Quotes
from bot.answers.refusals import refusal
from bot.answers.retrieval import Embedded, Index
from bot.answers.words import plain
from bot.answers.writing import Writer, quoted
from texts import say

LONGEST_QUESTION = 300
OLD_TEXT = re.compile(
    r"(?:20(?:0\d|1\d|2[0-5])年?(?:版|的|那版|那个)*)|修订(?:之|以)?前的?|[旧老]的?(?=细则|规定|版|办法)|旧版?的?"
    r"|原来的|以前的|从前的?|当年的?|废止(?:了|的)*"
)
WEAK_CARD = SURE_QUOTE = 0.8
"""A card that is less sure gives way to an imported article that is at least so sure."""
HARMLESS = re.compile(r"\s+")


@dataclass(frozen=True)
class Found:
    """Cards by probability, the best first, and whether that is enough for an answer."""

    outcome: Outcome
    sure: float
    cards: tuple[Card, ...]
    both: bool = False
    """Two cards are as likely: give both, each under its question."""


def embedded(
    known: Sequence[Card], progress: Progress | None = None, store: Store | None = None
) -> Embedded:
    """The embeddings of all that the cards are found by; what is not kept is computed."""
    store = store or Store(SHIPPED, MADE)
    phrasings = [plain(said) for card in known for said in card.asked]
    questions = store.vectors([*phrasings, *map(plain, off_topic())], progress=progress)
    answers = store.vectors([card.body for card in known], passages=True, progress=progress)
    return Embedded(questions[: len(phrasings)], answers, questions[len(phrasings) :])


class AnswerService:
    """Answers questions from the cards that hold on the day asked about, then from documents."""

    def __init__(
        self, knowledge: Knowledge, model: Confidence, index: Index, quotes: Quotes | None = None
    ) -> None:
        self._knowledge = knowledge
        self._model = model
        self._index = index
        self._quotes = quotes
        self._write = Writer(knowledge)
        self._in_force = lru_cache(maxsize=64)(self._holding_on)

    @classmethod
    def open(cls, progress: Progress | None = None, passages: Path | None = None) -> AnswerService:
        """The service over the cards and the calibration of this project.

        ``passages`` is the folder of the index of imported documents, if they shall answer too.
        """
        knowledge = cards.load()
        known = list(knowledge.cards.values())
        vectors = embedded(known, progress)
        quotes = Quotes(passages, known, vectors.off_topic) if passages else None
        return cls(knowledge, confidence.load(), Index(known, vectors), quotes)

    def ask(self, question: str, *, as_of: date, about: str | None = None) -> Answer:
        """Answer a question as of a day (the law in force then).

        ``about`` is the question before this one: a short follow-up is read together with it.
        """
        readable = question.encode("utf-8", "ignore").decode("utf-8")
        question = HARMLESS.sub(" ", readable).strip()[:LONGEST_QUESTION]
        if not any(char.isalnum() for char in question):
            return self._declined(0.0)
        if why := refusal(question):
            return Answer(Outcome.DECLINE, say(f"bot.decline_{why}"), refused=True)
        if is_beyond(question):
            return self._declined(0.0)
        if asks_for_source(question):
            return self._source_of(about, as_of) if about else self._declined(0.0)
        computed = calculate(question, as_of, self._knowledge)
        if computed is not None:
            return self._write.card(computed, 1.0, as_of)
        found = self._leaning(question, about, as_of) or self._alone(question, as_of)
        quote = self._quote(found, question, as_of)
        if quote:
            return quoted(quote)
        if found.outcome == Outcome.DECLINE:
            return self._declined(found.sure)
        if found.outcome == Outcome.ANSWER and found.both:
            return self._write.both(found.cards[0], found.cards[1], found.sure)
        if found.outcome == Outcome.ANSWER:
            return self._write.card(found.cards[0], found.sure, as_of, question)
        return Answer(
            Outcome.CLARIFY,
            say("bot.clarify"),
            confidence=found.sure,
            related=tuple(card.question for card in found.cards[:3]),
        )

    def _source_of(self, about: str, as_of: date) -> Answer:
        """Where the answer to the question before stands."""
        computed = calculate(about, as_of, self._knowledge)
        if computed is not None:
            return self._write.where(computed)
        found = self._alone(about, as_of)
        quote = self._quote(found, about, as_of)
        if quote:  # its text is the passage itself, under its place
            return quoted(quote)
        if found.outcome != Outcome.ANSWER:
            return self._declined(found.sure)
        return self._write.where(found.cards[0])

    def _declined(self, sure: float) -> Answer:
        return Answer(Outcome.DECLINE, say("bot.decline"), confidence=sure)

    def _quote(self, found: Found, question: str, as_of: date) -> Quote | None:
        """An imported article, where no card answers or one that is hardly sure."""
        by_card = found.outcome == Outcome.ANSWER
        if not self._quotes or (by_card and found.sure >= WEAK_CARD):
            return None
        quote = self._quotes.quote(question, as_of, old=OLD_TEXT)
        return quote if quote and (not by_card or quote.sure >= SURE_QUOTE) else None

    def _leaning(self, question: str, about: str | None, as_of: date) -> Found | None:
        """What a short follow-up asks for together with the question before it."""
        if not about or not is_follow_up(question):
            return None
        for together in read_together(about, question):
            found = self._search(together, self._in_force(as_of))
            if found.outcome == Outcome.ANSWER:
                return found
        return None

    def _alone(self, question: str, as_of: date) -> Found:
        return self._old(question, as_of) or self._search(question, self._in_force(as_of))

    def _holding_on(self, day: date) -> NDArray[np.bool_]:
        """Which cards hold on a day."""
        return np.array([card.holds_on(day) for card in self._index.cards])

    def _old(self, question: str, as_of: date) -> Found | None:
        """Where an old text is named, the answer of a card that has ceased to hold, if one fits."""
        if not OLD_TEXT.search(question):
            return None
        over = [
            card.valid_until is not None and card.valid_until <= as_of for card in self._index.cards
        ]
        found = self._search(OLD_TEXT.sub(" ", question), np.array(over))
        return found if found.outcome == Outcome.ANSWER and not found.both else None

    def _search(self, question: str, allowed: NDArray[np.bool_]) -> Found:
        """The allowed cards by probability, the best first, and what may be done with them."""
        evidence = self._index.evidence(question, allowed=allowed)
        shares = self._model.probabilities(evidence)
        order = np.argsort(-shares)
        fits, sure = float(shares.sum()), float(shares.max(initial=0.0))
        limits = self._model.thresholds
        leads = sure >= limits.answer_lead * fits
        pair = float(shares[order[:2]].sum()) >= limits.pair_lead * fits
        if fits < limits.clarify_fits:
            outcome = Outcome.DECLINE
        elif fits >= limits.answer_fits and (leads or pair):
            outcome = Outcome.ANSWER
        else:
            outcome = Outcome.CLARIFY
        cards_found = tuple(self._index.cards[evidence.cards[place]] for place in order)
        return Found(outcome, sure, cards_found, both=not leads)
