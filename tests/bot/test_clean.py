"""Cleaning what comes from outside."""

from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from bot.clean import clean, has_words, spoken

ANYTHING = st.text(st.characters(), max_size=80)


@given(ANYTHING)
def test_nothing_invisible_is_left(text: str) -> None:
    cleaned = clean(text)
    assert not any(unicodedata.category(char).startswith("C") for char in cleaned)
    assert cleaned == " ".join(cleaned.split())


@given(ANYTHING)
def test_cleaning_again_changes_nothing(text: str) -> None:
    assert clean(clean(text)) == clean(text)


@given(ANYTHING)
def test_nothing_that_is_said_begins_with_a_slash(text: str) -> None:
    assert not spoken(clean(text)).startswith(("/", "／"))


def test_emoji_stay_but_are_no_words() -> None:
    assert clean("党费👍怎么交") == "党费👍怎么交"
    assert not has_words("👍 ❤️ ……")
    assert has_words("👍3")
