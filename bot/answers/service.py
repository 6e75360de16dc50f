"""The answer service: a question in, a cited answer, a question back, or a refusal out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from bot.answers import cards, confidence
from bot.answers.calculated import calculate
from bot.answers.cards import Card, Citation, Knowledge
from bot.answers.confidence import Confidence
from bot.answers.embeddings import MADE, SHIPPED, Progress, Store
from bot.answers.off_topic import off_topic
from bot.answers.refusals import refusal
from bot.answers.retrieval import Embedded, Index
from bot.answers.words import bare, key_terms, plain
from texts import say

LONGEST_QUESTION = 300
LONGEST_ANSWER = 300
"""Characters of a message that is read at a glance."""
OLD_TEXT = re.compile(
    r"(?:20(?:0\d|1\d|2[0-5])年?(?:版|的|那版|那个)*)|修订(?:之|以)?前的?|[旧老]的?(?=细则|规定|版|办法)|旧版?的?"
    r"|原来的|以前的|从前的?|当年的?|废止(?:了|的)*"
)
FOLLOWS = re.compile(r"^(?:那|这|它|还有|如果|要是)|也(?:要|是|能|可|得|算)")
"""How a question begins or sounds that leans on the one before it."""
ASKS_WHERE_IT_STANDS = re.compile(
    r"^.{0,4}(?:哪一?[条款]|原文|依据|出处|为什么|为啥|凭什么).{0,6}$"
)
"""Asks for the source or the reason of the answer before: that answer names them."""
SHORT = 14
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
    card: str | None = None
    refused: bool = False
    """Declined for what it asks us to do, not for want of an answer: nobody else need hear it."""


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


def read_together(before: str, question: str) -> list[str]:
    """What a follow-up may mean, the likeliest first: the new term for the old, or both."""
    old, new = key_terms(before), sorted(key_terms(question))
    if len(new) == 1 and old and new[0] not in old:
        subject = max(old, key=len)
        return [plain(before).replace(subject, new[0]), f"{before} {question}"]
    return [f"{before} {question}"]


class AnswerService:
    """Answers questions from the cards that hold on the day asked about."""

    def __init__(self, knowledge: Knowledge, model: Confidence, index: Index) -> None:
        self._knowledge = knowledge
        self._model = model
        self._index = index

    @classmethod
    def open(cls, progress: Progress | None = None) -> AnswerService:
        """The service over the cards and the calibration of this project."""
        knowledge = cards.load()
        known = list(knowledge.cards.values())
        return cls(knowledge, confidence.load(), Index(known, embedded(known, progress)))

    def ask(self, question: str, *, as_of: date, about: str | None = None) -> Answer:
        """Answer a question as of a day (the law in force then).

        ``about`` is the question before this one: a short follow-up is read together with it.
        """
        readable = question.encode("utf-8", "ignore").decode("utf-8")
        question = HARMLESS.sub(" ", readable).strip()[:LONGEST_QUESTION]
        if not any(char.isalnum() for char in question):
            return Answer(Outcome.DECLINE, say("bot.decline"))
        if why := refusal(question):
            return Answer(Outcome.DECLINE, say(f"bot.decline_{why}"), refused=True)
        if about and (source := self._source_of(about, question, as_of)):
            return source
        computed = calculate(question, as_of, self._knowledge)
        if computed is not None:
            return self._answer(computed, 1.0, as_of)
        found = self._leaning(question, about, as_of) or self._alone(question, as_of)
        if found.outcome == Outcome.DECLINE:
            return Answer(Outcome.DECLINE, say("bot.decline"), confidence=found.sure)
        if found.outcome == Outcome.ANSWER and found.both:
            return self._both(found.cards[0], found.cards[1], found.sure)
        if found.outcome == Outcome.ANSWER:
            return self._answer(found.cards[0], found.sure, as_of, question)
        return Answer(
            Outcome.CLARIFY,
            say("bot.clarify"),
            confidence=found.sure,
            related=tuple(card.question for card in found.cards[:3]),
        )

    def _source_of(self, about: str, question: str, as_of: date) -> Answer | None:
        """Where the answer to the question before stands, if that is what is asked."""
        if not ASKS_WHERE_IT_STANDS.search(question):
            return None
        computed = calculate(about, as_of, self._knowledge)
        found = None if computed else self._alone(about[-60:], as_of)
        if found is not None and found.outcome != Outcome.ANSWER:
            return None
        card = computed or (found.cards[0] if found else None)
        return self._where(card, as_of) if card else None

    def _leaning(self, question: str, about: str | None, as_of: date) -> Found | None:
        """What a short follow-up asks for together with the question before it."""
        if not about or len(question) > SHORT:
            return None
        if not FOLLOWS.search(question):
            return None
        for together in read_together(about[-60:], question):
            found = self._search(together, self._in_force(as_of))
            if found.outcome == Outcome.ANSWER:
                return found
        return None

    def _alone(self, question: str, as_of: date) -> Found:
        return self._old(question, as_of) or self._search(question, self._in_force(as_of))

    def _in_force(self, day: date) -> NDArray[np.bool_]:
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
        return found if found.outcome == Outcome.ANSWER else None

    def _search(self, question: str, allowed: NDArray[np.bool_]) -> Found:
        """The allowed cards by probability, the best first, and what may be done with them."""
        evidence = self._index.evidence(question, allowed=allowed)
        shares = self._model.probabilities(evidence)
        order = np.argsort(-shares)
        fits, sure = float(shares.sum()), float(shares.max(initial=0.0))
        limits = self._model.thresholds
        leads = sure >= limits.answer_lead * fits
        pair = shares[order[:2]].sum() >= limits.pair_lead * fits
        if fits < limits.clarify_fits:
            outcome = Outcome.DECLINE
        elif fits >= limits.answer_fits and (leads or pair):
            outcome = Outcome.ANSWER
        else:
            outcome = Outcome.CLARIFY
        cards_found = tuple(self._index.cards[evidence.cards[place]] for place in order)
        return Found(outcome, sure, cards_found, both=not leads)

    def _answer(self, card: Card, sure: float, as_of: date, asked: str | None = None) -> Answer:
        citations = tuple(self._source(citation) for citation in card.citations)
        lines = [card.body]
        if asked is not None and bare(asked) != bare(card.question):  # shows what was understood
            lines.insert(0, say("bot.answered", question=card.question))
        if not card.holds_on(as_of):
            lines.insert(0, say("bot.replaced"))
        if card.scope != "central":
            lines.append(say(f"bot.scope_{card.scope}"))
        lines.append(say("bot.source", sources=self._sources(card.citations)))
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

    def _both(self, first: Card, second: Card, sure: float) -> Answer:
        """Two short answers, each under its question; the steps too where there is room."""
        cited = tuple(dict.fromkeys([*first.citations, *second.citations]))
        scopes = {first.scope, second.scope} - {"central"}
        below = [say(f"bot.scope_{'mixed' if len(scopes) > 1 else scopes.pop()}")] if scopes else []
        below.append(say("bot.source", sources=self._sources(cited)))
        for bodies in (
            (first.body, second.body),
            (first.body, second.answer.strip()),
            (first.answer.strip(), second.answer.strip()),
        ):
            lines = [
                line
                for card, body in zip((first, second), bodies, strict=True)
                for line in (say("bot.answered", question=card.question), body)
            ]
            text = "\n".join([*lines, *below])
            if len(text) <= LONGEST_ANSWER:
                break
        known = self._knowledge.cards
        related = dict.fromkeys([*first.related, *second.related])
        return Answer(
            Outcome.ANSWER,
            text,
            tuple(self._source(citation) for citation in cited),
            local=bool(first.scope != "central" or second.scope != "central"),
            confidence=sure,
            related=tuple(
                known[other].question
                for other in related
                if other in known and other not in {first.id, second.id}
            )[:3],
            card=first.id,
        )

    def _where(self, card: Card, as_of: date) -> Answer:
        """The documents and articles that an answer rests on, and since when they are in force."""
        lines = [say("bot.where", question=card.question)]
        for citation in dict.fromkeys(card.citations):
            source, since = self._sources([citation]), self._source(citation).effective
            key = "bot.where_since" if since else "bot.where_source"
            lines.append(say(key, source=source, since=since))
        if card.scope != "central":
            lines.append(say(f"bot.scope_{card.scope}"))
        citations = tuple(self._source(citation) for citation in card.citations)
        return Answer(
            Outcome.ANSWER,
            "\n".join(lines),
            citations,
            local=card.scope != "central",
            confidence=1.0,
            related=(card.question,),
            card=card.id,
        )

    def _source(self, citation: Citation) -> Source:
        document = self._knowledge.documents[citation.document]
        return Source(document.title, citation.article, document.effective_text)

    def _sources(self, citations: Sequence[Citation]) -> str:
        """《…》第7条、第8条；《…》第3条: each document once, in the order of the card."""
        articles: dict[str, list[str]] = {}
        for citation in citations:
            document = self._knowledge.documents[citation.document]
            named = articles.setdefault(document.title, [])
            if citation.article is not None:
                named.append(say(f"bot.cite_{document.unit}", number=citation.article))
        return "；".join(
            say("bot.cite_document", title=title) + "、".join(named)
            for title, named in articles.items()
        )
