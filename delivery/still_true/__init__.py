"""Looking again, at the moment of sending, whether a message still says what is so.

One file for each kind of message; a rule without a check is always true.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sqlalchemy.orm import Session

from delivery.still_true import birthdays, bookings
from office.models import OutboxMessage

Check = Callable[[Session, OutboxMessage], bool]

CHECKS: Mapping[str, Check] = {
    birthdays.POLITICAL_BIRTHDAY: birthdays.stands,
    bookings.BOOKING_REMINDER: bookings.stands,
}
"""What is looked at again before a message of a rule goes out."""


def still_true(session: Session, row: OutboxMessage) -> bool:
    """Whether the message may go out."""
    check = CHECKS.get(row.rule)
    return check is None or check(session, row)
