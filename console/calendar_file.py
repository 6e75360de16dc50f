"""Bookings as a calendar file (RFC 5545): one booking, or the feed of a branch or a base.

No member's name or phone is in it: such a file travels. Times are in UTC.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from icalendar import Calendar, Event

from office.feeds import Subject
from office.models import ActivityBase, Booking, BookingState
from texts import say

MEDIA_TYPE = "text/calendar; charset=utf-8"
KEPT = timedelta(days=120)
"""So long after its end a booking stays in a feed."""
STATUS = {
    BookingState.OFFERED: "TENTATIVE",
    BookingState.HELD: "TENTATIVE",
    BookingState.CONFIRMED: "CONFIRMED",
    BookingState.CHECKED_IN: "CONFIRMED",
    BookingState.DONE: "CONFIRMED",
}
"""Every other state is CANCELLED: nobody comes."""
LONG_NUMBER = re.compile(r"\+?\d(?:[ -]?\d){6,}")
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


def of_booking(booking: Booking, changed_at: datetime) -> bytes:
    """The file of one booking."""
    return _calendar(booking.base.name, [_event(booking, changed_at, of_base=False)])


def of_feed(subject: Subject, bookings: Iterable[tuple[Booking, datetime]]) -> bytes:
    """The feed of a branch or of a base; each booking comes with the moment of its last change."""
    of_base = isinstance(subject, ActivityBase)
    events = [_event(booking, at, of_base=of_base) for booking, at in bookings]
    return _calendar(subject.name, events)


def _calendar(name: str, events: Iterable[Event]) -> bytes:
    calendar = Calendar()
    calendar.add("prodid", "-//Zhibu//Bookings//ZH")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("name", _plain(name))
    calendar.add("x-wr-calname", _plain(name))
    calendar.add("refresh-interval", timedelta(hours=1), parameters={"value": "DURATION"})
    calendar.add("x-published-ttl", "PT1H")
    for event in events:
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def _event(booking: Booking, changed_at: datetime, *, of_base: bool) -> Event:
    values = {
        "base": booking.base.name,
        "room": booking.room.name,
        "address": booking.base.address,
        "branch": booking.organisation.name,
        "people": booking.head_count,
        "purpose": _nobody(booking),
        "state": say(f"desk.state_{booking.state}"),
    }
    described = "desk.ics_description_guide" if booking.guide else "desk.ics_description"
    event = Event()
    made = booking.created_at.astimezone(UTC)
    event.add("uid", f"booking-{booking.id}-{made:%Y%m%dT%H%M%SZ}@zhibu")
    event.add("sequence", booking.version)
    event.add("dtstamp", changed_at.astimezone(UTC))
    event.add("last-modified", changed_at.astimezone(UTC))
    event.add("created", made)
    event.add("dtstart", booking.starts_at.astimezone(UTC))
    event.add("dtend", booking.ends_at.astimezone(UTC))
    event.add("summary", _plain(say(f"desk.ics_{'base' if of_base else 'branch'}", **values)))
    event.add("location", _plain(say("desk.ics_location", **values)))
    event.add("description", _plain(say(described, **values)))
    event.add("status", STATUS.get(BookingState(booking.state), "CANCELLED"))
    return event


def _nobody(booking: Booking) -> str:
    """The purpose without the name of who booked, and without what may be a phone number."""
    return LONG_NUMBER.sub("…", booking.purpose.replace(booking.member.name, "…"))


def _plain(text: str) -> str:
    """Without signs that a calendar may not hold."""
    return CONTROL.sub(" ", text)
