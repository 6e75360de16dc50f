"""The days of festivals that members plan by: fixed ones, lunar ones, and 清明.

Nothing to compute lunar days with is among our dependencies, and chinesecalendar knows only the
days off of years that are announced; so they stand in a table that a test compares with
``holidays``.
"""

from __future__ import annotations

from datetime import date, timedelta

FIXED = {"元旦": (1, 1), "妇女节": (3, 8), "劳动节": (5, 1), "五一": (5, 1), "青年节": (5, 4)}
FIXED |= {"儿童节": (6, 1), "七一": (7, 1), "建党节": (7, 1), "八一": (8, 1)}
FIXED |= {"建军节": (8, 1), "国庆": (10, 1), "十一当天": (10, 1)}
LUNAR_DAYS = {
    2025: ((1, 29), (5, 31), (10, 6), (10, 29)),
    2026: ((2, 17), (6, 19), (9, 25), (10, 18)),
    2027: ((2, 6), (6, 9), (9, 15), (10, 8)),
    2028: ((1, 26), (5, 28), (10, 3), (10, 26)),
    2029: ((2, 13), (6, 16), (9, 22), (10, 16)),
    2030: ((2, 3), (6, 5), (9, 12), (10, 5)),
    2031: ((1, 23), (6, 24), (10, 1), (10, 24)),
    2032: ((2, 11), (6, 12), (9, 19), (10, 12)),
    2033: ((1, 31), (6, 1), (9, 8), (10, 1)),
    2034: ((2, 19), (6, 20), (9, 27), (10, 20)),
    2035: ((2, 8), (6, 10), (9, 16), (10, 9)),
    2036: ((1, 28), (5, 30), (10, 4), (10, 27)),
    2037: ((2, 15), (6, 18), (9, 24), (10, 17)),
    2038: ((2, 4), (6, 7), (9, 13), (10, 7)),
    2039: ((1, 24), (5, 27), (10, 2), (10, 26)),
    2040: ((2, 12), (6, 14), (9, 20), (10, 14)),
}
"""(month, day) of 春节, 端午, 中秋 and 重阳 in a year."""
LUNAR = {"春节": (0, 0), "大年初一": (0, 0), "除夕": (0, -1), "大年三十": (0, -1), "元宵": (0, 14)}
LUNAR |= {"端午": (1, 0), "中秋": (2, 0), "重阳": (3, 0)}
"""Which of the four days it goes by, and how many days after it."""
NAMES = (*FIXED, *LUNAR, "清明")


def day_of(name: str, year: int) -> date | None:
    """The festival's day in a year; None where the table has no such year."""
    if name in FIXED:
        return date(year, *FIXED[name])
    if name == "清明":  # a solar term: by the mean length of a year, right from 2000 to 2099
        short = year % 100
        return date(year, 4, int(short * 0.2422 + 4.81) - short // 4)
    if year not in LUNAR_DAYS:
        return None
    which, after = LUNAR[name]
    return date(year, *LUNAR_DAYS[year][which]) + timedelta(days=after)
