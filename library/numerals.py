"""The numbers that articles carry: 第十条, 第１０条, （三）."""

from __future__ import annotations

import unicodedata

NUMERAL = r"[零〇一二两三四五六七八九十百千0-9０-９]+"
"""A number in an expression; what it finds may still be none, such as 十百."""

DIGITS = "零一二三四五六七八九"
VALUES = {char: value for value, char in enumerate(DIGITS)} | {"〇": 0, "两": 2}
UNITS = {"十": 10, "百": 100, "千": 1000}


def number_of(text: str) -> int | None:
    """The value of a numeral of one to four places, or None for what is not one."""
    text = unicodedata.normalize("NFKC", text)
    if text.isdecimal():
        return int(text) if len(text) <= 4 else None
    if not text or len(text) > 9 or any(c not in VALUES and c not in UNITS for c in text):
        return None
    if not any(char in UNITS for char in text):
        return int("".join(str(VALUES[char]) for char in text)) if len(text) <= 4 else None
    total, digit, below = 0, 0, 10_000
    for char in text:
        if char in VALUES:
            digit = VALUES[char]
            continue
        if UNITS[char] >= below:
            return None
        total, digit, below = total + (digit or 1) * UNITS[char], 0, UNITS[char]
    return total + digit


def chinese(value: int) -> str:
    """The Chinese numeral for 1 to 9999, as articles are numbered: 十, 二十一, 一百零三."""
    written, skipped = "", False
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, value = divmod(value, unit)
        if digit:
            written += ("零" if skipped and written else "") + DIGITS[digit] + name
        skipped = not digit
    return written.removeprefix("一") if written.startswith("一十") else written
