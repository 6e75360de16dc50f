"""Votes of a branch meeting: how many must be there, how many must agree.

支部党员大会: at least half of the members with a vote present; adopted by more than half of those
who should be present (支部工作条例, 11). To admit a member or to make him a full member, more than
half must be present (发展党员工作细则 2026, 19 and 32). Elections, and whoever may be left out of
the count, are left to the cards.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from bot.numerals import digits

WHO = r"(?:名|个|位|号)?(?:人|党员|正式党员|正式)?"
TOTAL = re.compile(
    r"(?:应到(?:会)?|有表决权|正式党员|支部|全体|总共)[^\d,,。;;]{0,6}?(\d{1,3})(?!\d|年|月|日|号|届)"
    r"|(\d{1,3})(?:名|个|位)?(?:人)?(?:有表决权|正式党员|正式的|党员)"
)
COME = "实到|到会|到场|参会|出席|只到|到|只来|来"
AGREE = "赞成|同意|举手"
PRESENT = (
    re.compile(rf"(?:{COME})了?(?:会)?的?[^\d,,。;;应]{{0,3}}?(\d{{1,3}})(?!\d|年|月|日|票)"),
    re.compile(rf"(\d{{1,3}}){WHO}(?:到会|到场|参会|出席|来了)"),
)
AGREED = (
    re.compile(rf"(?:{AGREE})的?[^\d,,。;;]{{0,3}}?(\d{{1,3}})(?!\d)"),
    re.compile(rf"(\d{{1,3}})(?:票|{WHO})(?:都)?(?:举手|举|投)?(?:赞成|同意)"),
)
"""The word before its number, else after it."""
EITHER_WAY = re.compile(rf"\d{WHO}(?:{COME})了?的?\d")
"""20人到会12人: nobody knows which of the two came."""
ASKS = re.compile(
    r"表决|通过|过了|过没|算过|才过|能过|算数|有效|[几多少]+票|票数|投票|来[几多少]|到[几多少]|够不够|够吗|能开|半数"
)
CONVERTING = re.compile(r"转正|转为正式")
ADMITTING = re.compile(r"接收|吸收|发展对象|入党|预备党员")
LEFT_TO_CARDS = re.compile(
    r"选举|换届|选书记|选委员|候选|委员会|支委|小组|出国|请假|生病|住院|流动|外地|打工|书面|委托|弃权|缺席"
    r"|当选|评议|举手通过|留党察看|应到几|怎么[办做写]|接下来|村民|[12]/[23]|三分之|4/5|五分之|处分|除名|旧|20\d\d年的"
)


class Subject(StrEnum):
    """What is voted on."""

    GENERAL = "general"
    ADMITTING = "admitting"
    CONVERTING = "converting"


@dataclass(frozen=True)
class Votes:
    """Of ``total`` members with a vote: who must come, who must agree; what was said of both."""

    total: int
    subject: Subject
    present: int | None
    agreed: int | None

    @property
    def quorum(self) -> int:
        """Fewest that must be present."""
        return (self.total + 1) // 2 if self.subject == Subject.GENERAL else self.total // 2 + 1

    @property
    def majority(self) -> int:
        """Fewest that must agree, however many are present."""
        return self.total // 2 + 1


def read(question: str) -> Votes | None:
    """The vote that a question describes, if it names how many should come and nothing special."""
    text = digits(question)
    if not ASKS.search(text) or LEFT_TO_CARDS.search(text):
        return None
    found = TOTAL.search(text)
    total = int(found[1] or found[2]) if found else 0
    if not 3 <= total <= 300:
        return None
    rest = TOTAL.sub(" ", text, count=1)
    if EITHER_WAY.search(rest):
        return None
    present, rest = _take(PRESENT, rest)
    agreed, rest = _take(AGREED, rest)
    if present is None and agreed is None and not re.search(r"[几多少]+(?:票|人|个|名)", rest):
        return None
    if (present or 0) > total or (agreed or 0) > (present or total):
        return None
    return Votes(total, _subject(text), present, agreed)


def _subject(text: str) -> Subject:
    if CONVERTING.search(text):
        return Subject.CONVERTING
    return Subject.ADMITTING if ADMITTING.search(text) else Subject.GENERAL


def _take(patterns: tuple[re.Pattern[str], ...], text: str) -> tuple[int | None, str]:
    """The number that the first pattern gives which fits, and the text without it."""
    for pattern in patterns:
        if found := pattern.search(text):
            return int(found[1]), f"{text[: found.start()]} {text[found.end() :]}"
    return None, text
