"""Booking an activity base, from the first question to feedback.

``rules`` what may be booked · ``standing`` what is there already · ``asking`` check and book ·
``writing`` one booking · ``life`` approve, decline, cancel · ``moving`` · ``finding`` what is
free · ``waitlist`` · ``series`` · ``recurrence`` its days · ``checkin`` · ``feedback`` ·
``keeping`` the rules of a base · ``values`` what they may be · ``imports`` from a spreadsheet ·
``clashes`` what a changed rule forbids · ``due`` what the clock does · ``lists`` · ``steps`` what
every change is made of.
"""

from office.bookings.asking import book, check
from office.bookings.life import approve, cancel, decline, to_change
from office.bookings.lists import at_base, by_id, coming, history, of_branch, to_decide
from office.bookings.moving import move
from office.bookings.rules import LONGEST_PURPOSE, SHORTEST, Wish, answered_by

__all__ = [
    "LONGEST_PURPOSE",
    "SHORTEST",
    "Wish",
    "answered_by",
    "approve",
    "at_base",
    "book",
    "by_id",
    "cancel",
    "check",
    "coming",
    "decline",
    "history",
    "move",
    "of_branch",
    "to_change",
    "to_decide",
]
