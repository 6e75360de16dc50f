"""How days, times and opening hours are written for members."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time
from itertools import starmap

from office.bases import SHANGHAI, FreeTime
from office.models import ActivityBase, Booking
from texts import say

WEEKDAYS = "一二三四五六日"


def day_text(day: date, today: date) -> str:
    """12月2日（周三）, with the year where it is another one."""
    key = "bot.day" if day.year == today.year else "bot.day_year"
    return say(key, year=day.year, month=day.month, day=day.day, weekday=WEEKDAYS[day.weekday()])


def clock_text(moment: time | datetime) -> str:
    """9:00, 14:30; an aware datetime is shown in local time."""
    if isinstance(moment, datetime):
        moment = moment.astimezone(SHANGHAI)
    return f"{moment.hour}:{moment.minute:02}"


def moment_text(moment: datetime, today: date) -> str:
    """12月2日（周三） 14:00."""
    local = moment.astimezone(SHANGHAI)
    return f"{day_text(local.date(), today)} {clock_text(local)}"


def when_text(starts_at: datetime, ends_at: datetime) -> str:
    """12月2日（周三） 14:00—16:00, in local time; the year is left out."""
    start = starts_at.astimezone(SHANGHAI)
    return f"{day_text(start.date(), start.date())} {_stretch(start, ends_at)}"


def hours_text(base: ActivityBase) -> str:
    """周二至周日 9:00—12:00、14:00—17:00: weekdays with the same hours are drawn together."""
    by_day: dict[int, list[tuple[time, time]]] = {}
    for row in base.hours:
        by_day.setdefault(row.weekday, []).append((row.opens, row.closes))
    by_hours: dict[tuple[tuple[time, time], ...], list[int]] = {}
    for day, hours in sorted(by_day.items()):
        by_hours.setdefault(tuple(sorted(hours)), []).append(day)
    if not by_hours:
        return say("bot.hours_closed")
    return "；".join(
        say("bot.hours_line", days=_days_text(days), times="、".join(starmap(_stretch, hours)))
        for hours, days in by_hours.items()
    )


def _days_text(days: list[int]) -> str:
    if len(days) == len(WEEKDAYS):
        return say("bot.every_day")
    runs: list[list[int]] = []
    for day in days:
        if runs and runs[-1][-1] == day - 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    parts = [
        f"{WEEKDAYS[run[0]]}至周{WEEKDAYS[run[-1]]}"
        if len(run) > 2
        else "、".join(WEEKDAYS[day] for day in run)
        for run in runs
    ]
    return say("bot.some_days", days="、".join(parts))


def _stretch(start: time | datetime, end: time | datetime) -> str:
    return f"{clock_text(start)}—{clock_text(end)}"


def free_text(free: Iterable[FreeTime]) -> str:
    """9:00—11:00、14:00—17:00."""
    return "、".join(_stretch(one.starts_at, one.ends_at) for one in free)


def booking_values(booking: Booking, today: date) -> dict[str, object]:
    """The places of a sentence about a booking."""
    start = booking.starts_at.astimezone(SHANGHAI)
    return {
        "number": booking.id,
        "day": day_text(start.date(), today),
        "start": clock_text(start),
        "end": clock_text(booking.ends_at),
        "base": booking.base.name,
        "room": booking.room.name,
        "people": booking.head_count,
        "purpose": booking.purpose,
    }


def part_of_day_text(at: time) -> str:
    """上午, 下午 or 晚上."""
    if at.hour < 12:
        return say("booking.morning")
    return say("booking.afternoon" if at.hour < 18 else "booking.evening")
