"""Reminders of booked activities."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from delivery.booking_notices import button
from delivery.booking_words import notice, values_of
from delivery.still_true.bookings import BOOKING_REMINDER
from office.models import Booking, BookingState
from scheduler.reminder import Reminder

BEFORE = {"day": timedelta(days=1), "hours": timedelta(hours=2)}
"""How long before an activity who booked it is reminded."""
STARTING = timedelta(minutes=15)
"""So shortly before the start a reminder helps nobody any more."""


def activities(session: Session, start: datetime, end: datetime) -> Iterator[Reminder]:
    """To who booked, one day and two hours before a booking that stood by then."""
    coming = session.scalars(
        select(Booking)
        .where(
            Booking.state == BookingState.CONFIRMED,
            Booking.starts_at >= start + min(BEFORE.values()),
            Booking.starts_at < end + max(BEFORE.values()),
        )
        .order_by(Booking.starts_at, Booking.id)
    )
    for booking in coming:
        for which, before in BEFORE.items():
            due_at = booking.starts_at - before
            if not start <= due_at < end or (booking.firm_since or due_at) >= due_at:
                continue
            yield Reminder(
                rule=BOOKING_REMINDER,
                member=booking.member,
                period=f"{booking.id}:{which}:{int(booking.starts_at.timestamp())}",
                due_at=due_at,
                expires_at=booking.starts_at - (BEFORE["hours"] if which == "day" else STARTING),
                text=notice(f"reminder_{which}", **values_of(booking)),
                reason=notice("reminder_reason", number=booking.id),
                buttons=[button("cancel", "cancel_booking", booking_id=str(booking.id))],
            )
