"""What no rule can tell is declined by rule, and what only sounds like it is not."""

from __future__ import annotations

import pytest

from bot.answers import cards
from bot.answers.beyond import is_beyond
from cli.evaluate import read_questions
from settings import ROOT


@pytest.mark.parametrize(
    "question",
    [
        "我们支部账上还剩多少钱",
        "我们支部有几个预备党员没转正",
        "上个月主题党日来了多少人",
        "咱支部谁还没交党费",
        "王建国什么时候转正",
        "老李的组织关系转走了没",
        "赵姐今天来开会了吗",
        "明年党费会不会涨",
        "支部条例什么时候会修订",
        "下届书记会是谁",
        "直接给我转正吧",
        "把我上次的缺席改成出席",
        "您对这个政策怎么看",
        "业委会投票要多少业主同意",
        "团支部选举到会多少人有效",
    ],
)
def test_is_beyond_any_rule(question: str) -> None:
    assert is_beyond(question)


@pytest.mark.parametrize(
    "question",
    [
        "我们支部有几个预备党员没按时转正，怎么办",
        "我们支部5个正式党员要不要设支委会",
        "老李去年受了严重警告，能做介绍人吗",
        "明年换届要提前多久准备",
        "年中工资涨了，党费会变吗",
        "上级能直接把支部撤了吗",
        "党支部领导团支部吗",
        "党员大会要到多少人",
    ],
)
def test_asks_for_a_rule(question: str) -> None:
    assert not is_beyond(question)


def test_no_phrasing_of_a_card_is_taken_for_it() -> None:
    assert {
        said for card in cards.load().cards.values() for said in card.asked if is_beyond(said)
    } == set()


@pytest.mark.parametrize("name", ["answers", "strangers"])
def test_nor_is_a_question_that_has_an_answer(name: str) -> None:
    questions = read_questions(ROOT / "tests" / "data" / f"{name}.jsonl")
    taken = [
        one.question for one in questions if one.outcome == "answer" and is_beyond(one.question)
    ]
    assert taken == []
