"""Head counts as members say them: "15人", "十五个人", "二十来人"."""

from __future__ import annotations

import re

from bot.numerals import arabic

COUNT = re.compile(
    r"(?<![\d点:.])(\d{1,10})\s*(?:来|多)?\s*(?:个|名|位)?\s*(?:人|党员|同志|左右|位|名)"
)
ALONE = re.compile(r"\D{0,4}?(\d{1,10})\D{0,3}")


def people_in(text: str, *, asked: bool = False) -> int | None:
    """The number of people named; with ``asked`` a bare number will do."""
    plain = arabic(text).strip()
    found = COUNT.search(plain)
    if found is None and asked:
        found = ALONE.fullmatch(arabic(f"{plain}人").removesuffix("人"))
    return int(found[1]) if found else None
