"""Reading the parts of a booking out of a sentence, in any order."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

import pytest

from bot.wish import Parts, is_question, read
from office.bases import SHANGHAI

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=SHANGHAI)  # a Monday
NAMES = {
    "红星纪念馆": "B1",
    "红星": "B1",
    "滨江党群服务中心": "B2",
    "滨江": "B2",
    "滨江展览馆": "B3",
}


def said(text: str, **known: Any) -> Parts:
    return read(text, now=NOW, names=NAMES, **known)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        (
            "下周三下午两点到四点红星纪念馆，15人，主题党日",
            Parts(("B1",), date(2026, 12, 2), time(14), time(16), 15, "主题党日"),
        ),
        (
            "我们支部二十个人想明天上午9点到11点去红星参观学习",
            Parts(("B1",), date(2026, 11, 24), time(9), time(11), 20, "参观学习"),
        ),
        ("12月5号", Parts(day=date(2026, 12, 5))),
        ("三点到五点吧", Parts(start=time(15), end=time(17))),
        ("改成20人", Parts(people=20)),
        ("2月30号", Parts(unreal_day=True)),
        ("你好", Parts()),
    ],
)
def test_parts_in_any_order(text: str, parts: Parts) -> None:
    assert said(text) == parts


def test_a_name_that_fits_several_bases_gives_them_all() -> None:
    assert set(said("滨江展览馆或者滨江党群服务中心").bases) == {"B2", "B3"}


@pytest.mark.parametrize("text", ["红星纪念官", "红心纪念馆", "去红星纪念馆吧"])
def test_where_the_base_was_asked_for_a_slip_of_the_pen_is_understood(text: str) -> None:
    assert said(text, asked="base").bases == ("B1",)


def test_a_bare_number_is_what_was_asked_for() -> None:
    assert said("15", asked="people").people == 15
    assert said("15").people is None
    assert said("9-11", asked="start") == Parts(start=time(9), end=time(11))
    assert said("9", asked="start").start == time(9)


@pytest.mark.parametrize(
    ("text", "end"),
    [("四点", time(16)), ("16:30", time(16, 30)), ("两个小时", time(16)), ("4", time(16))],
)
def test_the_end_is_a_time_or_a_length(text: str, end: time) -> None:
    parts = said(text, asked="end", start=time(14))
    assert (parts.start, parts.end) == (None, end)


def test_any_words_are_a_purpose_where_it_was_asked_for() -> None:
    assert said("给新党员讲讲党史", asked="purpose").purpose == "给新党员讲讲党史"
    assert said("还是改成20人吧", asked="purpose").purpose is None


@pytest.mark.parametrize("text", ["党费怎么交", "预备党员能投票吗", "要带什么？", "几点开门"])
def test_questions_are_told_from_statements(text: str) -> None:
    assert is_question(text)


@pytest.mark.parametrize("text", ["下周三下午", "20人", "主题党日", "就这样"])
def test_statements_are_told_from_questions(text: str) -> None:
    assert not is_question(text)
