"""The answer service: a question in, a cited answer, a question back, or a refusal out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bot.answers import cards, confidence, dues
from bot.answers.cards import Card, Citation, Knowledge
from bot.answers.confidence import Confidence
from bot.answers.dues import Dues
from bot.answers.embeddings import Progress, Vectors, embed_all
from bot.answers.off_topic import off_topic
from bot.answers.passages.quoting import Quote, Quotes
from bot.answers.retrieval import Index
from bot.answers.words import bare, key_terms, plain
from texts import say

VECTORS = Path(__file__).resolve().parents[2] / "models" / "cards.npz"
"""The embeddings of all phrasings: built, like everything in models/."""
LONGEST_QUESTION = 300
CENT = Decimal("0.01")
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
WEAK_CARD, SURE_QUOTE = 0.5, 0.8
"""A card that is less sure gives way to an imported article that is at least so sure."""
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


@dataclass(frozen=True)
class Found:
    """Cards by probability, the best first, and whether that is enough for an answer."""

    outcome: Outcome
    sure: float
    cards: tuple[Card, ...]


def read_vectors(
    known: Sequence[Card], cache: Path = VECTORS, progress: Progress | None = None
) -> tuple[Sequence[Card], Vectors, Vectors]:
    """The cards, the embeddings of their phrasings, and of sentences off the topic."""
    phrasings = [plain(said) for card in known for said in card.asked]
    vectors = embed_all([*phrasings, *map(plain, off_topic())], cache, progress)
    return known, vectors[: len(phrasings)], vectors[len(phrasings) :]


def read_together(before: str, question: str) -> list[str]:
    """What a follow-up may mean, the likeliest first.

    The question before (if only its source is asked for); it with the new term for the old; both.
    """
    if ASKS_WHERE_IT_STANDS.search(question):
        return [before]
    old, new = key_terms(before), sorted(key_terms(question))
    if len(new) == 1 and old and new[0] not in old:
        subject = max(old, key=len)
        return [plain(before).replace(subject, new[0]), f"{before} {question}"]
    return [f"{before} {question}"]


class AnswerService:
    """Answers questions from the cards that hold on the day asked about."""

    def __init__(
        self,
        knowledge: Knowledge,
        model: Confidence,
        cache: Path,
        progress: Progress | None = None,
        passages: Path | None = None,
    ) -> None:
        self._knowledge = knowledge
        self._model = model
        known, vectors, off_topic_vectors = read_vectors(
            list(knowledge.cards.values()), cache, progress
        )
        self._index = Index(known, vectors, off_topic_vectors)
        self._quotes = Quotes(passages, known, off_topic_vectors) if passages else None

    @classmethod
    def open(cls, progress: Progress | None = None, passages: Path | None = None) -> AnswerService:
        """The service over the cards and the calibration of this project.

        ``passages`` is the folder of the index of imported documents, if they shall answer too.
        """
        return cls(cards.load(), confidence.load(), VECTORS, progress, passages)

    def ask(self, question: str, *, as_of: date, about: str | None = None) -> Answer:
        """Answer a question as of a day (the law in force then).

        ``about`` is the question before this one: a short follow-up is read together with it.
        """
        readable = question.encode("utf-8", "ignore").decode("utf-8")
        question = HARMLESS.sub(" ", readable).strip()[:LONGEST_QUESTION]
        if not any(char.isalnum() for char in question):
            return Answer(Outcome.DECLINE, say("bot.decline"))
        sum_due = dues.read(question)
        if sum_due is not None:
            return self._dues(sum_due, as_of)
        found = self._leaning(question, about, as_of) or self._alone(question, as_of)
        quote = self._quote(found, question, as_of)
        if quote:
            return _quoted(quote)
        if found.outcome == Outcome.DECLINE:
            return Answer(Outcome.DECLINE, say("bot.decline"), confidence=found.sure)
        if found.outcome == Outcome.ANSWER:
            return self._answer(found.cards[0], found.sure, as_of, question)
        return Answer(
            Outcome.CLARIFY,
            say("bot.clarify"),
            confidence=found.sure,
            related=tuple(card.question for card in found.cards[:3]),
        )

    def _quote(self, found: Found, question: str, as_of: date) -> Quote | None:
        """An imported article, where no card answers or one that is hardly sure."""
        by_card = found.outcome == Outcome.ANSWER
        if not self._quotes or (by_card and found.sure >= WEAK_CARD):
            return None
        quote = self._quotes.quote(question, as_of, old=OLD_TEXT)
        return quote if quote and (not by_card or quote.sure >= SURE_QUOTE) else None

    def _leaning(self, question: str, about: str | None, as_of: date) -> Found | None:
        """What a short follow-up asks for together with the question before it."""
        if not about or len(question) > SHORT:
            return None
        if not (FOLLOWS.search(question) or ASKS_WHERE_IT_STANDS.search(question)):
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
        if fits < limits.clarify_fits:
            outcome = Outcome.DECLINE
        elif fits >= limits.answer_fits and sure >= limits.answer_lead * fits:
            outcome = Outcome.ANSWER
        else:
            outcome = Outcome.CLARIFY
        cards_found = tuple(self._index.cards[evidence.cards[place]] for place in order)
        return Found(outcome, sure, cards_found)

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

    def _dues(self, sum_due: Dues, as_of: date) -> Answer:
        """The sum, and the rule that it follows from."""
        card = self._knowledge.cards[sum_due.card]
        lines = [
            say(
                "bot.dues_retired" if sum_due.retired else "bot.dues_wages",
                base=f"{sum_due.base.normalize():f}",
                percent=f"{sum_due.percent}",
                monthly=f"{sum_due.monthly.quantize(CENT).normalize():f}",
            )
        ]
        cited = card.citations
        if sum_due.monthly > dues.CAP:
            lines.append(say("bot.dues_cap", cap=f"{dues.CAP}"))
            capped = self._knowledge.cards["dues-monthly-cap"].citations
            cited = tuple(dict.fromkeys([*capped, *cited]))
        return self._answer(
            card.model_copy(update={"answer": "\n".join(lines), "steps": (), "citations": cited}),
            1.0,
            as_of,
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


def _quoted(quote: Quote) -> Answer:
    """What an imported document says. It is the organisation's own: central or local, unknown."""
    sources = tuple(
        Source(
            one.version.title,
            one.chunk.number if one.chunk.unit in {"article", "section"} else None,
            one.version.effective.isoformat(),
        )
        for one in quote.found
    )
    return Answer(Outcome.ANSWER, quote.text, sources, confidence=quote.sure)
