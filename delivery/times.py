"""How days and times are written for people, always in local time."""

from __future__ import annotations

from datetime import date, datetime, time

from office.bases import SHANGHAI
from texts import say


def weekday_text(number: int) -> str:
    """三 for 2: Monday is 0."""
    return say("times.weekdays")[number]


def day_text(day: date, today: date | None = None) -> str:
    """12月2日（周三）, with the year where it is not that of ``today``."""
    key = "day" if today is None or day.year == today.year else "day_year"
    weekday = weekday_text(day.weekday())
    return say(f"times.{key}", year=day.year, month=day.month, day=day.day, weekday=weekday)


def short_day_text(day: date) -> str:
    """12月1日."""
    return say("times.short_day", month=day.month, day=day.day)


def full_day_text(day: date) -> str:
    """2026年12月1日."""
    return say("times.full_day", year=day.year, month=day.month, day=day.day)


def clock_text(moment: time | datetime) -> str:
    """9:00, 14:30."""
    if isinstance(moment, datetime):
        moment = moment.astimezone(SHANGHAI)
    return f"{moment.hour}:{moment.minute:02}"


def moment_text(moment: datetime, today: date | None = None) -> str:
    """12月2日（周三） 14:00."""
    day = day_text(moment.astimezone(SHANGHAI).date(), today)
    return say("times.moment", day=day, clock=clock_text(moment))


def end_text(starts_at: datetime, ends_at: datetime) -> str:
    """16:00; 次日 1:00 where it ends on the next day, and with the day where it is later yet."""
    days = (ends_at.astimezone(SHANGHAI).date() - starts_at.astimezone(SHANGHAI).date()).days
    if days > 1:
        return moment_text(ends_at)
    clock = clock_text(ends_at)
    return say("times.next_day", clock=clock) if days else clock


def hours_text(starts_at: datetime, ends_at: datetime) -> str:
    """14:00—16:00."""
    return say("times.hours", start=clock_text(starts_at), end=end_text(starts_at, ends_at))


def when_text(starts_at: datetime, ends_at: datetime, today: date | None = None) -> str:
    """12月2日（周三） 14:00—16:00."""
    day = day_text(starts_at.astimezone(SHANGHAI).date(), today)
    return say("times.moment", day=day, clock=hours_text(starts_at, ends_at))
