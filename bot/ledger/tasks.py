"""Tasks as a ledger states them: what, who, until when."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date

from bot.ledger import deadlines
from bot.ledger.deadlines import Deadline, Since
from bot.ledger.labels import narrow

SURNAMES = (
    "王李张刘陈杨黄赵周吴徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈"
    "姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
    "卫褚尤施柏窦章云葛奚郎鲁昌苗凤花俞柳鲍费岑倪滕殷毕邬安常乐时傅皮卞齐康伍元卜平"
)
TITLED = "书记|主任|委员|组长|老师|师傅|同志|干事|站长|网格员"
NAME = rf"(?:[{SURNAMES}][一-龥]{{1,2}}?|[{SURNAMES}](?:{TITLED})|[老小][{SURNAMES}])(?:同志)?"
ROLE = (
    r"第?[一二三四五六七八九十\d]{1,2}(?:党?小组|网格)|支委会?|党?小组长?|各党?小组|全体党员"
    "|组织委员|宣传委员|纪检委员|书记|副书记"
)
PERSON = rf"(?:{NAME}|{ROLE})"
DOES = r"负责|牵头|落实|承办|跟进|办理|完成|去办"
SEPARATES = re.compile(
    r"\n+|[;。!?]+|(?:(?<=[\s,、:)])|^)(?:[(]?\d{1,2}[)、.](?!\d)|[①-⑳]|[一二三四五六七八九十]{1,2}、|[(][一二三四五六七八九十][)])\s*"
)
LEADS = re.compile(
    r"^(?:[-*•·>]|[(]?\d{1,2}[)、.](?!\d)|[①-⑳]|(?:一是|二是|三是|四是|五是|其[一二三四]))[\s,:]*"
)
INTRODUCES = re.compile(
    r"(?:下一步|接下来|下步|下个?月要?|会议(?:要求|决定|明确|安排)|会上(?:要求|决定|明确|安排)|(?:本次|新的?)?任务(?:是|有))"
    r"(?:工作)?(?:安排|打算|任务)?(?:是|有)?[:：,，、]?\s*"
)
"""Begins what is handed out."""
SAYS_UNTIL = re.compile(
    r"(?:完成|截止|办结|整改)?(?:时间|时限|期限|日期)\s*(?:是|为)?\s*[:：]?\s*(?=\0)"
)
NOTHING = re.compile(r"\W*(?:无|没有|暂无|没|没有任务|无任务|没有了|none)\W*", re.IGNORECASE)
EMPTY_BRACKETS = re.compile(r"[(（\[【][\s,，、;；:：]*[)）\]】]")
EDGES = " \t,，、;；:：-—|/。."


@dataclass(frozen=True)
class TaskSaid:
    """A task as it was said; ``unreal_day`` when its day does not exist (11月31日)."""

    title: str
    owner: str = ""
    due_on: date | None = None
    unreal_day: bool = False
    task_id: int | None = None
    """The recorded task that it is about."""


def read(text: str, since: Since, names: Collection[str] = ()) -> tuple[TaskSaid, ...]:
    """The tasks in a text; ``names`` are those of the branch's members."""
    if NOTHING.fullmatch(narrow(text)):
        return ()
    found: list[TaskSaid] = []
    for item in _items(text, since, names):
        task = one(item, since, names)
        if task is None:
            continue
        if not task.title:  # only who or until when: of the task before
            if found:
                found[-1] = _joined(found[-1], task)
            continue
        found.append(task)
    return tuple(found)


def one(text: str, since: Since, names: Collection[str] = ()) -> TaskSaid | None:
    """One task; an empty title where only an owner or a day was said."""
    text = text.strip()
    lead = LEADS.match(narrow(text))
    text = text[lead.end() :] if lead else text
    introduced = INTRODUCES.match(text)
    text = text[introduced.end() :] if introduced else text
    due, text = _without_day(text, since)
    owner, text = _owner(text, names)
    text = EMPTY_BRACKETS.sub("", SAYS_UNTIL.sub("", text).replace("\0", ""))
    text = re.sub(r"\s{2,}", " ", re.sub(r"[,，]{2,}", "，", text)).strip(EDGES)
    text = re.sub(r"(?:^|[,，]\s*)(?:完成|办结|落实|做完|到位|负责)$", "", text).strip(EDGES)
    if not text and not owner and due is None:
        return None
    return TaskSaid(text, owner, due.day if due else None, bool(due and due.day is None))


