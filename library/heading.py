"""The title, the date and the issuer of a document, as far as its text gives them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from library.numerals import number_of

KINDS = (
    "章程|准则|条例|规定|办法|规则|细则|规程|意见|通知|方案|决定|决议|制度|规范|纲要|守则|公约"
    "|要点|标准|指南|手册|规划|措施|清单|流程|法"
)
NOTE = r"(?:[（(](?!试行|暂行)[^（）()]{0,60}[）)])"
"""After a title: the number of the document, when it was passed."""
TITLE = re.compile(
    rf"《?([^。；！？，：《》]{{2,80}}(?:{KINDS})(?:[（(](?:试行|暂行|修订|草案)[）)])?)》?{NOTE}*"
    r"(?:, .*)?"
)
PASSED_ON = re.compile(r"印发(?:了)?(?:关于)?《([^》]{4,80})》|《([^》]{4,80})》全文")
DATE = r"(?:(\d{4}) ?年 ?(\d{1,2}) ?月 ?(\d{1,2}) ?日|(\d{4})-(\d{1,2})-(\d{1,2}))"
CHINESE_DATE = re.compile(
    r"([二一][〇零○Oo一二三四五六七八九]{3}) ?年 ?([一二三四五六七八九十]{1,2}) ?月"
    r" ?([一二三四五六七八九十]{1,3}) ?日"
)
FROM_THEN = re.compile(rf"[自从] ?{DATE} ?起(?:正式)?(?:施行|执行|实行|实施|生效)")
DONE = re.compile(rf"{DATE}[^\d。；]{{0,40}}?(?:发布|印发|公布|颁布|通过|批准|修订|修正|修改)")
SENT_OUT = re.compile(rf"{DATE} ?([^\d，。；、（）() ]{{2,40}}?)(?:联合)?(?:发布|印发|公布|颁布)")
DATE_LINE = re.compile(rf"[（(]?{DATE}(?:印发|发布)?[）)]?")
CHANGED = re.compile(
    r"([^\d，。；（）() ]{4,40}?(?:代表大会|全体会议|委员会))(?:部分修改|修订|修正|通过)"
)
ISSUED = re.compile(r"(?:^|[，。 ])([^，。；《》 ]{2,30}?)(?:近日|日前)?印发(?:了)?《")
ORGAN = re.compile(
    r"[\u4e00-\u9fff（）、]{1,36}(?:部|委|委员会|厅|局|处|办公室|院|会|组|中央|支部|大学|学校|公司|政府)"
)
NUMBERED = re.compile(r"[（(]?[\u4e00-\u9fff]{2,12}[〔\[（(](\d{4})[〕\])）] ?第?\d+ ?号[）)]?")


NARROW = {0xFF10 + digit: str(digit) for digit in range(10)} | {ord("("): "（", ord(")"): "）"}


@dataclass(frozen=True)
class Heading:
    """What names a document; None for what its text does not say."""

    title: str | None = None
    effective: date | None = None
    issuer: str | None = None
    year: int | None = None
    """The year in the number of the document: 2015 for 〔2015〕33号."""


def find_heading(head: Sequence[str], body: Sequence[str], closing: Sequence[str]) -> Heading:
    """Look through the lines before the first chapter, the text, and the signature below it."""
    head, closing = [*map(_plain, head)], [*map(_plain, closing)]
    title, in_title = _title(head)
    years = [found[1] for line in head if (found := NUMBERED.search(line))]
    return Heading(
        title=title,
        effective=_effective(head, body, closing),
        issuer=_issuer(head, in_title, closing),
        year=int(years[-1]) if years else None,
    )


def is_title(line: str) -> bool:
    """Whether a line reads like the title of a document."""
    return bool(TITLE.fullmatch(line))


def is_signature(line: str) -> bool:
    """Whether a line only says who signed, when, or under which number."""
    plain = _plain(line)
    words = re.sub(DATE, "", plain).removesuffix("印发").strip()
    return (
        bool(DATE_LINE.fullmatch(plain))
        or bool(NUMBERED.fullmatch(plain))
        or (len(words) <= 40 and bool(ORGAN.fullmatch(words)) and len(words) >= 3)
    )


def key_of(title: str) -> str:
    """What stays the same when a document is issued anew: the title without 试行 and its issuer."""
    title = re.sub(r"[\s《》<>“”\"'·]", "", unicodedata.normalize("NFKC", title))
    title = re.sub(r"\([^()]*(?:试行|暂行|修订|修正|草案|号|年)[^()]*\)", "", title)
    issuer, about, rest = title.partition("关于")
    return about + rest if about and (not issuer or ORGAN.fullmatch(issuer)) else title


def _title(head: list[str]) -> tuple[str | None, str]:
    """The last line before the text that reads like a title, and the issuer that stands in it."""
    for at in range(len(head) - 1, -1, -1):
        found = TITLE.fullmatch(head[at])
        if not found or NUMBERED.fullmatch(head[at]):
            continue
        title = found[1]
        above = head[at - 1] if at else ""
        broken = len(title) <= 8 or ("关于" in above and "关于" not in title)
        if broken and re.fullmatch(r"[^\d，。；：！？〔]{4,40}", above) and not is_title(above):
            title = above + title
        passed_on = PASSED_ON.search(head[at])
        title = (passed_on[1] or passed_on[2]) if passed_on else title
        title = title.strip("《》 ")
        issuer = title.partition("关于")[0] if "关于" in title else ""
        return title, issuer if ORGAN.fullmatch(issuer) else ""
    for line in reversed(head):
        if passed_on := PASSED_ON.search(line):
            return (passed_on[1] or passed_on[2]), ""
    return None, ""


def _effective(head: list[str], body: Sequence[str], closing: list[str]) -> date | None:
    """From when it holds, or else when it was issued."""
    for said in (reversed(body), closing, reversed(head)):
        for line in said:
            plain = _plain(line)
            for found in reversed(list(FROM_THEN.finditer(plain))):
                before = plain[max(0, found.start() - 40) : found.start()]
                own = re.search(
                    r"(?:^|[，。；：])(?:现予发布，)?$|本[^，。；：《》]{1,12}$", before
                )
                if own and (day := _day(found.groups())):
                    return day
    issued = [
        _day(found.groups())
        for line in head
        if len(line) <= 200 and not line.endswith("。") and not line.startswith("发布时间")
        for found in DONE.finditer(line)
    ]
    if days := [day for day in issued if day]:
        return max(days)
    for line in [*reversed(closing), *reversed(head)]:
        if (alone := DATE_LINE.fullmatch(line)) and (day := _day(alone.groups())):
            return day
    for line in [*closing, *head]:
        after = re.search(rf"{DATE} ?印发$|, {DATE}", line)
        if after and (day := _day(after.groups()[:6]) or _day(after.groups()[6:])):
            return day
    return None


def _issuer(head: list[str], in_title: str, closing: list[str]) -> str | None:
    sent = [
        found[7] for line in head for found in SENT_OUT.finditer(line) if "会议" not in found[7]
    ]
    if sent:
        return sent[-1]
    for line in head:
        if found := CHANGED.search(line):
            return found[1]
    for lines in (head, closing):
        for above, line in pairwise(lines):
            if DATE_LINE.fullmatch(line) and ORGAN.fullmatch(above) and not is_title(above):
                return above
    if in_title:
        return in_title
    for line in head:
        if (found := ISSUED.search(line)) and ORGAN.fullmatch(found[1]):
            return found[1]
    return next((line for line in closing if ORGAN.fullmatch(line)), None)


def _plain(line: str) -> str:
    """A line for looking at: no blanks between Chinese characters, dates in Arabic digits."""
    line = re.sub(r"(?<=[^\x00-\x7f]) (?=[^\x00-\x7f])", "", line.translate(NARROW))
    return CHINESE_DATE.sub(_in_digits, line)


def _in_digits(found: re.Match[str]) -> str:
    year = number_of(re.sub("[○Oo]", "〇", found[1]))
    return f"{year}年{number_of(found[2])}月{number_of(found[3])}日"


def _day(groups: Sequence[str | None]) -> date | None:
    """The date of the three groups that were found, or None where no calendar has it."""
    parts = [int(group) for group in groups if group][:3]
    try:
        return date(*parts) if len(parts) == 3 else None
    except ValueError:
        return None
