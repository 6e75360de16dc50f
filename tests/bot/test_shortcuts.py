"""Typed words whose meaning is known without the language model."""

from __future__ import annotations

import json

import pytest

from bot.shortcuts import check_in_of, note_of

ASKS = [{"title": "不用了", "payload": '/rate_booking{"booking_id": "7", "note": ""}'}]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("签到 ABCD1234", "ABCD1234"),
        ("签到码：demo-poster-J5", "demo-poster-J5"),
        ("签到abc_def-9", "abc_def-9"),
        ("签到", None),
        ("签到 12", None),
        ("我要签到 ABCD1234 谢谢", None),
    ],
)
def test_a_code_that_is_typed(text: str, code: str | None) -> None:
    heard = check_in_of(text)
    assert heard == (f'/check_in{{"code": "{code}"}}' if code else None)


def test_words_that_were_asked_for_are_taken_as_they_are() -> None:
    heard = note_of('讲解员"讲得好"}', ASKS)
    assert heard is not None
    intent, _, rest = heard.partition("{")
    assert intent == "/rate_booking"
    assert json.loads("{" + rest) == {"booking_id": "7", "note": '讲解员"讲得好"}'}


@pytest.mark.parametrize("text", ["支部党员大会多久开一次？", "我的预约", "取消预约", "帮助"])
def test_what_asks_for_something_else_is_no_note(text: str) -> None:
    assert note_of(text, ASKS) is None


def test_without_a_question_words_are_no_note() -> None:
    plain = [{"title": "我的预约", "payload": "/my_bookings"}]
    plain += [{"title": "改", "payload": '/change_booking{"booking_id": "7"}'}]
    assert note_of("讲得好", plain) is None
