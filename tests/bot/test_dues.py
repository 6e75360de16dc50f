"""The dues calculator: brackets at their borders, sums as people write them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answers.dues import amounts, due, read


@pytest.mark.parametrize(
    ("question", "monthly"),
    [
        ("工资6000元，党费交多少？", "90"),
        ("工资6000交多少党费", "90"),
        ("税后到手4500，每月党费几块", "45"),
        ("一个月一万整，党费是150还是200", "150"),
        ("月收入12000的党员一个月交多少党费", "240"),
        ("刚好到手3000整交几块钱", "15"),
        ("退休了，养老金4800，党废交多少", "24"),
        ("退休金六千，党费多少", "60"),
        ("月薪1.2万党费怎么算", "240"),
        ("每月到手4千5要交多少党费", "45"),
        ("工资三千八，党费该交几块", "38"),
        ("月工资5000.01元党费多少", "75.00015"),
    ],
)
def test_the_sum(question: str, monthly: str) -> None:
    dues = read(question)
    assert dues is not None
    assert dues.monthly == Decimal(monthly)


@pytest.mark.parametrize(
    "question",
    [
        "党费怎么交",
        "2008年的党费规定交多少",
        "欠了6个月党费，工资5000，要补交多少",
        "年薪20万党费怎么算",
        "税前8000交多少党费",
        "工资6000多少个税",
        "从4000涨到6000党费怎么交",
        "一个月交150党费对不对",
        "5000人的支部交多少党费",
        "我想自愿一次多交两千，可以吗",
    ],
)
def test_what_is_special_or_no_such_question_is_left_to_the_cards(question: str) -> None:
    assert read(question) is None


@pytest.mark.parametrize(
    ("text", "sums"),
    [
        ("一万二", [12000]),
        ("三千八", [3800]),
        ("一万两千五百", [12500]),
        ("两千零五", [2005]),
        ("1.2万", [12000]),
        ("8k", [8000]),
        ("12,500元", [12500]),
        ("6千5", [6500]),
        ("2008年12月5号", []),
    ],
)
def test_sums_as_people_write_them(text: str, sums: list[int]) -> None:
    assert [one for one in amounts(text) if one >= 100] == sums


@given(st.integers(1, 100_000), st.booleans())
def test_one_flat_rate_on_the_whole_base(base: int, retired: bool) -> None:
    dues = due(Decimal(base), retired=retired)
    assert dues.monthly == Decimal(base) * dues.percent / 100
    more = due(Decimal(base + 1), retired=retired)
    assert more.percent >= dues.percent


@pytest.mark.parametrize(
    ("base", "retired", "percent"),
    [
        (3000, False, "0.5"),
        (3001, False, "1"),
        (5000, False, "1"),
        (5001, False, "1.5"),
        (10000, False, "1.5"),
        (10001, False, "2"),
        (5000, True, "0.5"),
        (5001, True, "1"),
        (50000, True, "1"),
    ],
)
def test_the_borders_of_the_brackets(base: int, retired: bool, percent: str) -> None:
    assert due(Decimal(base), retired=retired).percent == Decimal(percent)
