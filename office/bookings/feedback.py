"""What members say of a base afterwards, and how bases were used: of bases, never of persons."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from office import access
from office.access import Action
from office.bases import SHANGHAI
from office.bookings import steps
from office.errors import InvalidBookingError, NotFoundError
from office.models import ActivityBase, Booking, BookingState, EventKind, Member, Rating

LONGEST_SENTENCE = 200
ASKED_FOR = frozenset(
    {
        BookingState.HELD,
        BookingState.CONFIRMED,
        BookingState.CHECKED_IN,
        BookingState.DONE,
        BookingState.NO_SHOW,
        BookingState.DECLINED,
        BookingState.CANCELLED,
    }
)
"""What counts as an order: everything but offers that nobody took."""


def rate(session: Session, member: Member, booking_id: int, stars: int, *, now: datetime) -> Rating:
    """Say 1 to 5 of an activity that took place; a second time changes what was said.

    Any member of the branch may. Raises NotFoundError for others, InvalidBookingError "no_stars",
    "not_over".
    """
    booking = _over(session, member, booking_id)
    if not 1 <= stars <= 5:
        raise InvalidBookingError("no_stars")
    rating = _rating_of(session, member, booking)
    if rating is None:
        rating = Rating(
            booking_id=booking.id,
            base_id=booking.base_id,
            member_id=member.id,
            stars=stars,
            at=now,
        )
        session.add(rating)
        steps.record(session, booking, EventKind.RATED, actor=None, now=now)
    rating.stars, rating.at = stars, now
    session.flush()
    return rating


def say_more(
    session: Session, member: Member, booking_id: int, sentence: str, *, now: datetime
) -> Rating:
    """Add a sentence to the stars that were given; raises as ``rate``, "no_stars" before them."""
    booking = _over(session, member, booking_id)
    rating = _rating_of(session, member, booking)
    if rating is None:
        raise InvalidBookingError("no_stars")
    rating.sentence, rating.at = sentence.strip()[:LONGEST_SENTENCE], now
    session.flush()
    return rating


def _over(session: Session, member: Member, booking_id: int) -> Booking:
    booking = steps.locked(session, booking_id)
    own = booking.member_id == member.id or access.may(
        session, member, Action.BOOK, booking.organisation_id
    )
    if not own:
        raise NotFoundError("booking_not_found")
    if booking.state != BookingState.DONE:
        raise InvalidBookingError("not_over")
    return booking


def _rating_of(session: Session, member: Member, booking: Booking) -> Rating | None:
    return session.scalar(
        select(Rating).where(Rating.booking_id == booking.id, Rating.member_id == member.id)
    )


@dataclass
class Usage:
    """How a base was used in a quarter."""

    base: ActivityBase
    year: int
    quarter: int
    orders: int = 0
    """Bookings that were asked for, whatever became of them."""
    activities: int = 0
    """Bookings that took place."""
    attendance: int = 0
    """Head count of those."""
    cancelled: int = 0
    """Bookings that the branch or the base took back."""
    no_shows: int = 0
    ratings: int = 0
    stars: int = 0

    @property
    def rating(self) -> float | None:
        """The mean of the stars; None without ratings."""
        return round(self.stars / self.ratings, 1) if self.ratings else None


def usage(
    session: Session, some: Sequence[ActivityBase], start: datetime, end: datetime
) -> list[Usage]:
    """How bases were used by bookings that begin in [start, end), by base and local quarter."""
    of_id = {base.id: base for base in some}
    found: dict[tuple[int, int, int], Usage] = {}

    def of(base_id: int, moment: datetime) -> Usage:
        local = moment.astimezone(SHANGHAI)
        key = (base_id, local.year, (local.month + 2) // 3)
        return found.setdefault(key, Usage(of_id[base_id], key[1], key[2]))

    within = (
        Booking.base_id.in_(of_id),
        Booking.starts_at >= start,
        Booking.starts_at < end,
    )
    for base_id, at, state, heads in session.execute(
        select(Booking.base_id, Booking.starts_at, Booking.state, Booking.head_count).where(*within)
    ):
        one = of(base_id, at)
        one.orders += state in ASKED_FOR
        one.cancelled += state == BookingState.CANCELLED
        one.no_shows += state == BookingState.NO_SHOW
        if state == BookingState.DONE:
            one.activities += 1
            one.attendance += heads
    for base_id, at, stars in session.execute(
        select(Booking.base_id, Booking.starts_at, Rating.stars)
        .join(Rating, Rating.booking_id == Booking.id)
        .where(*within)
    ):
        one = of(base_id, at)
        one.ratings += 1
        one.stars += stars
    return [found[key] for key in sorted(found, key=lambda key: (of_id[key[0]].code, key[1:]))]


def sentences(
    session: Session, base: ActivityBase, start: datetime, end: datetime
) -> list[tuple[int, str]]:
    """(stars, sentence) of what was said of a base in [start, end): not who, not of which day."""
    rows = session.execute(
        select(Rating.stars, Rating.sentence)
        .where(
            Rating.base_id == base.id,
            Rating.at >= start,
            Rating.at < end,
            Rating.sentence != "",
        )
        .order_by(Rating.stars, Rating.sentence)
    )
    return [(stars, sentence) for stars, sentence in rows]
