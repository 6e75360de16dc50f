"""A whole ledger out of one message, with labels in any order or in free sentences."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time

from bot.ledger import tasks
from bot.ledger.deadlines import Since
from bot.ledger.held import Held, held
from bot.ledger.labels import Stretch, narrow, stretches
from bot.ledger.tasks import TaskSaid
from bot.numerals import digits, figures
from bot.people import people_in

TEXTS = ("place", "theme", "progress", "problems", "causes")
NOTHING = "无"
"""What is kept where somebody says that there was nothing."""
NONE = re.compile(r"\W*(?:无|没有|暂无|没有问题|没问题|没|没有了|none)\W*", re.IGNORECASE)

PLACE = re.compile(
    r"(?:在|到)(?P<place>[^,，。;；\s在]{2,30}?)(?:里|内)?(?:召开|举行|开了|开会|开的|开完|开|组织|碰头)"
)
PRESENT = re.compile(
    r"(?:实到|到会|参会|出席|参加|来了?|到了?|到场)(?:人数|人员|的有|的|有|是|了|共|一共|:)*\s*(?P<a>\d{1,5})(?:个|名|位)?(?:人|同志|党员)?(?![\d月日号点时户次项])"
    r"|(?P<b>\d{1,5})(?:个|名|位)?(?:人|同志|党员)(?:都)?(?:参加|到会|出席|到场|参会|来了|在场)"
)
NOT_PRESENT = re.compile(
    r"(?:应到会?|应参加|应出席|应参会|缺席|请假|未到|没到|没来)(?:人数|人员)?\D{0,4}?\d{1,5}(?:个|名|位)?人?"
)
THEME = re.compile(
    r"(?:会议|本月|例会)?(?:主题|议题)(?:是|为|叫|就是|定为)[“\"「《]?(?P<a>[^,，。;；\n”\"」》]{2,60})[”\"」》]?"
    r"|围绕[着了]?[“\"「《]?(?P<b>[^,，。;；\n”\"」》]{2,40}?)[”\"」》]?(?:这[个一]主题|开展|进行|讨论|研究|召开|开了?|$)"
)
SHORT = re.compile(
    r"(?:会议)?(?:(?:地点|地址)(?:在|是|为)?(?P<place>.{2,40})|(?:主题|议题)(?:是|为)?(?P<theme>.{2,60}))"
)
"""地点党员活动室: a label without a colon."""
IS_MEETING = re.compile("例会|开会|召开|开了|开的|碰头会|台账|碰了头")
CAUSE = re.compile(r"^(?:[主]?要?(?:的)?原因|因为|由于|主要是因为|是因为|究其原因|根源|究其)")
CAUSE_LEAD = re.compile(r"^(?:主要)?(?:的)?原因(?:是|在于|有|为)?[:,]?")
PROBLEM = re.compile(
    "问题|不足|困难|没有?完成|未完成|没走|没到位|不到位|滞后|短板|难点|不够|缺乏|没跟上|没落实|投诉|没整改|没有?解决"
)
PROBLEM_LEAD = re.compile(r"^(?:存在|主要|发现)?(?:的)?(?:问题|困难|不足)(?:是|在于|有|为)[:,]?")
NO_PROBLEM = re.compile(
    "没有?(?:什么|发现)?问题|解决了|问题[^,。]{0,12}(?:整改|解决)(?:完|好|到位)"
)
NO_PROBLEM_AT_ALL = re.compile("(?:目前|现在|暂时)?(?:都|也)?没有?(?:什么|发现)?(?:大)?问题")
PROGRESS_LEAD = re.compile(r"^(?:工作)?(?:进展|进度|完成情况)(?:是|为|有)?[:,]?")
FILLER = re.compile(
    r"(?:我们?|支部|今天|昨天|上午|下午|晚上|这个?月|本月|的|了|开|召开|举行|工作|例会|会议|会|记|台账|一下|下|帮|请|补|登记|党|一次|组织|\d|[点号日月年时分:]|\W)*"
)


@dataclass(frozen=True)
class LedgerSaid:
    """What a message says of a work meeting; None where it is silent, "无" where there is none."""

    day: date | None = None
    starts: time | None = None
    unreal_day: bool = False
    place: str | None = None
    present: int | None = None
    theme: str | None = None
    progress: str | None = None
    problems: str | None = None
    causes: str | None = None
    tasks: tuple[TaskSaid, ...] | None = None
    left_over: str = ""
    """What belongs to no part and is not kept."""

    def __bool__(self) -> bool:
        """Whether anything was said."""
        return replace(self, left_over="") != LedgerSaid()


def read(
    text: str, now: datetime, *, names: Collection[str] = (), held_on: date | None = None
) -> LedgerSaid:
    """Read a message; ``now`` is local time, ``names`` those of the branch's members.

    The meeting was on the day that is said, else on ``held_on``, else today.
    """
    pieces = list(stretches(text))
    day = next((held(one.text, now) for one in pieces if one.part == "day"), None)
    if day is None:
        free = " ".join(one.text for one in pieces if one.part is None)
        day = _meeting_day(free, now)
    since = Since(min(day.day or held_on or now.date(), now.date()), now.date())
    found: dict[str, list[str]] = {part: [] for part in (*TEXTS, "other")}
    said = LedgerSaid(day=day.day, starts=day.starts, unreal_day=day.unreal)
    listed: list[TaskSaid] | None = None
    for piece in pieces:
        for part, words in _parts(piece, since, names):
            if part == "present":
                said = replace(said, present=_present(words) or said.present)
            elif part == "tasks":
                listed = [*(listed or []), *tasks.read(words, since, names)]
            elif part in found:
                found[part].append(words)
    for part in TEXTS:
        if found[part]:
            said = replace(said, **{part: _text(found[part])})  # type: ignore[arg-type]
    left = "；".join(found["other"])
    return replace(said, tasks=None if listed is None else tuple(listed), left_over=left)


def people(text: str) -> int | None:
    """How many were present, where that was asked for."""
    return _present(text)


def problems_in(text: str) -> tuple[str, str | None]:
    """(problems, causes) where both were asked for."""
    if is_nothing(text):
        return NOTHING, None
    told = {"problems": "", "causes": ""}
    for part, words in _free(text, Since(date.min, date.min), (), begins_as="problems_and_causes"):
        told[part] += words
    return told["problems"] or text, told["causes"] or None


def is_nothing(text: str) -> bool:
    """Whether somebody says that there is none: 没有, 暂无."""
    return NONE.fullmatch(narrow(text)) is not None


def _text(lines: list[str]) -> str:
    """The lines of a part; those of free sentences are drawn together."""
    joined = "\n".join(line for line in lines if line)
    return NOTHING if is_nothing(joined) else joined


def _parts(piece: Stretch, since: Since, names: Collection[str]) -> Iterator[tuple[str, str]]:
    """(part, words) of a stretch."""
    if piece.part in {None, "problems_and_causes"}:
        yield from _free(piece.text, since, names, begins_as=piece.part)
    elif piece.part != "day":
        yield piece.part or "other", piece.text


def _free(
    text: str, since: Since, names: Collection[str], *, begins_as: str | None
) -> Iterator[tuple[str, str]]:
    """Sentences without labels: each clause by what it says, else as the one before it."""
    labelled = begins_as is not None
    part = "problems" if labelled else None
    collected: list[tuple[str, str]] = []
    for clause, ends in _clauses(text):
        if not labelled:
            taken = list(_head(clause))
            yield from taken
            if taken or _only_meeting(narrow(clause)):
                continue
            part, words = _told(clause, part, since, names)
        else:
            part, words = _problem_or_cause(clause, part)
        if not words.strip():
            continue
        words = f"{words}{ends if words != NOTHING else ''}"
        if collected and collected[-1][0] == part:
            collected[-1] = (part, f"{collected[-1][1]}{words}")
        else:
            collected.append((part, words))
    for named, words in collected:
        yield named, words.strip(" ,，;；\n")


def _told(clause: str, before: str | None, since: Since, names: Collection[str]) -> tuple[str, str]:
    """(part, words) of a free clause after one of the part ``before``."""
    plain = narrow(clause)
    if CAUSE.match(plain):
        return "causes", clause[_lead(CAUSE_LEAD, plain) :]
    if tasks.is_task(clause, since, names):
        return "tasks", clause
    if NO_PROBLEM_AT_ALL.fullmatch(plain):
        return "problems", NOTHING
    if PROBLEM.search(plain) and not NO_PROBLEM.search(plain):
        return "problems", clause[_lead(PROBLEM_LEAD, plain) :]
    if before is None or (before == "tasks" and len(plain) > 12):
        return "progress", clause[_lead(PROGRESS_LEAD, plain) :]
    return before, clause


def _problem_or_cause(clause: str, before: str | None) -> tuple[str, str]:
    """(part, words) of a clause under a label of both."""
    plain = narrow(clause)
    if CAUSE.match(plain):
        return "causes", clause[_lead(CAUSE_LEAD, plain) :]
    return before or "problems", clause


def _clauses(text: str) -> Iterator[tuple[str, str]]:
    """The clauses of a text, each with the mark that ends it."""
    pieces = re.split(r"([,，。;；!！?？\n]+)", text)
    for n in range(0, len(pieces), 2):
        if pieces[n].strip():
            yield pieces[n].strip(), pieces[n + 1] if n + 1 < len(pieces) else ""


def _head(clause: str) -> Iterator[tuple[str, str]]:
    """Place, number of people and theme that a clause says."""
    plain = narrow(clause)
    short = SHORT.fullmatch(clause)
    if short:
        part = "place" if short["place"] else "theme"
        yield part, short[part].strip('“”"「」《》 ')
        return
    place = PLACE.search(clause)
    if place and IS_MEETING.search(plain):
        yield "place", place["place"]
    if _present_in(plain) is not None and len(plain) <= 40:
        yield "present", clause
    theme = THEME.search(clause)
    if theme:
        yield "theme", (theme["a"] or theme["b"]).strip()


def _only_meeting(plain: str) -> bool:
    """Whether a clause says no more than that there was a meeting, and when."""
    return FILLER.fullmatch(figures(plain)) is not None or (
        len(plain) <= 24 and IS_MEETING.search(plain) is not None
    )


def _lead(pattern: re.Pattern[str], plain: str) -> int:
    found = pattern.match(plain)
    return found.end() if found else 0


def _present(text: str) -> int | None:
    """Of 应到10人，实到8人 it is 8; of names alone, how many there are."""
    found = _present_in(narrow(text))
    if found is not None:
        return found
    plain = NOT_PRESENT.sub(" ", figures(narrow(text)))
    count = people_in(plain, asked=True)
    if count is not None:
        return count
    listed = [one for one in re.split(r"[、,，;；\s和]+", text.strip(" 。.")) if one]
    is_names = all(re.fullmatch(r"[一-龥·]{2,6}", one) for one in listed)
    return len(listed) if is_names and len(listed) > 1 else None


def _present_in(plain: str) -> int | None:
    found = PRESENT.search(NOT_PRESENT.sub(" ", digits(plain)))
    return int(found["a"] or found["b"]) if found else None


def _meeting_day(free: str, now: datetime) -> Held:
    """The day of the meeting in free sentences: in the first that speaks of one, else the first."""
    clauses = [clause for clause, _ in _clauses(free)]
    for clause in [one for one in clauses if IS_MEETING.search(one)] + clauses[:1]:
        found = held(clause, now)
        if found.day or found.unreal:
            return found
    return Held()
