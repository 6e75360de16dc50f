"""What was said in two meanings: taken in the one that is possible, or put in doubt."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from sqlalchemy.orm import Session

from bot.actions.draft import base_of, clock, day_of
from bot.actions.turn import now, today
from bot.wish import Parts
from office import bases
from office.bases import SHANGHAI
from office.bookings import SHORTEST

Slots = dict[str, str | None]


def settle_day(session: Session, slots: Slots, parts: Parts) -> bool:
    """Several days, or 周三 on a Wednesday; whether the day is in doubt."""
    if parts.span is not None and parts.day is None:
        first, last = parts.span
        if first == last:
            slots["booking_day"] = first.isoformat()
            return False
        slots["booking_day"] = None
        slots["booking_doubt"] = f"span {first} {last}"
        return True
    if not parts.vague_day or parts.day != today():
        return False
    if not _still_today(session, slots, today()):
        slots["booking_day"] = (today() + timedelta(weeks=1)).isoformat()
        return False
    slots["booking_day"] = None
    slots["booking_doubt"] = f"weekday {today()}"
    return True


def _still_today(session: Session, slots: Slots, day: date) -> bool:
    """Whether the base can be had today, at the time that was said; without a base, who knows."""
    base = base_of(session, slots)
    if base is None:
        return True
    people = int(slots["booking_people"] or 1)
    free = bases.free_times(session, base, day, people, now=now())
    start = clock(slots["booking_start"])
    if start is None:
        return bool(free)
    at = datetime.combine(day, start, SHANGHAI)
    return any(one.starts_at <= at < one.ends_at for one in free)


def settle_hours(session: Session, slots: Slots) -> bool:
    """八点: whichever of morning and evening the base is open; whether it is open at both."""
    base, day = base_of(session, slots), day_of(slots)
    start, end = clock(slots["booking_start"]), clock(slots["booking_end"])
    if slots["booking_vague"] is None or base is None or day is None or start is None:
        return False
    slots["booking_vague"] = None
    choices = []
    for shift in sorted((0, 12 if start.hour < 12 else -12)):
        pair = _shifted(start, end, shift)
        if pair is not None:
            begins = datetime.combine(day, pair[0], SHANGHAI)
            ends = datetime.combine(day, pair[1], SHANGHAI) if pair[1] else begins + SHORTEST
            if bases.is_open(session, base, begins, ends):
                choices.append(pair)
    if len(choices) == 1:
        _set(slots, *choices[0])
    if len(choices) < 2:
        return False
    _set(slots, None, None)
    written = (f"{start} {end or '-'}" for start, end in choices)
    slots["booking_doubt"] = " ".join(["half", *written])
    return True


def _shifted(start: time, end: time | None, hours: int) -> tuple[time, time | None] | None:
    """Both so many hours later or earlier; None where that leaves the day."""
    if hours == 0:
        return start, end
    begins = start.replace(hour=start.hour + hours)
    if end is None:
        return begins, None
    if not 0 <= end.hour + hours < 24:
        return None
    return begins, end.replace(hour=end.hour + hours)


def _set(slots: Slots, start: time | None, end: time | None) -> None:
    slots["booking_start"] = start.isoformat() if start else None
    slots["booking_end"] = end.isoformat() if end else None
