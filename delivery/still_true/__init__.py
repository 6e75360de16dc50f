"""Looking again, at the moment of sending, whether a message still says what is so.

One file for each kind of message; a rule without a check is always true.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sqlalchemy.orm import Session

from delivery.still_true import (
    birthdays,
    bookings,
    digests,
    groups,
    ledgers,
    organisation_life,
    study,
    work_meetings,
)
from office.models import OutboxMessage

Check = Callable[[Session, OutboxMessage], bool]

CHECKS: Mapping[str, Check] = {
    birthdays.POLITICAL_BIRTHDAY: birthdays.stands,
    birthdays.BIRTHDAY_LIST: birthdays.still_secretary,
    bookings.BOOKING_REMINDER: bookings.stands,
    groups.RULE: groups.stands,
    ledgers.LEDGER_MISSING: ledgers.still_missing,
    ledgers.LEDGER_MISSING_ABOVE: ledgers.still_missing,
    ledgers.TASK_DUE: ledgers.task_stands,
    organisation_life.ORGANISATION_LIFE: organisation_life.still_owed,
    organisation_life.ABOVE: organisation_life.still_left_out,
    organisation_life.TERM: organisation_life.term_stands,
    organisation_life.TERM_ABOVE: organisation_life.terms_stand,
    study.STUDY: study.stands,
    work_meetings.MONTH: work_meetings.is_month_as_said,
    work_meetings.NOTICE: work_meetings.stands,
    work_meetings.CHANGED: work_meetings.is_news,
    work_meetings.AGAIN: work_meetings.is_unread,
    work_meetings.OVERSEER: work_meetings.concerns_overseer,
    digests.DIGEST: digests.is_secretary,
}
"""What is looked at again before a message of a rule goes out."""


def still_true(session: Session, row: OutboxMessage) -> bool:
    """Whether the message may go out; a check may bring its text up to date."""
    check = CHECKS.get(row.rule)
    return check is None or check(session, row)
