"""Ledgers that are long, and texts that nobody means well with, are read fast."""

from __future__ import annotations

import time
from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.ledger.labels import is_ledger
from bot.ledger.reading import read
from office.bases import SHANGHAI

NOW = datetime(2026, 12, 5, 10, 0, tzinfo=SHANGHAI)
NAMES = {"王小明", "李芳", "张三"}


def test_a_long_message_is_kept_whole() -> None:
    progress = "，".join(f"第{n}栋楼道清理完成" for n in range(1, 141))
    text = f"时间：12月3日 地点：活动室 参加：8人 主题：环境整治 进展：{progress} 问题：无 任务：无"
    assert len(text) > 1500
    assert read(text, NOW).progress == progress


@pytest.mark.parametrize(
    "text",
    [
        "时间：" * 400,
        "任务：" + "1、" * 700,
        "任务：" + "王小明" * 500,
        "任务：" + "，李芳12月" * 300,
        "问题：" + "\\x00'\"<script>alert(1)</script>{{7*7}}" * 40,
        "【" * 1000 + "】" * 1000,
        "😀" * 1500,
        "1" * 3000,
        "(" * 1500 + ")" * 1500,
        "在" * 1500 + "开",
    ],
)
def test_hostile_input_is_read_fast(text: str) -> None:
    began = time.perf_counter()
    said = read(text, NOW, names=NAMES)
    assert is_ledger(text) in {True, False}
    assert time.perf_counter() - began < 1.0
    assert said is not None


@settings(max_examples=60, deadline=None)
@given(
    st.text(
        alphabet=st.sampled_from("时间地点：:，。\n1、任务王小明12月3日前问题原因主题（）无 "),
        max_size=120,
    )
)
def test_any_mixture_of_our_own_words_is_read(text: str) -> None:
    said = read(text, NOW, names=NAMES)
    for one in said.tasks or ():
        assert one.title
