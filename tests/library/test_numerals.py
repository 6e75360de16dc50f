from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from library.numerals import chinese, number_of


@given(st.integers(1, 9999))
def test_a_chinese_numeral_has_the_value_it_was_written_for(value: int) -> None:
    assert number_of(chinese(value)) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("十", 10),
        ("二十一", 21),
        ("一百零三", 103),
        ("一百一十", 110),
        ("两百", 200),
        ("二〇", 20),
        ("37", 37),
        ("３７", 37),
    ],
)
def test_numbers_as_they_are_written(text: str, value: int) -> None:
    assert number_of(text) == value


@pytest.mark.parametrize("text", ["", "十百", "一二三四五六七八九十", "123456", "甲", "1十"])
def test_what_is_no_number(text: str) -> None:
    assert number_of(text) is None
