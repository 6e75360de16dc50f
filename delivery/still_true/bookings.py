"""Whether the reminder of a booking is still true."""

from __future__ import annotations

from sqlalchemy.orm import Session

from office.models import Booking, BookingState, OutboxMessage

BOOKING_REMINDER = "booking_reminder"


def stands(session: Session, row: OutboxMessage) -> bool:
    """Whether the booking stands as it was planned.

    The row's key is ``booking_reminder:<member>:<booking>:<which>:<start as a timestamp>``.
    """
    _, _, booking_id, _, start, *_ = row.dedupe_key.split(":")
    booking = session.get(Booking, int(booking_id))
    return (
        booking is not None
        and booking.state == BookingState.CONFIRMED
        and int(booking.starts_at.timestamp()) == int(start)
    )
