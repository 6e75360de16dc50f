"""Head counts as members say them: "15人", "十五个人", "二十来人"."""

from __future__ import annotations

import re
from itertools import pairwise

from bot.numerals import digits, figures

HEADS = r"\s*[来多几]?\s*(?:个(?!半|小时|钟|月|星期)|号人|名(?!单)|位(?!于)|人(?!数|员)|党员|同志)"
"""What makes the number before it a number of people."""
COUNT = re.compile(
    r"(?<![\d:.])(\d{1,10})\s*[来多几]?\s*(?:(?:个|名|位|号)\s*(?:人|党员|同志)"
    r"|人(?!数|员)|党员|同志|名(?!单)|位(?!于))"
)
ABOUT = re.compile(r"(?<![\d点时:.\-~到至])(\d{1,10})\s*左右")
LABELLED = re.compile(r"人数\D{0,6}?(\d{1,10})(?!\d|[点时月日号年天楼]|[-./:~]\d)")
TOTAL = re.compile(rf"(?:共|合计|总计)\D{{0,3}}(\d{{1,10}}){HEADS}")
DIFFERENCE = re.compile(
    r"(?:(?<![最不])多|(?<![至不])少|再|(?<!参)加|减|增|添)[加来减去少添]?了?\s*\d{1,10}(?!\s*[点时号月日])"
)
"""多加五个人: how many come in the end, it does not say."""
JOINED = re.compile(r"[^\d,;。!?]{0,8}(?:和|与|及|、|(?<!参)加上?|还有|跟)[^\d,;。!?]{0,6}")
KINDS = re.compile("正式.*预备|预备.*正式")
PART_OF = re.compile("其中|包括|包含|含")
ALONE = re.compile(r"\D{0,4}?(\d{1,10})\D{0,3}")
NUMERAL_ALONE = re.compile(
    r"[^\d第]{0,6}?(\d{1,10})[来多几]?[个号名位]?(?:左右|出头)?[吧啊了的呢哦呀\W]*"
)


def people_in(text: str, *, asked: bool = False) -> int | None:
    """The number of people named; with ``asked`` a bare number will do."""
    plain = DIFFERENCE.sub(" ", figures(text)).strip()
    total = TOTAL.search(plain) or LABELLED.search(plain)
    if total:
        return int(total[1])
    counts = list(COUNT.finditer(plain))
    if counts:
        return _together(plain, counts)
    found = ABOUT.search(plain)
    if found is None and asked:
        found = ALONE.fullmatch(plain) or NUMERAL_ALONE.fullmatch(digits(plain))
    return int(found[1]) if found else None


def _together(plain: str, counts: list[re.Match[str]]) -> int:
    """The first count and those that are added to it: 3名预备党员和12名正式党员."""
    people = int(counts[0][1])
    if PART_OF.search(plain):
        return people
    if KINDS.search(plain):
        all_counts = [int(count[1]) for count in counts]
        most, total = max(all_counts), sum(all_counts)
        return most if len(counts) > 2 and most * 2 == total else total
    for before, after in pairwise(counts):
        if not JOINED.fullmatch(plain[before.end() : after.start()]):
            break
        people += int(after[1])
    return people
