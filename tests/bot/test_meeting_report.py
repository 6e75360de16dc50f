"""What secretaries say of a meeting that was held, read into its parts."""

from __future__ import annotations

from datetime import date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.meeting_report import Said, read
from office.bases import SHANGHAI

NOW = datetime(2026, 12, 7, 10, 0, tzinfo=SHANGHAI)
"""A Monday."""
GROUPS = ["1号楼党小组", "2号楼党小组"]


def december(day: int) -> date:
    return date(2026, 12, day)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "12月5日下午开了支部党员大会，应到30实到25人，讨论了发展对象",
            Said(("general",), december(5), None, 30, 25, "讨论发展对象"),
        ),
        ("昨天过了主题党日，去了红色展馆", Said(("theme_day",), december(6), theme="去红色展馆")),
        ("这个月支委会开过了", Said(("committee",))),
        (
            "上周五下午两点半开展了主题党日，22个人参加，清扫小区",
            Said(("theme_day",), december(4), time(14, 30), None, 22, "清扫小区"),
        ),
        (
            "今天上午召开组织生活会和民主评议，应到30人，实到28人",
            Said(("organisation_life", "appraisal"), december(7), None, 30, 28),
        ),
        (
            "以党员大会形式召开了组织生活会，12月2日，到会二十六人",
            Said(("organisation_life", "general"), december(2), present=26),
        ),
        ("1号楼小组昨天开了会", Said(("group",), december(6), group="1号楼党小组")),
        ("党小组会各小组都开了", Said(("group",), group="all")),
        ("周三上了党课，主题是党章", Said(("lesson",), december(2), theme="党章")),
        ("8号开了支委会", Said(("committee",), date(2026, 11, 8))),
        ("31号开了支委会", Said(("committee",), date(2026, 10, 31))),
        ("刚开完支委会", Said(("committee",), december(7))),
        (
            "12月25日开了党员大会",
            Said(("general",), december(25)),
        ),  # refused later, not turned back
        (
            "昨天下午党员大会，25个党员参加，主要讨论民主评议的安排",
            Said(("general",), december(6), present=25, theme="讨论民主评议的安排"),
        ),
        (
            "主题党日活动12月1日在清溪村史馆搞的，来了18人",
            Said(("theme_day",), december(1), present=18, place="清溪村史馆"),
        ),
        ("去年12月20日开了民主评议", Said(("appraisal",), date(2025, 12, 20))),
        ("开了个会", Said()),
    ],
)
def test_a_sentence_is_read(text: str, said: Said) -> None:
    assert read(text, NOW, GROUPS) == said


def test_in_january_december_is_the_last_one() -> None:
    january = datetime(2027, 1, 4, 9, tzinfo=SHANGHAI)
    assert read("12月30日开了支委会", january).day == date(2026, 12, 30)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("改成26人", Said(present=26)),
        ("应到改成31人", Said(expected=31)),
        ("不是5日是6日", Said(day=december(6))),
        ("不是支委会，是党员大会", Said(kinds=("general",))),
        ("下午三点", Said(at=time(15))),
        ("主题改成学习党章", Said(theme="学习党章")),
        ("地点改成会议室", Said(place="会议室")),
        ("你好", Said()),
        ("谢谢", Said()),
    ],
)
def test_a_correction_says_only_what_it_says(text: str, said: Said) -> None:
    assert read(text, NOW, GROUPS, correcting=True) == said


def test_a_number_alone_answers_the_question_for_the_day() -> None:
    assert read("3", NOW, asked="day", correcting=True).day == december(3)


def test_a_draft_survives_its_button_and_a_broken_one_is_empty() -> None:
    said = read("12月5日下午两点开了支部党员大会，应到30实到25人，讨论了发展对象", NOW, GROUPS)
    assert Said.of(said.as_draft()) == said
    for broken in ("", "{", "[]", '{"kinds": ["party"]}', '{"day": "x"}', '{"kinds": 3}', "null"):
        assert Said.of(broken) == Said()


@given(st.text(max_size=60))
def test_no_text_is_too_strange_to_read(text: str) -> None:
    said = read(text, NOW, GROUPS)
    assert Said.of(said.as_draft()) == said


@given(st.text(alphabet="开了支部党员大会主题日0123456789月日号应到实人，去年二三十", max_size=30))
def test_no_mix_of_our_words_is_too_strange_to_read(text: str) -> None:
    read(text, NOW, GROUPS, correcting=True, asked="day")
