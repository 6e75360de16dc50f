"""Writing answers out: a card, two cards, where an answer stands, a quoted article."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from bot.answers.answer import Answer, Outcome, Source
from bot.answers.cards import Card, Citation, Knowledge
from bot.answers.passages.quoting import Quote
from bot.answers.words import bare
from texts import say

LONGEST = 300
"""Characters of a message that is read at a glance."""
RELATED = 3


class Writer:
    """Turns cards into answers: the short answer first, the source on a line of its own."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._knowledge = knowledge

    def card(self, card: Card, sure: float, as_of: date, asked: str | None = None) -> Answer:
        """The answer of a card; its question stands above unless it is the one that was asked."""
        lines = [card.body]
        if asked is not None and bare(asked) != bare(card.question):  # shows what was understood
            lines.insert(0, say("bot.answered", question=card.question))
        if not card.holds_on(as_of):
            lines.insert(0, say("bot.replaced"))
        return self._answer(lines, [card], sure)

    def both(self, first: Card, second: Card, sure: float) -> Answer:
        """Two short answers, each under its question; the steps too where there is room."""
        for bodies in (
            (first.body, second.body),
            (first.body, second.short),
            (first.short, second.short),
        ):
            lines = [
                line
                for card, body in zip((first, second), bodies, strict=True)
                for line in (say("bot.answered", question=card.question), body)
            ]
            answer = self._answer(lines, [first, second], sure)
            if len(answer.text) <= LONGEST:
                break
        return answer

    def where(self, card: Card) -> Answer:
        """The documents and articles that an answer rests on, and since when they are in force."""
        lines = [say("bot.where", question=card.question)]
        for citation in dict.fromkeys(card.citations):
            source, since = self._named([citation]), self._source(citation).effective
            key = "bot.where_since" if since else "bot.where_source"
            lines.append(say(key, source=source, since=since))
        if card.scope != "central":
            lines.append(say(f"bot.scope_{card.scope}"))
        return Answer(
            Outcome.ANSWER,
            "\n".join(lines),
            tuple(map(self._source, card.citations)),
            local=card.scope != "central",
            confidence=1.0,
            related=(card.question,),
            card=card.id,
        )

    def _answer(self, lines: list[str], cards: list[Card], sure: float) -> Answer:
        """Lines, what is left to the locality, the sources, and what one may ask next."""
        cited = tuple(dict.fromkeys(citation for card in cards for citation in card.citations))
        scopes = {card.scope for card in cards}
        below = []
        if scopes != {"central"}:
            scope = "local" if scopes == {"local"} else "mixed"
            below.append(say(f"bot.scope_{scope}"))
        below.append(say("bot.source", sources=self._named(cited)))
        known, shown = self._knowledge.cards, {card.id for card in cards}
        related = dict.fromkeys(other for card in cards for other in card.related)
        next_questions = [
            known[other].question for other in related if other in known and other not in shown
        ]
        return Answer(
            Outcome.ANSWER,
            "\n".join([*lines, *below]),
            tuple(map(self._source, cited)),
            local=scopes != {"central"},
            confidence=sure,
            related=tuple(next_questions[:RELATED]),
            card=cards[0].id,
        )

    def _source(self, citation: Citation) -> Source:
        document = self._knowledge.documents[citation.document]
        return Source(document.title, citation.article, document.effective_text)

    def _named(self, citations: Iterable[Citation]) -> str:
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


def quoted(quote: Quote) -> Answer:
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
