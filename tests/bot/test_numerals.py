"""Numbers as people write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.numerals import arabic, digits, figures, number

DIGITS = "零一二三四五六七八九"


def written(value: int) -> str:
    """A number below 10000 in Chinese numerals, as taught in school."""
    text, pending = "", False
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = value // unit % 10
        if digit:
            text += ("零" if pending else "") + DIGITS[digit] + name
            pending = False
        else:
            pending = bool(text)
    return text or "零"


@given(st.integers(0, 9999))
def test_every_written_number_is_read_back(value: int) -> None:
    assert number(written(value)) == value


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("十五个人", "15个人"),
        ("二〇二六年", "2026年"),
        ("两点半", "2点半"),
        ("周三下午三点", "周三下午3点"),
        ("星期五十二点", "星期五12点"),
        ("１２月５号", "12月5号"),
        ("三会一课", "三会一课"),
    ],
)
def test_numerals_before_what_is_counted_become_digits(text: str, expected: str) -> None:
    assert arabic(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("两点二十到四点", "2点20到4点"),
        ("九到十一点", "9到11点"),
        ("十点到十二", "10点到12"),
        ("人数改成二十", "人数改成20"),
        ("12 月 5 号", "12月5号"),
        ("廿五号", "25号"),
        ("约一下下周二", "约下周二"),
        ("周一下午", "周一下午"),
        ("两三个人", "3个人"),
        ("二三十人", "30人"),
        ("两三点", "几点"),
        ("周三四点", "周三4点"),
        ("周三五个人", "周三5个人"),
        ("一点五小时", "1.5小时"),
        ("三会一课", "三会一课"),
    ],
)
def test_a_booking_is_read_with_more_numerals(text: str, expected: str) -> None:
    assert figures(text) == expected


def test_policy_questions_are_not_read_so() -> None:
    assert arabic("约一下下周二,十来个") == "约一下下周二,十来个"
    assert arabic("十点到十二") == "10点到十二"


def test_where_a_number_was_asked_for_every_numeral_is_one() -> None:
    assert digits("十五吧") == "15吧"
    assert digits("周三二十") == "周三20"


def test_what_is_no_number_is_refused() -> None:
    with pytest.raises(ValueError, match="书记"):
        number("书记")
