"""What is to be different in a ledger that was shown: "人数改成9人", "任务2给李芳", "删掉任务1"."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.ledger import reading, tasks
from bot.ledger.deadlines import Since
from bot.ledger.held import held
from bot.ledger.labels import LABELS, narrow
from bot.ledger.tasks import TaskSaid
from bot.numerals import digits

PARTS = ("day", "place", "present", "theme", "progress", "problems", "causes")
WORDS = {word: part for part in PARTS for word in LABELS[part]} | {"到会人": "present"}
NAMED = "|".join(sorted(WORDS, key=len, reverse=True))
SET = re.compile(
    rf"(?:把|将)?(?P<what>{NAMED})(?:应该|应|要|那里|里面?|写错了[,，]?|不对[,，]?|错了[,，]?)*"
    r"(?:改成|改为|改到|改|换成|换到|换|是|为|写成|写|到|[:：])\s*(?P<value>.+)",
    re.DOTALL,
)
MORE = re.compile(
    rf"(?P<what>{NAMED})(?:里|里面)?(?:再|还要)?(?:加上?|补充?|添上?)(?:一句|一条|一点)?\s*[:：,，]?\s*(?P<value>.+)",
    re.DOTALL,
)
NUMBERED = r"(?:第\s*(?P<a>\d{1,2})\s*[个项条件]?(?:任务)?|任务\s*(?P<b>\d{1,2}))"
OF_TASK = re.compile(rf"(?:把|将)?{NUMBERED}(?P<rest>.*)", re.DOTALL)
REMOVE_FIRST = re.compile(rf"(?:删掉|删除|去掉|删|取消|不要)(?:了|掉)?{NUMBERED}\W*")
REMOVE_LAST = re.compile(r"(?:给我|帮我)?(?:不要了?|删了|删掉|删除|去掉|取消|不做了)\W*")
ADD = re.compile(
    r"(?:再|还|另外)?(?:要)?(?:加上?|增加|添加|补充?|添)(?:上)?(?:1|一)?[个项条件]?(?:新)?任务\s*[:：,，]?\s*(?P<value>.+)",
    re.DOTALL,
)
CHANGE = re.compile(
    r"^(?:的)?(?:内容|时间|日期|期限|负责人|责任人)?(?:改成|改为|改由|改到|改给|改|换成|换|推迟到|延到|推到|给|由|交给|是|为|[:：,，])*"
)


@dataclass(frozen=True)
class Change:
    """One part set anew, or the tasks as they are then; ``problem`` names what is wrong with it."""

    part: str
    value: object = None
    problem: str = ""
    adds: bool = False


def read(
    text: str,
    listed: Sequence[TaskSaid],
    now: datetime,
    since: Since,
    names: Collection[str] = (),
) -> Change | None:
    """The change that a short sentence asks for; None where it asks for none.

    ``now`` is local time.
    """
    plain = digits(narrow(text)).strip()
    added = ADD.fullmatch(text.strip())
    if added:
        more = tasks.read(added["value"], since, names)
        return Change("tasks", [*listed, *more]) if more else None
    removed = REMOVE_FIRST.fullmatch(plain)
    if removed:
        return _without(listed, int(removed["a"] or removed["b"]))
    of_task = OF_TASK.fullmatch(plain)
    if of_task:
        number = int(of_task["a"] or of_task["b"])
        if REMOVE_LAST.fullmatch(of_task["rest"]):
            return _without(listed, number)
        return _changed(listed, number, of_task["rest"], since, names)
    more_of = MORE.fullmatch(text.strip())
    if more_of and WORDS[more_of["what"]] in {"progress", "problems", "causes"}:
        return Change(WORDS[more_of["what"]], more_of["value"].strip(), adds=True)
    found = SET.fullmatch(text.strip())
    return _set(WORDS[found["what"]], found["value"].strip(' “”"。'), now) if found else None


def _set(part: str, value: str, now: datetime) -> Change | None:
    if part == "day":
        day = held(value, now)
        if day.unreal:
            return Change("day", problem="no_such_day")
        return Change("day", day.day) if day.day else None
    if part == "present":
        count = reading.people(value)
        return Change("present", count) if count is not None else None
    return Change(part, reading.NOTHING if reading.is_nothing(value) else value)


def _without(listed: Sequence[TaskSaid], number: int) -> Change:
    if not 1 <= number <= len(listed):
        return Change("tasks", problem="no_such_task")
    return Change("tasks", [task for n, task in enumerate(listed, 1) if n != number])


def _changed(
    listed: Sequence[TaskSaid], number: int, rest: str, since: Since, names: Collection[str]
) -> Change | None:
    """A task with another day, owner or wording."""
    if not 1 <= number <= len(listed):
        return Change("tasks", problem="no_such_task")
    said = tasks.one(CHANGE.sub("", rest).strip(), since, names)
    if said is None:
        return None
    if said.unreal_day:
        return Change("tasks", problem="no_such_day")
    before = listed[number - 1]
    owner, title = said.owner or before.owner, before.title
    if said.title and not said.owner and said.due_on is None:
        is_name = said.title in names or re.fullmatch(tasks.PERSON, said.title)
        owner, title = (said.title, title) if is_name else (owner, said.title)
    due_on = said.due_on or before.due_on
    changed = replace(before, title=title, owner=owner, due_on=due_on, unreal_day=False)
    return Change("tasks", [changed if n == number else one for n, one in enumerate(listed, 1)])
