"""Reading the parts of a booking out of a sentence, in any order."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

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


TUESDAY = datetime(2026, 11, 24, 10, 0, tzinfo=SHANGHAI)
BASES = {
    "红星纪念馆": "B1",
    "红星馆": "B1",
    "清溪村史馆": "B2",
    "村史馆": "B2",
    "望江廉政教育基地": "B3",
    "廉政基地": "B3",
    "五一纪念馆": "B4",
}


def told(text: str, **known: Any) -> Parts:
    return read(text, now=TUESDAY, names=BASES, **known)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("把下午2点改成3点", Parts(start=time(15))),
        ("晚上7点改成8点", Parts(start=time(20))),
        ("下午2点到4点改成3点到5点", Parts(start=time(15), end=time(17))),
        ("9点到11点改成下午", Parts(window=(time(12), time(18)))),
        ("15人改成20人", Parts(people=20)),
        ("15人改成20", Parts(people=20)),
        ("不是15人，是20人", Parts(people=20)),
        ("不是 15 人，是 20 人", Parts(people=20)),
        ("12月5号改到12月6号", Parts(day=date(2026, 12, 6))),
        ("12 月 5 号 改成 12 月 6 号", Parts(day=date(2026, 12, 6))),
        ("从12月5号改到12月6号", Parts(day=date(2026, 12, 6))),
        ("周三改成周四", Parts(day=date(2026, 11, 26))),
        ("不是周三是周四", Parts(day=date(2026, 11, 26))),
        ("周三不行，周四吧", Parts(day=date(2026, 11, 26))),
        ("周三有事，改周四", Parts(day=date(2026, 11, 26))),
        ("下周三，不对，下周四", Parts(day=date(2026, 12, 3))),
        ("2月30号，不对，12月5号", Parts(day=date(2026, 12, 5))),
        ("明天改成后天", Parts(day=date(2026, 11, 26))),
        ("不是主题党日，是党课", Parts(purpose="党课")),
        ("红星馆改成村史馆", Parts(("B2",))),
        ("不去村史馆了，换廉政基地", Parts(("B3",))),
        ("村史馆不去了，换廉政基地", Parts(("B3",))),
        ("要不换村史馆", Parts(("B2",))),
        ("五一纪念馆", Parts(("B4",))),
        ("人数改成20", Parts(people=20)),
        ("人数改成二十", Parts(people=20)),
        ("人数加到40", Parts(people=40)),
        ("人多了，改成五十", Parts(people=50)),
        ("少几个人，改十二个", Parts(people=12)),
        ("前面填的人数不对，是二十六", Parts(people=26)),
        ("改成20", Parts()),
        ("20", Parts()),
        ("多加五个人", Parts()),
        ("多来了五个人，数要改", Parts()),
        ("再加一小时", Parts()),
        ("结束时间改成五点", Parts(end=time(17))),
        ("延到十二点结束", Parts(end=time(12))),
        ("时间改成3点，人数改成20", Parts(start=time(15), people=20)),
        ("2点到4点，改成5点", Parts(start=time(17))),
        (
            "红星馆，下周三下午2点到4点，15人改成20人",
            Parts(("B1",), date(2026, 12, 2), time(14), time(16), 20),
        ),
        ("12月5号换届选举", Parts(day=date(2026, 12, 5))),
        ("12月5号整改落实会", Parts(day=date(2026, 12, 5))),
    ],
)
@pytest.mark.parametrize("asked", [None, "confirmed", "base"])
def test_a_correction_gives_what_is_meant_now(text: str, parts: Parts, asked: str | None) -> None:
    assert told(text, asked=asked) == parts


def test_till_five_is_the_end_once_a_start_is_known() -> None:
    assert told("到五点", start=time(14), asked="people") == Parts(end=time(17))
    assert told("结束时间改成五点", start=time(14), asked="confirmed") == Parts(end=time(17))
    assert told("改到五点", start=time(14), asked="confirmed") == Parts(start=time(17))


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ("20", 20),
        ("改成20", 20),
        ("十五吧", 15),
        ("大概三十来个", 30),
        ("十五六个人", 16),
        ("改到3点", None),
        ("3点吧", None),
        ("周三2点", None),
        ("5号", None),
        ("两个小时", None),
        ("就我们一个支部", None),
        ("第一个", None),
        ("多加五个人", None),
    ],
)
def test_a_bare_number_is_people_only_without_a_day_or_a_time(
    text: str, people: int | None
) -> None:
    assert told(text, asked="people").people == people


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ("两三个人", 3),
        ("七八个人", 8),
        ("三五个人", 5),
        ("十五六个人", 16),
        ("二三十人", 30),
        ("十来个人", 10),
        ("二十来号人", 20),
        ("俩人", 2),
        ("10到15人", 15),
        ("0人", 0),
        ("周三五个人", 5),
        ("三名预备党员和12名正式党员", 15),
        ("正式党员12人，预备党员3人", 15),
        ("正式党员12人，预备党员3人，共15人", 15),
        ("我们20人，正式党员15人，预备党员5人", 20),
        ("15人，其中预备党员3名", 15),
        ("下午2点到4点30人", 30),
        ("下午2点到4点15人", 15),
        ("12月5号9点15人", 15),
        ("9点20位同志", 20),
        ("12月15人", 15),
        ("最多20人", 20),
        ("差不多30人", 30),
        ("参加15人", 15),
        ("4点20左右", None),
        ("人数待定，下午3点", None),
        ("电话13800138000", None),
    ],
)
def test_people_are_counted(text: str, people: int | None) -> None:
    assert told(text).people == people


@pytest.mark.parametrize(
    "text",
    [
        "谢谢",
        "谢谢你啦",
        "我的预约",
        "算了",
        "算了吧",
        "不知道",
        "随便吧",
        "没有",
        "还没想好",
        "都行",
        "确认预约",
        "取消",
        "/help",
        "／help",
        "/慰问老党员",
        "/党课",
        "??",
        "15",
        "不是党课",
    ],
)
def test_a_refusal_is_no_purpose(text: str) -> None:
    assert told(text, asked="purpose").purpose is None


@pytest.mark.parametrize(
    "text",
    [
        "慰问老党员",
        "不忘初心主题教育",
        "五四青年节活动",
        "迎国庆文艺汇演",
        "改革开放史宣讲",
        "确定发展对象会议",
        "帮助困难群众",
        "好人好事表彰",
    ],
)
def test_real_purposes_are_taken_as_they_are(text: str) -> None:
    assert told(text, asked="purpose") == Parts(purpose=text)


def test_a_room_is_no_purpose() -> None:
    assert told("红星馆宣誓大厅") == Parts(("B1",))


ASKED = [None, "base", "day", "start", "end", "people", "purpose", "confirmed"]
CHARS = "一二三五十两0159点半刻到-.:,，。 下上周个月号今明天早晚午人多改成换不是去了红星馆结束小时"


@given(st.text(st.sampled_from(CHARS), max_size=40), st.sampled_from(ASKED))
def test_any_text_is_read_without_error(text: str, asked: str | None) -> None:
    told(text, asked=asked)
    told(text, asked=asked, start=time(14))


@pytest.mark.parametrize("text", ["党费怎么交", "预备党员能投票吗", "要带什么？", "几点开门"])
def test_questions_are_told_from_statements(text: str) -> None:
    assert is_question(text)


@pytest.mark.parametrize("text", ["下周三下午", "20人", "主题党日", "就这样"])
def test_statements_are_told_from_questions(text: str) -> None:
    assert not is_question(text)
