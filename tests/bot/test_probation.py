"""The calculator of dates: the end of probation, the beginning of standing."""

from __future__ import annotations

from datetime import date

import pytest

from bot.answers.probation import read

TODAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("question", "ends", "standing"),
    [
        ("3月12日开会通过的，6月才批，我啥时候满预备期", date(2027, 3, 12), False),
        ("去年5月20号支部大会接收我为预备党员，什么时候能转正", date(2026, 5, 20), False),
        ("2026年7月1日入党，预备期到哪天满", date(2027, 7, 1), False),
        ("12月3日大会通过的，预备期哪天满", date(2026, 12, 3), False),
        ("2020年6月10号支部大会通过，2021年6月按期转正，党龄起点是哪年", date(2021, 6, 10), True),
        ("2024年2月29日大会接收的，预备期哪天到期", date(2025, 2, 28), False),
    ],
)
def test_the_dates(question: str, ends: date, standing: bool) -> None:
    found = read(question, TODAY)
    assert found is not None
    assert (found.ends, found.standing) == (ends, standing)


@pytest.mark.parametrize(
    "question",
    [
        "预备期从哪天算",
        "3月12日开会通过的，延长半年，什么时候满预备期",
        "9月28日开始公示，最早哪天满",
        "2027年3月1日大会通过，什么时候转正",
        "2月30日大会通过，预备期哪天满",
        "1976年9月1日入党，党龄从哪天算",
    ],
)
def test_what_is_not_so_simple_is_left_to_the_cards(question: str) -> None:
    assert read(question, TODAY) is None
