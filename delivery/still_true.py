"""Looking again, at the moment of sending, whether a message still says what is so."""

from __future__ import annotations

from sqlalchemy.orm import Session

from office.models import Booking, BookingState, OutboxMessage

BOOKING_REMINDER = "booking_reminder"


def still_true(session: Session, row: OutboxMessage) -> bool:
    """Whether the message may go out: the reminder of a booking only while it stands as planned.

    Its key is ``booking_reminder:<member>:<booking>:<which>:<start as a timestamp>``.
    """
    if row.rule != BOOKING_REMINDER:
        return True
    _, _, booking_id, _, start, *_ = row.dedupe_key.split(":")
    booking = session.get(Booking, int(booking_id))
    return (
        booking is not None
        and booking.state == BookingState.CONFIRMED
        and int(booking.starts_at.timestamp()) == int(start)
    )
