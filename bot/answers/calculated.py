"""Answers that are computed: dues, votes and dates, each with the rule that it follows from."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from bot.answers import dues, probation, votes
from bot.answers.cards import Card, Citation, Knowledge
from texts import say

CENT = Decimal("0.01")
VOTES = {
    votes.Subject.GENERAL: ("ol-general-meeting-majority",),
    votes.Subject.ADMITTING: ("adm-meeting-quorum", "adm-vote-pass"),
    votes.Subject.CONVERTING: ("prob-conversion-quorum", "prob-conversion-vote"),
}
"""The cards whose rules a vote follows, by what is voted on."""


def calculate(question: str, as_of: date, knowledge: Knowledge) -> Card | None:
    """The card of the rule with the computed answer in place of its own; None if nothing fits.

    A rule that did not hold on the day asked about is left to the search.
    """
    if (sum_due := dues.read(question)) is not None:
        return _dues(sum_due, knowledge)
    if (vote := votes.read(question)) is not None:
        return _votes(vote, as_of, knowledge)
    if (dates := probation.read(question, as_of)) is not None:
        return _probation(dates, as_of, knowledge)
    return None


def _dues(due: dues.Dues, knowledge: Knowledge) -> Card:
    """The sum, and the cap of the newer notice where it is reached."""
    lines = [
        say(
            "bot.dues_retired" if due.retired else "bot.dues_wages",
            base=f"{due.base.normalize():f}",
            percent=f"{due.percent}",
            monthly=f"{due.monthly.quantize(CENT).normalize():f}",
        )
    ]
    card = knowledge.cards[due.card]
    cited = card.citations
    if due.monthly > dues.CAP:
        lines.append(say("bot.dues_cap", cap=f"{dues.CAP}"))
        cited = (*knowledge.cards["dues-monthly-cap"].citations, *cited)
    return _instead(card, lines, cited)


def _votes(vote: votes.Votes, as_of: date, knowledge: Knowledge) -> Card | None:
    """How many must come and agree, and what follows for the numbers that were named."""
    cards = [knowledge.cards[name] for name in VOTES[vote.subject]]
    if not all(card.holds_on(as_of) for card in cards):
        return None
    general = vote.subject == votes.Subject.GENERAL
    lines = [
        say(
            "bot.votes",
            total=vote.total,
            at_least=say("bot.votes_half" if general else "bot.votes_more_than_half"),
            quorum=vote.quorum,
            majority=vote.majority,
        )
    ]
    if vote.present is not None and vote.present < vote.quorum:
        lines.append(say("bot.votes_too_few", present=vote.present, quorum=vote.quorum))
    elif vote.agreed is not None:
        passed = "bot.votes_passed" if vote.agreed >= vote.majority else "bot.votes_failed"
        lines.append(say(passed, agreed=vote.agreed, majority=vote.majority))
    elif vote.present is not None:
        lines.append(say("bot.votes_enough", present=vote.present, majority=vote.majority))
    if not general:
        lines.append(say("bot.votes_secret"))
    return _instead(cards[0], lines, tuple(one for card in cards for one in card.citations))


def _probation(dates: probation.Probation, as_of: date, knowledge: Knowledge) -> Card | None:
    card = knowledge.cards[dates.card]
    if not card.holds_on(as_of):
        return None
    line = say(
        "bot.standing_from" if dates.standing else "bot.probation_ends",
        admitted=_written(dates.admitted),
        ends=_written(dates.ends),
    )
    return _instead(card, [line], card.citations)


def _instead(card: Card, lines: list[str], cited: tuple[Citation, ...]) -> Card:
    changes = {"answer": "\n".join(lines), "steps": (), "citations": tuple(dict.fromkeys(cited))}
    return card.model_copy(update=changes)


def _written(day: date) -> str:
    return say("bot.full_date", year=day.year, month=day.month, day=day.day)
