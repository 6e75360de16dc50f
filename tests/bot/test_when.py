"""Dates and times as members say them. Today is Monday, 23 November 2026, 10:00."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.when import When, read

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.mark.parametrize(
    ("said", "day", "start", "end"),
    [
        ("下周三下午两点到四点", date(2026, 12, 2), time(14), time(16)),
        ("后天晚上7点半到9点", date(2026, 11, 25), time(19, 30), time(21)),
        ("12月5号", date(2026, 12, 5), None, None),
        ("十二月五日上午十点", date(2026, 12, 5), time(10), None),
        ("1月3日", date(2027, 1, 3), None, None),
        ("11月20号", date(2026, 11, 20), None, None),
        ("2026年12月31日 14:00-16:30", date(2026, 12, 31), time(14), time(16, 30)),
        ("下下周三", date(2026, 12, 9), None, None),
        ("这周五", date(2026, 11, 27), None, None),
        ("周三", date(2026, 11, 25), None, None),
        ("星期天上午九点", date(2026, 11, 29), time(9), None),
        ("周末", date(2026, 11, 28), None, None),
        ("礼拜六早上8点半", date(2026, 11, 28), time(8, 30), None),
        ("明儿上午9点到11点", date(2026, 11, 24), time(9), time(11)),
        ("明晚七点到八点半", date(2026, 11, 24), time(19), time(20, 30)),
        ("5号下午3点", date(2026, 12, 5), time(15), None),
        ("27号", date(2026, 11, 27), None, None),
        ("下个月3号", date(2026, 12, 3), None, None),
        ("月底", date(2026, 11, 30), None, None),
        ("三天后", date(2026, 11, 26), None, None),
        ("元旦", date(2027, 1, 1), None, None),
        ("两点到四点", None, time(14), time(16)),
        ("9:30到11", None, time(9, 30), time(11)),
        ("上午十点到下午两点", None, time(10), time(14)),
        ("九点到十一点", None, time(9), time(11)),
        ("9到11点", None, time(9), time(11)),
        ("下午2点到3点一刻", None, time(14), time(15, 15)),
        ("下午2点半开始,4点结束", None, time(14, 30), time(16)),
        ("下午三点,两个小时", None, time(15), time(17)),
        ("上午9点,一个半小时", None, time(9), time(10, 30)),
        ("10点到1点", None, time(10), time(13)),
        ("1月2日9点到11点", date(2027, 1, 2), time(9), time(11)),
        ("主题党日", None, None, None),
        ("三号院的人", None, None, None),
        ("二月三十日", None, None, None),
        ("25点", None, None, None),
    ],
)
def test_reads(said: str, day: date | None, start: time | None, end: time | None) -> None:
    when = read(said, NOW)
    assert (when.day, when.start, when.end) == (day, start, end)


def test_a_part_of_the_day_is_not_an_hour() -> None:
    assert read("明天上午", NOW) == When(day=date(2026, 11, 24), period="上午")


def test_a_length_alone_is_kept() -> None:
    assert read("两个小时", NOW).minutes == 120


@given(st.text(max_size=60))
def test_any_text_is_read_without_error(said: str) -> None:
    read(said, NOW)


@given(
    st.dates(min_value=date(2026, 11, 23), max_value=date(2027, 9, 1)),
    st.integers(7, 20),
    st.sampled_from([0, 15, 30, 45]),
)
def test_a_written_date_and_time_is_read_back(day: date, hour: int, minute: int) -> None:
    said = f"{day.month}月{day.day}日{hour}:{minute:02}到{hour + 1}:{minute:02}"
    when = read(said, NOW)
    assert (when.day, when.start, when.end) == (day, time(hour, minute), time(hour + 1, minute))
