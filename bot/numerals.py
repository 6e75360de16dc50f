"""Numbers as people write them: full width, Chinese and Arabic."""

from __future__ import annotations

import re
import unicodedata

DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
UNITS = {"十": 10, "百": 100, "千": 1000}
RUN = re.compile(r"[零〇一二两三四五六七八九十百千]+")
COUNTED = re.compile(
    r"(?<!周)(?<!期)(?<!拜)([零〇一二两三四五六七八九十百千]+)(?=个?半?(?:[点时号日月年人位名天分刻]|小时|钟头|来人|多人))"
)


def number(chinese: str) -> int:
    """The value of a Chinese numeral: 十五 is 15, 二〇二六 is 2026.

    Raises ValueError for what is not one.
    """
    if not RUN.fullmatch(chinese):
        raise ValueError(chinese)
    if not any(char in UNITS for char in chinese):
        return int("".join(str(DIGITS[char]) for char in chinese))
    total, digit = 0, 0
    for char in chinese:
        if char in UNITS:
            total += (digit or 1) * UNITS[char]
            digit = 0
        else:
            digit = DIGITS[char]
    return total + digit


def arabic(text: str) -> str:
    """The text in half width, with Chinese numerals before a counted thing in Arabic digits.

    Weekdays (周三, 星期三) are names, not numbers, and stay.
    """
    text = unicodedata.normalize("NFKC", text)
    return COUNTED.sub(lambda found: str(number(found[1])), text)
