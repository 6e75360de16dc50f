"""Reading the parts of a booking out of what a member says, in any order and any number.

Pure: text and what is known go in, the parts that the sentence gives come out. Whether they are
allowed is the office's business.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime, time
from difflib import SequenceMatcher

from bot import corrections, repeats, when
from bot.people import people_in
from bot.repeats import Repeat

QUESTION = re.compile(
    r"[?？]\s*$|[吗呢]\s*[?？]?$|怎么|什么|多少|多久|几[次个点号月]|如何|为啥|为什么|能不能|是不是|要不要|有没有"
)
PURPOSES = [
    "重温入党誓词",
    "主题党日",
    "组织生活会",
    "支部党员大会",
    "党员大会",
    "党小组会",
    "民主评议",
    "参观学习",
    "志愿服务",
    "集中学习",
    "红色教育",
    "廉政教育",
    "现场教学",
    "上党课",
    "党课",
    "座谈会",
    "座谈",
    "宣誓",
    "观影",
    "参观",
    "学习",
    "培训",
]
NO_GUIDE = re.compile("(?:不用|不要|不需要|没有|无需|别)[^,，。]{0,3}(?:讲解|导览|解说)")
GUIDE = re.compile("讲解|导览|解说")
NO_ROOM = "(?!大?厅|[室馆]|基地)"
"""宣誓大厅 is a room."""
CLOSE_ENOUGH = 0.6
NAMES_FROM = 0xE000
"""Names of bases stand as characters of private use while a sentence is read."""
NO_PURPOSE = re.compile(
    r"(?:谢谢|多谢|感谢|谢)(?:你|您|大家)*|我?的?预约|算|随便.{0,3}|什么都[行可].*|都(?:行|可以)"
    r"|无所谓|我?(?:也|还)?(?:不知道|不清楚|不确定|没想好|没定)|没有?|无|好的?|可以|行|嗯+|哦+|对|是的?"
    r"|不[是去要用约订].*|帮助|菜单|取消.*|确[认定](?:预约)?|返回|跳过|继续|重来|再见|拜拜|[你您]好|在吗"
    r"|(?:转|找)?人工.*|我?想?(?:修?改|换)(?:一?下|一?个).*",
    re.DOTALL,
)
"""What is no purpose, though it was asked for."""
PARTICLES = "吧啊呀啦哦呢嘛了哈 ,，.。!！?？~～…"


@dataclass(frozen=True)
class Parts:
    """The parts of a booking; None where nothing was said. ``bases`` are codes that fit."""

    bases: tuple[str, ...] = ()
    day: date | None = None
    start: time | None = None
    end: time | None = None
    people: int | None = None
    purpose: str | None = None
    unreal_day: bool = False
    """A date was named that does not exist (2月30日)."""
    span: tuple[date, date] | None = None
    """The first and last of several days that it may be (月底前)."""
    window: tuple[time, time] | None = None
    """Between what hours it is to be (上午, 三点以后)."""
    guide: bool | None = None
    """Whether a guide is wished for."""
    repeat: Repeat | None = None
    """How it repeats (每月第二个周五)."""
    vague_start: bool = field(default=False, compare=False)
    """八点 without a part of the day."""
    vague_day: bool = field(default=False, compare=False)
    """周三 said on a Wednesday."""
    backwards: bool = field(default=False, compare=False)
    """An end was said that is not after the start."""

    def __bool__(self) -> bool:
        return self != Parts()


def is_question(text: str) -> bool:
    """Whether a sentence asks rather than tells."""
    return bool(QUESTION.search(text))


def read(
    text: str,
    *,
    now: datetime,
    names: dict[str, str],
    asked: str | None = None,
    start: time | None = None,
) -> Parts:
    """The parts that a sentence gives.

    ``names`` maps every name of a base to its code, ``asked`` is the part that was asked for
    (base, day, start, end, people, purpose), ``start`` the start that is known already.
    A command ("/help") gives none. What is taken back or changed later in the sentence is gone.
    """
    parts = Parts()
    if text.lstrip().startswith(("/", "／")):
        return parts
    marked, codes = _mark_names(text, names)
    repeat = None
    if asked != "purpose":
        repeat, marked = repeats.find(marked, now.date())
    for piece in corrections.pieces(marked):
        bases = tuple(dict.fromkeys(codes[char] for char in piece if char in codes))
        rest = "".join(" " if char in codes else char for char in piece)
        if asked == "base" and not codes:
            bases, rest = _guess(piece, names)
        parts = _override(parts, replace(_parts(rest, now, asked, start), bases=bases))
        start = parts.start or start
    parts = replace(parts, repeat=repeat)
    if asked == "purpose" and not parts and is_purpose(text):
        parts = Parts(purpose=text.strip()[:60])
    return parts


def is_purpose(text: str) -> bool:
    """Whether words may be what somebody wants to do: not "谢谢", "随便" or a command."""
    said = text.strip(PARTICLES)
    return len(re.findall(r"[^\W\d_]", said)) > 1 and not NO_PURPOSE.fullmatch(said)


def _parts(text: str, now: datetime, asked: str | None, start: time | None) -> Parts:
    """What a piece of a sentence says, apart from the base."""
    said = when.read(text, now, asked=asked, known=start)
    bare = asked == "people" and said == when.When()
    return Parts(
        day=said.day,
        start=said.start,
        end=said.end,
        people=people_in(text, asked=bare),
        purpose=next((one for one in PURPOSES if re.search(one + NO_ROOM, text)), None),
        unreal_day=said.unreal_day,
        span=said.span,
        window=said.between,
        guide=wants_guide(text),
        vague_start=said.vague_start,
        vague_day=said.vague_day,
        backwards=said.backwards,
    )


def wants_guide(text: str) -> bool | None:
    """Whether a guide is wished for; None if nothing was said of it."""
    if NO_GUIDE.search(text):
        return False
    return True if GUIDE.search(text) else None


def _override(old: Parts, new: Parts) -> Parts:
    """The new parts, and of the old those that they do not replace."""
    said = {
        part.name: value
        for part in fields(new)
        if (value := getattr(new, part.name)) != part.default
    }
    both = replace(old, **said)
    if new.day:
        both = replace(both, unreal_day=False, span=None, vague_day=new.vague_day)
    if new.start:
        both = replace(both, vague_start=new.vague_start)
    if new.start and not new.end and both.end and both.end <= new.start:
        both = replace(both, end=None)
    return both


def _mark_names(text: str, names: dict[str, str]) -> tuple[str, dict[str, str]]:
    """The text with a character for each name of a base, and the code each stands for."""
    text = "".join(char for char in text if not "\ue000" <= char <= "\uf8ff")
    codes: dict[str, str] = {}
    for name in sorted(names, key=len, reverse=True):
        if name in text:
            mark = chr(NAMES_FROM + len(codes))
            codes[mark] = names[name]
            text = text.replace(name, mark)
    return text, codes


def _guess(text: str, names: dict[str, str]) -> tuple[tuple[str, ...], str]:
    """The base whose name is most like the text, and the rest of the text."""
    likeness = {name: SequenceMatcher(None, name, text).ratio() for name in names}
    best = max(likeness, key=lambda name: likeness[name], default=None)
    if best is not None and likeness[best] >= CLOSE_ENOUGH:
        return (names[best],), ""
    return (), text
