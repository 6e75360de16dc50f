"""The labels of a ledger ("时间：", "【地点】", "三、存在问题"), and the text cut up by them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

LABELS = {
    "day": ("会议时间", "会议日期", "召开时间", "开会时间", "例会时间", "时间", "日期"),
    "place": ("会议地点", "召开地点", "开会地点", "例会地点", "地点", "地址", "会场"),
    "present": (
        *("参加人员", "参会人员", "到会人员", "出席人员", "参加人数", "参会人数", "到会人数"),
        *("出席人数", "实到人数", "参加情况", "到会情况", "参会", "参加", "到会", "出席", "实到"),
        *("人员", "人数"),
    ),
    "theme": ("会议主题", "本月主题", "例会主题", "会议议题", "主要议题", "主题", "议题"),
    "progress": (
        *("工作进展情况", "任务完成情况", "工作完成情况", "上月任务完成情况", "工作开展情况"),
        *("工作进展", "工作进度", "进展情况", "进度情况", "完成情况", "工作情况", "工作汇报"),
        *("会议内容", "主要内容", "上月工作", "本月工作", "赛进度", "比进度", "晒进度", "进展"),
        *("进度", "内容"),
    ),
    "problems": (
        *("存在的主要问题", "存在的问题", "存在问题", "主要问题", "问题和不足", "问题及困难"),
        *("困难和问题", "困难", "不足", "找问题", "查问题", "问题"),
    ),
    "problems_and_causes": (
        *("存在问题及原因", "存在的问题及原因", "问题及原因分析", "问题和原因", "问题及原因"),
        *("问题与原因", "问题原因", "找问题查原因"),
    ),
    "causes": (*("主要原因", "原因分析", "分析原因", "查原因", "找原因", "剖析原因", "原因"),),
    "tasks": (
        *("下一步工作安排", "下一步工作打算", "下步工作安排", "下一步工作", "下一步打算"),
        *("下一步安排", "下步工作", "下一步", "下步打算", "下月工作", "下月任务", "下月计划"),
        *("工作安排", "任务安排", "任务分工", "部署任务", "派任务", "交任务", "领任务", "布置任务"),
        *("工作任务", "新任务", "任务", "待办", "安排"),
    ),
    "other": (
        *("会议名称", "主持人", "主持", "记录人", "记录", "缺席人员", "缺席", "请假人员", "请假"),
        *("列席人员", "列席", "备注"),
    ),
}
ONCE = {"day", "place", "present", "theme"}
"""What stands at the head of a ledger: the same word further down is part of a text."""
BODY = {"progress", "problems", "problems_and_causes", "causes", "tasks"}
LEAST = 3
"""So many labels, one of them of the body, make a text a ledger."""
PART_OF = {word: part for part, words in LABELS.items() for word in words}
WORDS = "|".join(sorted(PART_OF, key=len, reverse=True))
NUMBER = r"(?:[(]?[一二三四五六七八九十\d]{1,3}[)、.,]\s*)?"
NOT_AFTER = r"(?<!完成)(?<!截止)(?<!办结)(?<!整改)(?<!截至)(?<!限期)(?<!落实)"
LABEL = re.compile(
    rf"(?m){NUMBER}[【\[<《]\s*(?P<boxed>{WORDS})\s*[】\]>》]\s*:?\s*"
    rf"|(?:(?:^|(?<=[\n。;,!?\s])){NUMBER}|{NOT_AFTER})(?P<colon>{WORDS})\s*:\s*"
    rf"|^\s*{NUMBER}(?P<bare>{WORDS})(?:[ \t]+(?=\S)|[ \t]*$\n?)"
)
OTHER_MEETINGS = re.compile(
    "党员大会|支委会|支部委员会|党小组会|主题党日|党课|组织生活会|民主评议|谈心谈话"
)
THIS_MEETING = re.compile("例会|台账")
WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: " ", ord("．"): "."}


@dataclass(frozen=True)
class Stretch:
    """A piece of the text and the part of a ledger that its label names; None before any."""

    part: str | None
    text: str


def narrow(text: str) -> str:
    """The text in half width, character for character, so that places in it stay the same."""
    return text.translate(WIDE)


def stretches(text: str) -> Iterator[Stretch]:
    """The text cut up by its labels, without blanks around the pieces."""
    seen: set[str] = set()
    part: str | None = None
    begins = 0
    for found in LABEL.finditer(narrow(text)):
        named = PART_OF[found["boxed"] or found["colon"] or found["bare"]]
        if named in seen & ONCE:
            continue
        seen.add(named)
        yield from _stretch(part, text[begins : found.start()])
        part, begins = named, found.end()
    yield from _stretch(part, text[begins:])


def is_ledger(text: str) -> bool:
    """Whether a text is a ledger by its labels; one of another meeting is none."""
    if OTHER_MEETINGS.search(text) and not THIS_MEETING.search(text):
        return False
    parts = {stretch.part for stretch in stretches(text)} - {None, "other"}
    return len(parts) >= LEAST and bool(parts & BODY)


def _stretch(part: str | None, text: str) -> Iterator[Stretch]:
    bare = text.strip(" \t\n,，;；")
    if bare:
        yield Stretch(part, bare)
