"""Reading a work meeting out of a sentence: 12月3日下午两点在会议室开工作例会，主题是安全生产.

Pure: text goes in, the parts that it gives come out. Whether they are allowed the office says.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from bot import when
from bot.wish import PARTICLES, is_purpose, is_question

END = "，,。；;！!？?\n"
SAYS = r"(?:就|先|暂|还|仍)?(?:定|改|换)?(?:是|为|叫|在|到|成)?[：:\s]*"
THEME = re.compile(rf"主题{SAYS}[“\"「《]?(?P<theme>[^{END}”\"」》]+)[”\"」》]?")
ABOUT = re.compile(rf"围绕(?P<theme>[^{END}]+?)(?:召?开|来|$|[{END}])")
TOPIC = re.compile(rf"(?:^|[{END}\s]|例会)(?P<theme>(?:讨论|研究|部署|学习|通报)[^{END}]+)")
ROOM = (
    "室|厅|中心|楼|馆|院|村部|村委会|居委会|社区|站|服务处|礼堂|会堂|阵地|基地|之家|广场|党校|校"
    "|线上|网上|视频会议|腾讯会议|钉钉"
)
NAMED = re.compile(rf"(?:地点|地方){SAYS}(?P<place>[^{END}]+)")
HELD_AT = re.compile(rf"在(?P<place>[^{END}]{{2,30}}?)(?:召开|举行|进行|碰头|集合|开)")
MOVED_TO = re.compile(rf"(?:改|换|挪|移|放|定)(?:到|在|成)了?(?P<place>[^{END}]*?(?:{ROOM}))")
ALONE = re.compile(
    rf"(?:^|[{END}\s])(?:就)?在?(?P<place>[^{END}\s]{{0,16}}(?:{ROOM}))(?=[{END}\s]|$)"
)
IS_TIME = re.compile(r"月|周|星期|礼拜|[上下中]午|早上|晚上|[今明后]天|点|本月|号$|日$")
CUE = re.compile(r"改|换|时间|地点|推迟|提前|延到|挪|主题|不[开是对]|取消")
"""Says which part is meant, so that the words are not the theme as a whole."""
LEAD = re.compile(r"^(?:就|那就|那)?(?:在|去|到|是|用|定)?")
ADD = (
    re.compile(
        r"议程(?:里面|里|上|中)?(?:请|帮我)?(?:再|也|还)?(?:要)?(?:增加|添加|加|添|补)(?:上|进)?"
        r"(?:[一1个]?[条项个])?(?:内容|议题)?[：:，,\s]*(?P<item>.+)"
    ),
    re.compile(
        r"(?:把|将)?(?P<item>.+?)(?:也|都)?(?:加|列|放|写|补)(?:到|进|入)(?:这次|本次|这个月|本月|下次|的)*"
        r"(?:工作)?(?:例会)?(?:的)?议程"
    ),
    re.compile(
        r"例会(?:上)?(?:再|也|还)?(?:要)?(?:加|添)(?:上)?[一1个]?[条项个]?(?:内容|议题|议程)?"
        r"[：:，,\s]*(?P<item>.+)"
    ),
)


@dataclass(frozen=True)
class MeetingParts:
    """What a sentence says of a meeting; None where it is silent. Days and hours are local."""

    day: date | None = None
    start: time | None = None
    place: str | None = None
    theme: str | None = None
    unreal_day: bool = False
    """A day was named that does not exist (2月30日)."""

    def __bool__(self) -> bool:
        return self != MeetingParts()


def read(text: str, *, now: datetime, asked: str | None = None) -> MeetingParts:
    """The parts that a sentence gives; ``asked`` is the one that was asked for.

    A command ("/help") gives none.
    """
    if text.lstrip().startswith(("/", "／")):
        return MeetingParts()
    if asked == "theme" and is_purpose(text) and not CUE.search(text) and not is_question(text):
        return MeetingParts(theme=_bare(text)[:200])
    theme, rest = _theme(text)
    place, rest = _place(rest)
    said = when.read(rest, now, asked=asked if asked in {"day", "start"} else None)
    day = said.day
    if day == now.date() and said.vague_day and said.start and said.start <= now.time():
        day += timedelta(days=7)  # 周三 said on a Wednesday, when the hour has passed
    parts = MeetingParts(day, said.start, place, theme, said.unreal_day)
    if asked == "place" and not parts and is_purpose(text) and not is_question(text):
        return MeetingParts(place=_bare(LEAD.sub("", text.strip()))[:120] or None)
    return parts


def item_of(text: str) -> str | None:
    """What is to be added to the agenda; None if the sentence does not say."""
    for pattern in ADD:
        found = pattern.search(text)
        if found and is_purpose(found["item"]):
            return _bare(found["item"])
    return None


def _theme(text: str) -> tuple[str | None, str]:
    for pattern in (THEME, ABOUT, TOPIC):
        found = pattern.search(text)
        if found and is_purpose(found["theme"]):
            rest = f"{text[: found.start()]}，{text[found.end() :]}"
            return _bare(found["theme"])[:200], rest
    return None, text


def _place(text: str) -> tuple[str | None, str]:
    for pattern in (NAMED, HELD_AT, MOVED_TO, ALONE):
        for found in pattern.finditer(text):
            place = _without_time(_bare(found["place"]), pattern)
            if place:
                at = text.index(place, found.start("place"))
                return place[:120], f"{text[:at]}，{text[at + len(place) :]}"
    return None, text


def _without_time(place: str, pattern: re.Pattern[str]) -> str | None:
    """The place without a time before it (下午两点在会议室); None if it is a time only."""
    if pattern is NAMED:
        return place or None
    place = place.rpartition("在")[2] or place
    while (found := IS_TIME.search(place)) is not None:
        place = place[found.end() :].lstrip("的半整钟 ")
    return place if len(place) > 1 else None


def _bare(text: str) -> str:
    return " ".join(text.split()).strip(PARTICLES).strip('“”"「」《》：: ')
