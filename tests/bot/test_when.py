"""Dates and times as members say them. Today is Monday, 23 November 2026, 10:00."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.when import When, read
from tests.bot.test_numerals import written

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
TUESDAY = datetime(2026, 11, 24, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
WEEKDAYS = "一二三四五六日"


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


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("麻烦约一下下周二的科技展厅", date(2026, 12, 1)),
        ("约一下下个月3号", date(2026, 12, 3)),
        ("约一下周四", date(2026, 11, 26)),
        ("下周一下午", date(2026, 11, 30)),
        ("12月底", date(2026, 12, 31)),
        ("下个月底", date(2026, 12, 31)),
        ("明年12月1号", date(2027, 12, 1)),
        ("明年元旦", date(2027, 1, 1)),
        ("下周的周三", date(2026, 12, 2)),
        ("下 周三", date(2026, 12, 2)),
        ("下周1", date(2026, 11, 30)),
        ("周6", date(2026, 11, 28)),
        ("星期1", date(2026, 11, 30)),
        ("12-5", date(2026, 12, 5)),
        ("12/5", date(2026, 12, 5)),
        ("12.5", date(2026, 12, 5)),
        ("12.5号", date(2026, 12, 5)),
        ("12 月 5 号", date(2026, 12, 5)),
        ("2026-12-5", date(2026, 12, 5)),
        ("12月5日（周六）", date(2026, 12, 5)),
        ("廿五号", date(2026, 11, 25)),
        ("上周五", date(2026, 11, 20)),
        ("晚上周五", date(2026, 11, 27)),
        ("先占上周五下午的", date(2026, 11, 27)),
        ("明下午", date(2026, 11, 25)),
        ("五一", date(2027, 5, 1)),
        ("9-11", None),
        ("下周3个人", None),
        ("一周三次党课", None),
        ("五一广场", None),
        ("八一路", None),
        ("十一中学", None),
        ("学习七一讲话", None),
        ("3号教室", None),
        ("月底前", None),
        ("元旦前", None),
        ("两三天后", None),
        ("证明下午交", None),
    ],
)
def test_reads_the_day(said: str, day: date | None) -> None:
    assert (read(said, TUESDAY).day, read(said, TUESDAY).unreal_day) == (day, False)


@pytest.mark.parametrize("said", ["2月30号", "11月31日", "13月5号"])
def test_a_day_that_does_not_exist_is_told(said: str) -> None:
    assert read(said, TUESDAY) == When(unreal_day=True)


@pytest.mark.parametrize(("said", "day"), [("5", 5), ("5号", 5), ("5吧", 5), ("24", 24)])
def test_a_bare_number_is_a_day_where_it_was_asked_for(said: str, day: int) -> None:
    month = 12 if day < TUESDAY.day else 11
    assert read(said, TUESDAY, asked="day").day == date(2026, month, day)
    assert read("32", TUESDAY, asked="day").unreal_day


@pytest.mark.parametrize(
    ("said", "start", "end"),
    [
        ("明天9-11点", time(9), time(11)),
        ("下周三14-16点", time(14), time(16)),
        ("下午3-5点", time(15), time(17)),
        ("下午3-5", time(15), time(17)),
        ("晚7-9点", time(19), time(21)),
        ("9~11点", time(9), time(11)),
        ("明天9-11", time(9), time(11)),
        ("12-5 9-11", time(9), time(11)),
        ("九到十一点", time(9), time(11)),
        ("下午2点到4点30人", time(14), time(16)),
        ("下午2点到4点30", time(14), time(16, 30)),
        ("12月5号9点15人", time(9), None),
        ("9点15个党员", time(9), None),
        ("9点15分15人", time(9, 15), None),
        ("下午两点二十到四点", time(14, 20), time(16)),
        ("九点三十到十一点", time(9, 30), time(11)),
        ("四点二十", time(16, 20), None),
        ("两点零五", time(14, 5), None),
        ("三点一起去", time(15), None),
        ("十点到十二", time(10), time(12)),
        ("下午三点,一小时四十分钟", time(15), time(16, 40)),
        ("上午9点,一个半小时", time(9), time(10, 30)),
        ("9点开始,两小时半", time(9), time(11, 30)),
        ("9点,一点五小时", time(9), time(10, 30)),
        ("9点,俩钟头", time(9), time(11)),
        ("两点一刻", time(14, 15), None),
        ("三点三刻", time(15, 45), None),
        ("2:30-4:30", time(14, 30), time(16, 30)),
        ("3:00", time(15), None),
        ("03:00", time(3), None),
        ("14.30-16.00", time(14, 30), time(16)),
        ("9.30到11.30", time(9, 30), time(11, 30)),
        ("2026.12.5 9.30-11", time(9, 30), time(11)),
        ("下午2.30", time(14, 30), None),
        ("9时30分至11时", time(9, 30), time(11)),
        ("下午2点半开始,大概4点结束", time(14, 30), time(16)),
        ("结束时间五点", None, time(17)),
        ("明天晚上去看看,7点到9点", time(19), time(21)),
        ("晚上10点到12点", time(22), time(23, 59)),
        ("20:00-24:00", time(20), time(23, 59)),
        ("晚上12点结束", None, time(23, 59)),
        ("凌晨12点", time(0), None),
        ("夜里10点", time(22), None),
        ("22点到1点", time(22), None),
        ("下午4点到下午2点", time(16), None),
        ("下午一点", time(13), None),
        ("一点到三点", time(13), time(15)),
        ("最好一点开始", time(13), None),
        ("晚一点", None, None),
        ("早一点", None, None),
        ("有一点问题", None, None),
        ("快一点", None, None),
        ("差一点", None, None),
        ("大一点的教室", None, None),
        ("有两点建议", None, None),
        ("两三点", None, None),
        ("往后推一小时", None, None),
        ("10点到12月5号", time(10), None),
    ],
)
def test_reads_the_hours(said: str, start: time | None, end: time | None) -> None:
    when = read(said, TUESDAY)
    assert (when.start, when.end) == (start, end)


@pytest.mark.parametrize(
    ("said", "start", "end"),
    [
        ("9-11", time(9), time(11)),
        ("从九到十一吧", time(9), time(11)),
        ("9.30", time(9, 30), None),
        ("晚上7", time(19), None),
        ("下午三", time(15), None),
        ("15人", None, None),
        ("5号", None, None),
    ],
)
def test_bare_numbers_are_hours_where_the_start_was_asked_for(
    said: str, start: time | None, end: time | None
) -> None:
    when = read(said, TUESDAY, asked="start")
    assert (when.start, when.end) == (start, end)


@pytest.mark.parametrize(
    ("said", "asked", "end"),
    [
        ("到五点", None, time(17)),
        ("到五点", "people", time(17)),
        ("延长到晚上八点", "confirmed", time(20)),
        ("五点吧", "end", time(17)),
        ("十二", "end", None),
        ("晚上12点", "end", time(23, 59)),
        ("九十分钟", "end", time(15, 30)),
        ("两个小时", "confirmed", time(16)),
        ("再加一小时", "confirmed", None),
        ("提前一个钟头", "end", None),
    ],
)
def test_the_end_counts_from_the_start_that_is_known(
    said: str, asked: str | None, end: time | None
) -> None:
    when = read(said, TUESDAY, asked=asked, known=time(14))
    assert (when.start, when.end) == (None, end)


def names(day: date, today: date) -> list[str]:
    """Ways to write a day."""
    found = [
        f"{day.month}月{day.day}号",
        f"{day.month}月{day.day}日",
        f"{written(day.month)}月{written(day.day)}号",
        f"{day.month} 月 {day.day} 日",
        f"{day.month}/{day.day}",
        f"{day.month}.{day.day}",
        f"{day.month}-{day.day}",
        f"{day:%Y-%m-%d}",
        f"{day.year}年{day.month}月{day.day}日",
        f"帮我约一下{day.month}月{day.day}号的",
    ]
    weeks = (
        day - timedelta(days=day.weekday()) - today + timedelta(days=today.weekday())
    ).days // 7
    name, number = WEEKDAYS[day.weekday()], day.weekday() + 1
    if weeks <= 2:
        next_weeks = "下" * weeks
        found += [f"{next_weeks}周{name}", f"{next_weeks}星期{name}", f"{next_weeks}个礼拜{name}"]
        found += [f"{next_weeks}周{number}", f"约一下{next_weeks}周{name}的"]
    if weeks == 0:
        found += [f"这周{name}", f"本周{name}"]
    if weeks == 1:
        found += [f"下周的周{name}", f"下 周{name}"]
    nearest = {0: "今天", 1: "明天", 2: "后天", 3: "大后天"}
    return [*found, *([nearest[n]] if (n := (day - today).days) in nearest else [])]


@pytest.mark.parametrize("today", [TUESDAY, TUESDAY + timedelta(days=5), TUESDAY.replace(day=30)])
@pytest.mark.parametrize("ahead", range(61))
def test_every_day_of_the_next_two_months_is_read_back(ahead: int, today: datetime) -> None:
    day = today.date() + timedelta(days=ahead)
    for name in names(day, today.date()):
        for said in (name, f"{name}下午2点到4点", f"{name} 15人"):
            when = read(said, today)
            assert (said, when.day) == (said, day)
            assert (when.start == time(14)) == ("2点到" in said)


def spoken(at: time) -> str:
    """A time in words: 下午两点三十分."""
    parts = ((6, "凌晨"), (12, "上午"), (13, "中午"), (18, "下午"), (24, "晚上"))
    period = next(name for before, name in parts if at.hour < before)
    minutes = f"{'零' if at.minute < 10 else ''}{written(at.minute)}分" if at.minute else ""
    return f"{period}{written(at.hour % 12 or 12)}点{minutes}"


@given(st.times(), st.times(), st.sampled_from(["-", "到", "至", "~", "—", " - "]))
def test_every_range_is_read_back(one: time, other: time, to: str) -> None:
    one, other = (at.replace(second=0, microsecond=0) for at in (one, other))
    start, end = min(one, other), max(one, other)
    if start == end:
        return
    ways = [
        f"{start:%H:%M}{to}{end:%H:%M}",
        f"{start:%H.%M}{to}{end:%H.%M}",
        f"{spoken(start)}{to}{spoken(end)}",
    ]
    if start.hour >= 7:
        ways += [
            f"{start.hour}:{start:%M}{to}{end.hour}:{end:%M}",
            f"{start.hour}点{start:%M}{to}{end.hour}点{end:%M}",
            f"{start.hour}点{start.minute}分{to}{end.hour}点{end.minute}分",
            f"{start.hour}时{start:%M}分{to}{end.hour}时{end:%M}分",
        ]
    for said in ways:
        for sentence in (said, f"12月5号{said}", f"下周三 {said} 15人"):
            when = read(sentence, TUESDAY)
            assert (sentence, when.start, when.end) == (sentence, start, end)
