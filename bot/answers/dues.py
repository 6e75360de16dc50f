"""Party dues of somebody who names his income: the bracket, the rate and the sum.

One flat rate on the whole base, by bracket (党费收缴、使用和管理的规定 2008, 2 for wages, 5 for
pensions); as a rule at most 1000 yuan a month (组电明字〔2017〕5号). Whatever else the question
mentions (arrears, a bonus, a raise …) is left to the cards.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal

from bot.numerals import DIGITS

ASKS = re.compile(r"党[费废]|[交缴].{0,3}(?:多少|几[块元毛多])|(?:多少|几[块元毛]).{0,2}[党费交]")
INCOME = re.compile(r"税后|工资|收入|到手|月薪|薪水|挣|基数|退休金|养老金|离休|退休|一个月|每月|月")
HOW_MUCH = re.compile(r"多少|几[块元毛多]|几个?点|怎么[交算缴]|咋[交算]|还是|要交|该交|应交|得交")
RETIRED = re.compile(r"退休|离休|养老金")
LEFT_TO_CARDS = re.compile(
    r"返聘|奖|年薪|[一每]年|欠|补[交缴]|涨|降|调|减|免|去年|以前|农|种地|学生|下岗|失业|低保|没有?收入"
    r"|个体|开店|小店|稿|兼职|津贴|包不包|算不算|税前|应发|公积金|扣|预备|旧|多交|捐|返还|用"
)
MONEY = re.compile(
    r"(?P<digits>\d[\d,]*(?:\.\d+)?)\s*(?P<unit>[万千wk])?(?P<tail>\d)?(?![\d.%％])"
    r"|(?P<chinese>[一二两三四五六七八九][千万百](?:[零一二两三四五六七八九千百十]*))"
)
NO_MONEY = re.compile(r"\s*(?:年|月份|日|号|人|个|名|岁|级|档)")
UNITS = {"十": 10, "百": 100, "千": 1000, "万": 10_000, "k": 1000, "w": 10_000}
LEAST, MOST = 500, 1_000_000
CAP = Decimal(1000)
"""Yuan a month, as a rule (组电明字〔2017〕5号)."""

WAGES = (
    (Decimal(3000), Decimal("0.5"), "dues-bracket-upto-3000"),
    (Decimal(5000), Decimal(1), "dues-bracket-3000-5000"),
    (Decimal(10_000), Decimal("1.5"), "dues-bracket-5000-10000"),
    (Decimal(MOST), Decimal(2), "dues-bracket-over-10000"),
)
PENSIONS = (
    (Decimal(5000), Decimal("0.5"), "dues-retired-upto-5000"),
    (Decimal(MOST), Decimal(1), "dues-retired-over-5000"),
)
"""Up to which base (inclusive, yuan a month) which rate (percent), and the card of the rule."""


@dataclass(frozen=True)
class Dues:
    """What is due: ``base`` and ``monthly`` in yuan a month, ``percent`` of the whole base."""

    base: Decimal
    percent: Decimal
    monthly: Decimal
    retired: bool
    card: str


def read(question: str) -> Dues | None:
    """The dues that a question asks for, if it names one monthly income and nothing special."""
    text = unicodedata.normalize("NFKC", question).lower()
    if not (ASKS.search(text) and INCOME.search(text) and HOW_MUCH.search(text)):
        return None
    sums = {amount for amount in amounts(text) if LEAST <= amount <= MOST}
    if len(sums) != 1 or LEFT_TO_CARDS.search(text):
        return None
    return due(sums.pop(), retired=bool(RETIRED.search(text)))


def due(base: Decimal, *, retired: bool) -> Dues:
    """The monthly dues on a base of up to a million yuan."""
    limit_rate_card = next(row for row in (PENSIONS if retired else WAGES) if base <= row[0])
    _, percent, card = limit_rate_card
    return Dues(base, percent, base * percent / 100, retired, card)


def amounts(text: str) -> list[Decimal]:
    """The sums of money that a text names: 6000, 1.2万, 4千5, 三千八, 一万二."""
    found = []
    for match in MONEY.finditer(text):
        if NO_MONEY.match(text, match.end()):
            continue
        if match["chinese"]:
            found.append(Decimal(_spoken(match["chinese"])))
            continue
        unit = UNITS.get(match["unit"] or "", 1)
        tail = int(match["tail"] or 0) * unit // 10
        found.append(Decimal(match["digits"].replace(",", "")) * unit + tail)
    return found


def _spoken(chinese: str) -> int:
    """三千八 is 3800, 一万两千五百 is 12500: a last digit without a unit counts the next unit."""
    total, digit, unit = 0, 0, 1
    zero = False
    for char in chinese:
        if char in UNITS:
            unit = UNITS[char]
            total += digit * unit
            digit, zero = 0, False
        else:
            digit, zero = DIGITS[char], zero or char == "零"
    return total + digit * (1 if zero else unit // 10)
