"""How answers read: the short answer first, two at once within a glance, and where they stand."""

from __future__ import annotations

from datetime import date
from itertools import combinations

import pytest

from bot.answers import cards
from bot.answers.answer import Outcome
from bot.answers.cards import Knowledge
from bot.answers.writing import LONGEST, Writer
from texts import say

TODAY = date(2026, 11, 24)


@pytest.fixture(scope="module")
def known() -> Knowledge:
    return cards.load()


def test_two_answers_stand_each_under_its_question(known: Knowledge) -> None:
    first, second = known.cards["adm-vote-pass"], known.cards["ol-general-meeting-majority"]
    answer = Writer(known).both(first, second, 0.4)
    assert answer.outcome == Outcome.ANSWER
    assert answer.text.index(first.short) < answer.text.index(second.question)
    assert second.short in answer.text
    assert {source.article for source in answer.citations} == {20, 11}
    assert answer.card == first.id
    assert not {first.question, second.question} & set(answer.related)


def test_two_answers_rarely_need_more_than_a_glance(known: Knowledge) -> None:
    """Neighbours in their file are what is given together; what is too long loses its steps."""
    some = list(known.cards.values())
    pairs = [pair for n in range(0, len(some) - 3, 3) for pair in combinations(some[n : n + 3], 2)]
    lengths = [len(Writer(known).both(*pair, 0.4).text) for pair in pairs]
    assert sum(length <= LONGEST for length in lengths) > 0.85 * len(lengths)
    assert max(lengths) < 500


def test_what_is_local_in_one_of_two_is_said(known: Knowledge) -> None:
    local = next(card for card in known.cards.values() if card.scope == "local")
    central = known.cards["ol-general-meeting-majority"]
    answer = Writer(known).both(central, local, 0.4)
    assert answer.local
    assert say("bot.scope_mixed") in answer.text


def test_where_an_answer_stands(known: Knowledge) -> None:
    card = known.cards["ol-general-meeting-quorum"]
    text = Writer(known).where(card).text
    assert card.question in text
    assert "《中国共产党支部工作条例（试行）》第11条（2018-10-28 起施行）" in text
    assert text.count("《中国共产党发展党员工作细则》第") == 2


def test_a_replaced_rule_is_said_to_be_replaced(known: Knowledge) -> None:
    old = next(card for card in known.cards.values() if card.valid_until)
    assert Writer(known).card(old, 1.0, TODAY).text.startswith(say("bot.replaced"))
