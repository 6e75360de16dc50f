"""Reading a work meeting out of a sentence. It is Monday, 23 November 2026, 10:00."""

from __future__ import annotations

from datetime import date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.meeting_wish import MeetingParts, item_of, read
from office.bases import SHANGHAI

NOW = datetime(2026, 11, 23, 10, tzinfo=SHANGHAI)


def december(day: int) -> date:
    return date(2026, 12, day)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        (
            "12月3日下午两点在会议室开工作例会，主题是安全生产",
            MeetingParts(december(3), time(14), "会议室", "安全生产"),
        ),
        (
            "12月3号两点，社区会议室，主题安全生产",
            MeetingParts(december(3), time(14), "社区会议室", "安全生产"),
        ),
        (
            "12月3日14:00，地点：活动室，主题：安全生产",
            MeetingParts(december(3), time(14), "活动室", "安全生产"),
        ),
        (
            "明天下午3点在3号楼会议室召开工作例会讨论环境整治",
            MeetingParts(date(2026, 11, 24), time(15), "3号楼会议室", "讨论环境整治"),
        ),
        (
            "围绕冬季防火开工作例会，后天上午九点",
            MeetingParts(date(2026, 11, 25), time(9), None, "冬季防火"),
        ),
        (
            "定在下周二早上八点半，地点还是会议室",
            MeetingParts(december(1), time(8, 30), "会议室"),
        ),
        ("工作例会改到周五上午九点", MeetingParts(date(2026, 11, 27), time(9))),
        ("例会地点改到活动室", MeetingParts(place="活动室")),
        ("把例会换到党群服务中心", MeetingParts(place="党群服务中心")),
        ("主题改成消防安全吧", MeetingParts(theme="消防安全")),
        ("在12月3日开例会", MeetingParts(december(3))),
        ("周一上午九点开例会", MeetingParts(date(2026, 11, 30), time(9))),
        ("2月30日开例会", MeetingParts(unreal_day=True)),
        ("安排工作例会", MeetingParts()),
        ('/plan_work_meeting{"x": "12月3日"}', MeetingParts()),
    ],
)
def test_a_sentence_gives_its_parts(text: str, parts: MeetingParts) -> None:
    assert read(text, now=NOW) == parts


@pytest.mark.parametrize(
    ("asked", "text", "parts"),
    [
        ("day", "3号", MeetingParts(december(3))),
        ("start", "九点", MeetingParts(start=time(9))),
        ("place", "就在老地方", MeetingParts(place="老地方")),
        ("place", "三楼", MeetingParts(place="三楼")),
        ("theme", "迎接12月13日公祭日", MeetingParts(theme="迎接12月13日公祭日")),
        ("theme", "时间改成下午三点", MeetingParts(start=time(15))),
        ("theme", "可以", MeetingParts()),
        ("place", "党小组会要开多久？", MeetingParts()),
    ],
)
def test_an_answer_is_read_as_what_was_asked(asked: str, text: str, parts: MeetingParts) -> None:
    assert read(text, now=NOW, asked=asked) == parts


@pytest.mark.parametrize(
    ("text", "item"),
    [
        ("例会议程加一条：讨论消防", "讨论消防"),
        ("议程里再加一项 通报党费", "通报党费"),
        ("把电动车充电问题加到例会议程", "电动车充电问题"),
        ("工作例会加个议题：冬季供暖", "冬季供暖"),
        ("加议程", None),
    ],
)
def test_what_is_to_be_added_to_the_agenda(text: str, item: str | None) -> None:
    assert item_of(text) == item


@given(st.text(alphabet="例会在开改到主题是地点12月3日下午两点，。会议室/😀 ", max_size=40))
def test_whatever_is_said_it_has_an_end(text: str) -> None:
    for asked in (None, "day", "start", "place", "theme"):
        parts = read(text, now=NOW, asked=asked)
        assert parts.place is None or 0 < len(parts.place) <= 120
        assert parts.theme is None or 0 < len(parts.theme) <= 200
    item_of(text)
