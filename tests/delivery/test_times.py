"""Days and times as people read them."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from delivery.times import day_text, end_text, when_text
from office.bases import SHANGHAI


@pytest.mark.parametrize(
    ("day", "hour", "written"),
    [(2, 16, "16:00"), (3, 1, "次日 1:00"), (3, 0, "次日 0:00"), (4, 1, "12月4日（周五） 1:00")],
)
def test_an_end_says_on_which_day_it_is(day: int, hour: int, written: str) -> None:
    start = datetime(2026, 12, 2, 14, tzinfo=SHANGHAI)
    end = datetime(2026, 12, day, hour, tzinfo=SHANGHAI)
    assert end_text(start, end) == written
    assert when_text(start, end) == f"12月2日（周三） 14:00—{written}"


def test_the_year_is_said_where_it_is_another_one() -> None:
    assert day_text(date(2027, 1, 6), date(2026, 12, 2)) == "2027年1月6日（周三）"
    assert day_text(date(2026, 12, 2), date(2026, 1, 1)) == "12月2日（周三）"
