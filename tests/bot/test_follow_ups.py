"""What leans on the question before, and what stands for itself."""

from __future__ import annotations

import pytest

from bot.answers.follow_ups import asks_for_source, is_follow_up, read_together


@pytest.mark.parametrize(
    "question", ["那支委会呢？", "预备党员也要吗？", "那预备党员呢", "如果没到期呢", "党小组会呢"]
)
def test_leans_on_the_question_before(question: str) -> None:
    assert is_follow_up(question)
    assert not asks_for_source(question)


@pytest.mark.parametrize(
    "question",
    [
        "这是哪一条规定的",
        "为什么",
        "原文在哪",
        "依据是什么",
        "出处",
        "凭什么这么说",
        "哪个文件说的",
    ],
)
def test_asks_for_the_source(question: str) -> None:
    assert asks_for_source(question)


@pytest.mark.parametrize(
    "question", ["支部党员大会多久开一次", "为什么要交党费", "谢谢", "政审的依据是什么", "好的"]
)
def test_stands_for_itself(question: str) -> None:
    assert not asks_for_source(question)
    assert not is_follow_up(question)


def test_the_new_term_stands_for_the_old() -> None:
    first, second = read_together("支部党员大会多久开一次", "那支委会呢")
    assert "支委会多久开一次" in first
    assert second == "支部党员大会多久开一次 那支委会呢"
