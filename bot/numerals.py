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

NUMERAL = "[零〇一二两三四五六七八九十百千]"
NO_WEEKDAY = "(?<![周期拜])"
TIDY = (
    (re.compile("廿"), "二十"),
    (re.compile("卅"), "三十"),
    (re.compile("一共"), "共"),
    (re.compile("俩"), "两个"),
    (re.compile("仨"), "三个"),
    (re.compile(r"(?<=\d)\s+(?=[年月日号点时分刻个名位]|人(?!数|员))"), ""),
    (re.compile(rf"(?<={NUMERAL})\s+(?=[月号点])"), ""),
    (re.compile(r"(?<=[年月])\s+(?=\d)"), ""),
    (re.compile(r"(?<=[上下这本个])\s+(?=个?(?:周|星期|礼拜|月))"), ""),
    (re.compile(r"(?<![周期拜统五七八十])一下(?!午)"), ""),
)
"""Old numerals, needless spaces, and the 一下 of 约一下下周二 (not that of 周一下午)."""
ROUGH = re.compile(
    r"(?<![周期拜零〇一二两三四五六七八九])([一二两三四五六七八])([二三四五六七八九])"
    r"(?=[十百]?[来多]?(?:(?P<heads>个|名|位|号?人|号?党员|同志)|[天日号月点时分]))"
)
"""两三个人, 十五六个人: two digits side by side that count up."""
MINUTES = re.compile(
    r"(?<=[点时])(?:[二三四五]?十[一二三四五六七八九]?|[零〇][一二三四五六七八九])"
)
"""两点二十, 两点零五"""
MORE_COUNTED = (
    # 九到十一点
    re.compile(
        rf"{NO_WEEKDAY}(?<!{NUMERAL}){NUMERAL}+(?=\s*[到至\-~—–]\s*(?:\d|{NUMERAL})+[点时])"
    ),
    # 十点到十二, 人数改成二十
    re.compile(
        rf"(?<=[到至成为是数约共\-~—–]){NUMERAL}+(?=个?(?:$|[\s,.;!?。、吧了呢啊呀嘛哦左]))"
    ),
    # 十来个人, 两个钟
    re.compile(rf"{NUMERAL}+(?=个半?钟)"),
    re.compile(rf"{NO_WEEKDAY}{NUMERAL}+(?=[来多几]?(?:个|名|位|号)?(?:人|党员|同志))"),
)
HALVES = re.compile(r"(\d)点(\d)(?=个?(?:小时|钟头))")


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


def figures(text: str) -> str:
    """As ``arabic``, and what else of days, times and head counts a booking may hold.

    Policy questions are read with ``arabic`` alone: there 一下 or 两三个月 need not be understood.
    """
    text = unicodedata.normalize("NFKC", text)
    for pattern, instead in TIDY:
        text = pattern.sub(instead, text)
    text = arabic(ROUGH.sub(_settled, text))
    text = MINUTES.sub(lambda found: f"{number(found[0]):02}", text)
    for pattern in MORE_COUNTED:
        text = pattern.sub(_value, text)
    return HALVES.sub(r"\1.\2", text)


def digits(text: str) -> str:
    """Every numeral but those of weekdays in Arabic digits, for where a number was asked for."""
    return re.sub(rf"{NO_WEEKDAY}{NUMERAL}+", _value, figures(text))


def _value(found: re.Match[str]) -> str:
    return str(number(found[0]))


def _settled(found: re.Match[str]) -> str:
    """Two or three people are at most three; two or three o'clock is no time."""
    low, high = DIGITS[found[1]], DIGITS[found[2]]
    if high - low != 1 and (low, high) != (3, 5):
        return found[0]
    return found[2] if found["heads"] else "几"
