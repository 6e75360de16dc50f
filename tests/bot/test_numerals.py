"""Numbers as people write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.numerals import arabic, number

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


def test_what_is_no_number_is_refused() -> None:
    with pytest.raises(ValueError, match="书记"):
        number("书记")