def is_task(clause: str, since: Since, names: Collection[str] = ()) -> bool:
    """Whether a free clause hands out a task: it says who, and until when or that he sees to it."""
    if INTRODUCES.match(clause):
        return True
    due, text = _without_day(clause, since)
    owner, rest = _owner(text, names)
    if not owner or len(rest) < 2:
        return False
    plain = narrow(clause)
    sees_to_it = re.search(
        r"由.{2,20}?(?:负责|牵头|落实|完成)|负责|牵头|^(?:请|让|安排|派|交给|交由)", plain
    )
    ahead = due is not None and (due.day is None or due.day >= since.meeting)
    until = ahead and due is not None and re.search("前|[底末内]|完成|截止", plain[due.begins :])
    return bool(until or sees_to_it)


def _without_day(text: str, since: Since) -> tuple[Deadline | None, str]:
    """The day by which it is to be done, and the text with \\0 in its place."""
    due = deadlines.find(narrow(text), since)
    return due, f"{text[: due.begins]}\0{text[due.ends :]}" if due else text


def _items(text: str, since: Since, names: Collection[str]) -> Iterator[str]:
    """The text cut at lines, numbers and full stops; at commas where another person comes in."""
    plain = narrow(text)
    begins = 0
    for cut in SEPARATES.finditer(plain):
        yield from _by_person(text[begins : cut.start()], names)
        begins = cut.end()
    yield from _by_person(text[begins:], names)


def _by_person(text: str, names: Collection[str]) -> Iterator[str]:
    clauses = re.split("[,，]", text)
    item = ""
    for clause in clauses:
        begins_anew = item and _begins_with_person(clause, names)
        if begins_anew and not _only_person(item, names):
            yield item
            item = clause
        else:
            item = f"{item}，{clause}" if item else clause
    if item.strip():
        yield item


def _begins_with_person(clause: str, names: Collection[str]) -> bool:
    plain = narrow(clause).strip()
    if any(plain.startswith(name) for name in names):
        return not _only_person(clause, names) and len(plain) > 6
    begins = rf"(?:由|请|让|安排)?(?:{NAME}|{ROLE})(?=\d|[本下这]?(?:个)?[月周]|{DOES}|把|将|去)"
    return len(plain) > 6 and re.match(begins, plain) is not None


def _only_person(text: str, names: Collection[str]) -> bool:
    owner, rest = _owner(text, names)
    return bool(owner) and len(re.sub(rf"\W|{DOES}", "", rest)) == 0


def _joined(before: TaskSaid, more: TaskSaid) -> TaskSaid:
    return TaskSaid(
        before.title,
        before.owner or more.owner,
        before.due_on or more.due_on,
        before.unreal_day or more.unreal_day,
    )


def _owner(text: str, names: Collection[str]) -> tuple[str, str]:
    """Who does it, and the text without that."""
    known = "|".join(map(re.escape, sorted(names, key=len, reverse=True)))
    person = f"(?:{known}|{PERSON})" if known else PERSON
    people = rf"(?P<who>{person}(?:[、和与]{person})*)"
    ends = r"(?=[\s,，、;；。:：()（）\0|/]|$)"
    patterns = [
        rf"(?:责任人|负责人|承办人|牵头人|经办人|责任单位|牵头|主办)\s*[:：是为]?\s*{people}{ends}",
        r"(?:责任人|负责人|承办人|牵头人|经办人|责任单位)\s*[:：是为]\s*(?P<who>[^\s,，;；。()（）\0]{1,20})",
        r"由(?P<who>[^\d\s,，;；。\0]{2,20}?)(?:负责|牵头|落实|承办|跟进|办理)",
        rf"(?:由|请|让|安排|派|交给|交由){people}(?:去|来)?(?=[\0把将在于去对到组做完整跟继负牵落再,，:：\s]|$)",
        rf"(?:^|(?<=[,，;；。\s\0(（])){people}\s*(?:来|去)?(?:负责|牵头|落实|承办|跟进)",
        rf"^{people}(?=\s*[:：\0]|\s)",
        rf"(?:^|(?<=[:：,，\s]))(?P<who>[一-龥]{{0,4}}?{person})(?=\0)",
        rf"(?<=[(（\s,，、:：|/\0]){people}{ends}",
    ]
    if known:
        patterns += [rf"^(?P<who>{known})(?:同志)?", rf"(?P<who>{known})(?:同志)?{ends}"]
    for pattern in patterns:
        found = re.search(pattern, text)
        if found:
            rest = f"{text[: found.start()]}{text[found.end() :]}"
            return found["who"].removesuffix("同志"), rest
    return "", text
