"""How a booking is written in what people are told without asking."""

from __future__ import annotations

from datetime import date, datetime

from office import bases
from office.bases import SHANGHAI
from office.models import Booking
from texts import say

ROOM = "booking_notices"


def notice(key: str, **values: object) -> str:
    """A sentence of ``texts/booking_notices.yaml``."""
    return say(f"{ROOM}.{key}", **values)


def values_of(booking: Booking) -> dict[str, object]:
    """The places of a sentence about a booking."""
    contact = bases.contact(booking.base)
    about = notice(
        "about",
        base=booking.base.name,
        room=booking.room.name,
        when=when(booking.starts_at, booking.ends_at),
        people=booking.head_count,
        purpose=booking.purpose,
    )
    return {
        "number": booking.id,
        "about": about,
        "branch": booking.organisation.name,
        "name": booking.member.name,
        "address": booking.base.address,
        "contact": f"（{contact}）" if contact else "",
        "reason": booking.reason,
        "decide_by": moment(booking.decide_by) if booking.decide_by else "",
    }


def when(starts_at: datetime, ends_at: datetime) -> str:
    """12月2日（周三） 14:00—16:00, in local time."""
    start, end = starts_at.astimezone(SHANGHAI), ends_at.astimezone(SHANGHAI)
    key = "when" if start.date() == end.date() else "when_overnight"
    return notice(
        key,
        day=day(start.date()),
        start=f"{start.hour}:{start:%M}",
        last_day=day(end.date()),
        end=f"{end.hour}:{end:%M}",
    )


def moment(at: datetime) -> str:
    """12月2日（周三） 14:00, in local time."""
    local = at.astimezone(SHANGHAI)
    return f"{day(local.date())} {local.hour}:{local:%M}"


def day(of: date) -> str:
    """12月2日（周三）."""
    weekday = notice("weekdays")[of.weekday()]
    return notice("day", month=of.month, day=of.day, weekday=weekday)
