"""How opening hours, free times and bookings are written for members."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time
from itertools import starmap

from delivery.booking_words import purpose_text
from delivery.times import clock_text, day_text, end_text, weekday_text
from office.bases import SHANGHAI, FreeTime
from office.models import ActivityBase, Booking
from texts import say


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
    if len(days) == 7:
        return say("bot.every_day")
    runs: list[list[int]] = []
    for day in days:
        if runs and runs[-1][-1] == day - 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    parts = [
        f"{weekday_text(run[0])}至周{weekday_text(run[-1])}"
        if len(run) > 2
        else "、".join(map(weekday_text, run))
        for run in runs
    ]
    return say("bot.some_days", days="、".join(parts))


def _stretch(start: time | datetime, end: time | datetime) -> str:
    return say("times.hours", start=clock_text(start), end=clock_text(end))


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
        "end": end_text(start, booking.ends_at),
        "base": booking.base.name,
        "room": booking.room.name,
        "people": booking.head_count,
        "purpose": purpose_text(booking),
    }


def part_of_day_text(at: time) -> str:
    """上午, 下午 or 晚上."""
    if at.hour < 12:
        return say("booking.morning")
    return say("booking.afternoon" if at.hour < 18 else "booking.evening")
