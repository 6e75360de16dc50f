"""What somebody says of a meeting that was held: which kind, when, how many, about what.

"12月5日下午开了支部党员大会，应到30实到25人，讨论了发展对象". Days lie in the past: 5号 is the last
fifth, 周三 the last Wednesday. Pure: text and the day of today go in.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields, replace
from datetime import date, datetime, time, timedelta

from bot import corrections, when
from bot.numerals import digits, figures
from bot.people import people_in
from office.models import MeetingKind

KINDS = (
    (MeetingKind.WORK, "工作例会|例会"),
    (MeetingKind.ORGANISATION_LIFE, "组织生活会"),
    (MeetingKind.APPRAISAL, "民主评议|评议党员|党员评议"),
    (MeetingKind.TALKS, "谈心谈话|谈心|谈话"),
    (MeetingKind.THEME_DAY, "主题党日|党日活动|党员活动日|过了?党日|党日"),
    (MeetingKind.LESSON, "党课"),
    (MeetingKind.GROUP, "党?小组会议?|党小组[^,，。]{0,4}(?:开|学习|活动)"),
    (MeetingKind.COMMITTEE, "支部?委员?会会?议?|支委"),
    (MeetingKind.GENERAL, "支部(?:党员)?大会|党员大会|全体党员会?议?|支部大会"),
)
STOP = re.compile(r"[,，。;；!！\n]+")
THEME = re.compile(
    r"(?:主题|内容|议题|议程)(?!党日)(?:[改换]成|[是为:：])\s*(?P<named>.+)"
    r"|(?:主要|重点|会上|一起|集体|集中|共同|大家|并|还|先|又|是)*"
    r"(?P<verb>讨论|学习|研究|传达|表决|通过|审议|听取|观看|参观|走访|慰问|重温|宣誓|部署|通报|选举"
    r"|打扫|清扫|清理|植树|帮助?|开展|组织|去|到|看|听|学|讲)(?P<done>[了过的]是?)?\s*(?P<rest>.+)"
)
NAMED = re.compile(r"(?:主题|内容|议题)[是为:：]\s*(?P<named>.+)")
HELD = re.compile(
    r"(?:召开|举行|举办|开展|组织|[开过搞办上做])(?:了|过|完|的)?[^,，。]{0,8}"
    r"(?:大会|支委会?|小组会|党课|党日|组织生活会|民主评议|谈心|谈话)"
)
NOT_THEME = re.compile(r"[到去]会|到了?\d|开[了过完]")
PLACE = re.compile(
    r"地点(?:[改换]成|[是为在:：])?\s*(?P<named>[^,，。;；]+)"
    r"|在(?P<where>[^,，。;；\d]{2,16}?)(?=召开|举行|举办|开展|[开过搞办上][了过的])"
)
EXPECTED = re.compile(r"应到(?:会)?(?:人数|党员)?(?:应该|[改换]?[成是为]|有|[:：])*\s*(\d{1,6})")
PRESENT = re.compile(
    r"(?:实到|实际到|(?<![应实])到会|出席|参会|到场|参加)(?:会)?(?:人数|党员)?"
    r"(?:[改换]?[成是为]|有|了|[:：])*\s*(\d{1,6})|来了\s*(\d{1,6})"
)
CAME = re.compile(
    r"(\d{1,6})\s*[人名位个]?\s*(?:党员|同志|人)?\s*(?:参加|到会|出席|到场|参会)(?!\D{0,3}\d)"
)
WEEKDAY = re.compile(r"(?<!下)(?<!下个)(?:周|星期|礼拜)[一二三四五六日天]")
BARE_DAY = re.compile(r"(?<![\d月./:-])(\d{1,2})[日号](?!楼|院|门|厅|线)")
YEAR_SAID = re.compile(r"[去今明前后]年|20\d\d")
TODAY = re.compile("刚才|刚刚|刚[开过上]|今[天日早晚儿]|今[上下]午")
FAR = timedelta(days=180)
"""12月30日 said in January is the last one; 25 December said on the 7th has not come."""
YES = {
    "存",
    "存下",
    "存下来",
    "保存",
    "好",
    "好的",
    "对",
    "对的",
    "是",
    "是的",
    "确认",
    "没错",
    "可以",
    "行",
}
NO = {"取消", "不存", "不存了", "算了", "不记了", "不用记", "不记"}
ANSWER_DAY = re.compile(r"\D{0,3}(\d{1,2})\D{0,2}")


@dataclass(frozen=True)
class Said:
    """The parts that were said so far; None or empty where nothing was."""

    kinds: tuple[str, ...] = ()
    day: date | None = None
    at: time | None = None
    expected: int | None = None
    present: int | None = None
    theme: str = ""
    place: str = ""
    group: str = ""
    """The name of the group that met, or ``all`` for all of them."""
    asked: str = ""
    """What was asked for last: kind, day or group."""

    @classmethod
    def of(cls, draft: str) -> Said:
        """As a button carries it; a draft that is none is empty."""
        try:
            values = json.loads(draft or "{}")
            known = {one.name for one in fields(cls)}
            values = {name: value for name, value in values.items() if name in known}
            kinds = tuple(str(MeetingKind(kind)) for kind in values.pop("kinds", ()))
            day, at = values.pop("day", None), values.pop("at", None)
            return cls(
                kinds=kinds,
                day=date.fromisoformat(day) if day else None,
                at=time.fromisoformat(at) if at else None,
                **values,
            )
        except (ValueError, TypeError, AttributeError):
            return cls()

    def as_draft(self) -> str:
        """For a button."""
        values = {name: value for name, value in asdict(self).items() if value}
        return json.dumps(values, ensure_ascii=False, default=lambda value: value.isoformat())

    def with_(self, later: Said) -> Said:
        """What is said later holds where it says something."""
        said = {
            one.name: getattr(later, one.name)
            for one in fields(later)
            if one.name != "asked" and getattr(later, one.name)
        }
        return replace(self, **said)


def read(
    text: str,
    now: datetime,
    groups: Sequence[str] = (),
    *,
    asked: str = "",
    correcting: bool = False,
) -> Said:
    """The parts that a sentence gives; ``now`` is aware local time, ``groups`` names of the branch.

    What is taken back or changed later in the sentence is gone. 下午开了会 was today, but as a
    correction 下午三点 says nothing of the day.
    """
    said = Said()
    for piece in corrections.pieces(text):
        said = said.with_(_read(piece, now, groups, asked, today=not correcting))
    counts = _counts(text)  # 应到改成31人: which number it is stands before the change
    if counts.expected and not counts.present and said.present == counts.expected:
        said = replace(said, present=None)
    said = said.with_(counts)
    if place := PLACE.search(text):
        said = replace(said, place=(place["named"] or place["where"]).strip())
    if said.group and not said.kinds and not asked:
        said = replace(said, kinds=(str(MeetingKind.GROUP),))
    return said


def _read(text: str, now: datetime, groups: Sequence[str], asked: str, *, today: bool) -> Said:
    theme, head = _theme(text)
    named = when.read(head, now)
    said = _counts(head)
    if said.present is None and said.expected is None and (people := people_in(head)):
        said = replace(said, present=people)
    part_of_day = bool(named.start or named.period) and today
    return replace(
        said,
        kinds=_kinds(head),
        day=_past(head, named.day, now.date(), part_of_day=part_of_day, asked=asked),
        at=named.start,
        theme=theme,
        group=_group(text, groups, asked),
    )


def _kinds(text: str) -> tuple[str, ...]:
    """Each kind that is named; 以党员大会形式召开组织生活会 is both."""
    found = []
    rest = text
    for kind, pattern in KINDS:
        match = re.search(pattern, rest)
        if match:
            found.append(str(kind))
            rest = re.sub(pattern, " ", rest)
    return tuple(found)


def _counts(text: str) -> Said:
    plain = digits(text)
    expected = EXPECTED.search(plain)
    present = PRESENT.search(plain) or CAME.search(plain)
    number = next((int(one) for one in present.groups() if one), None) if present else None
    return Said(expected=int(expected[1]) if expected else None, present=number)


def _theme(text: str) -> tuple[str, str]:
    """What it was about, and the sentence without that: a theme may name another kind of meeting.

    The clause that names the meeting is none: 开展了主题党日.
    """
    themes, head = [], []
    for clause in filter(None, map(str.strip, STOP.split(text))):
        if clause.startswith("地点"):
            continue
        found = THEME.match(clause) or NAMED.search(clause)
        about = _about(clause, found) if found else ""
        if found and about:
            themes.append(about)
            head.append(clause[: found.start()])
        else:
            head.append(clause)
    return "；".join(themes), "，".join(head)


def _about(clause: str, found: re.Match[str]) -> str:
    values = found.groupdict()
    if values.get("named"):
        return str(values["named"]).strip()
    if NOT_THEME.match(clause) or _is_meeting(clause):
        return ""
    return f"{values['verb']}{values['rest']}".strip()


def _is_meeting(clause: str) -> bool:
    """Whether the clause says that there was a meeting, or how many came."""
    return bool(HELD.search(clause)) or bool(re.search(r"\d+\s*[人名]", figures(clause)))


def _past(
    text: str, day: date | None, today: date, *, part_of_day: bool, asked: str
) -> date | None:
    """The day that was meant, of days that are over."""
    plain = figures(text)
    bare = BARE_DAY.search(plain) or (ANSWER_DAY.fullmatch(plain) if asked == "day" else None)
    if bare and "月" not in plain:
        return _last(int(bare[1]), today)
    if day is None:
        return today if TODAY.search(text) or part_of_day else None
    if day > today and WEEKDAY.search(text):
        return day - timedelta(weeks=1)
    if day - today > FAR and not YEAR_SAID.search(text):
        return (
            date(day.year - 1, day.month, min(day.day, 28))
            if day.month == 2
            else day.replace(year=day.year - 1)
        )
    return day


def _last(number: int, today: date) -> date | None:
    """The last day of this number."""
    month = today
    for _ in range(3):
        try:
            day = month.replace(day=number)
            if day <= today:
                return day
        except ValueError:
            pass
        month = month.replace(day=1) - timedelta(days=1)
    return None


def _group(text: str, groups: Sequence[str], asked: str) -> str:
    plain = text.replace(" ", "")
    for name in groups:
        short = name.removesuffix("党小组").removesuffix("小组")
        if name in plain or (short and short in plain):
            return name
    every = re.search("[各每所]有?个?党?小组|小组都|全部小组", plain)
    return "all" if every or (asked == "group" and plain in {"都开了", "全部", "都开过了"}) else ""
