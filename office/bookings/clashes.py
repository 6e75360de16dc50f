"""Bookings that a changed rule of their base forbids: listed and told of, never cancelled by us."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from office import bases
from office.bookings import steps
from office.bookings.rules import check_place, month_of, wish_of
from office.errors import InvalidBookingError
from office.models import ActivityBase, Booking, BookingState, EventKind, Member


@dataclass(frozen=True)
class Clash:
    """A booking to come, and the code of the rule that it breaks by now."""

    booking: Booking
    code: str

    @property
    def key(self) -> tuple[int, str]:
        """What makes it the same clash."""
        return (self.booking.id, self.code)


def clashes(session: Session, base: ActivityBase, *, now: datetime) -> list[Clash]:
    """The bookings to come that break a rule of the base as it is now, by time.

    Looked at: hours, special days, closures, how many a room holds, the quota. Not: how far ahead
    and how late one may book (they are booked), and buffers (they keep those they were made with).
    """
    coming = session.scalars(
        select(Booking)
        .where(
            Booking.base_id == base.id,
            Booking.state.in_([BookingState.HELD, BookingState.CONFIRMED]),
            Booking.starts_at > now,
        )
        .order_by(Booking.starts_at, Booking.id)
    ).all()
    if not coming:
        return []
    last = max(booking.ends_at for booking in coming)
    table = bases.timetable(session, base, coming[0].starts_at, last)
    beyond = _beyond_quota(base, list(coming))
    found: list[Clash] = []
    for booking in coming:
        try:
            check_place(wish_of(booking), table)
        except InvalidBookingError as error:
            found.append(Clash(booking, error.code))
        else:
            if booking.id in beyond:
                found.append(Clash(booking, "quota_reached"))
    return found


def tell_new(
    session: Session,
    base: ActivityBase,
    before: list[Clash],
    *,
    actor: Member | None,
    now: datetime,
) -> list[Clash]:
    """All clashes there are; those that were not there before are written down, to be told."""
    known = {clash.key for clash in before}
    found = clashes(session, base, now=now)
    for clash in found:
        if clash.key not in known:
            steps.record(
                session,
                clash.booking,
                EventKind.CLASH,
                actor=actor,
                now=now,
                detail={"code": clash.code},
            )
    return found


def _beyond_quota(base: ActivityBase, coming: list[Booking]) -> set[int]:
    """Of each branch and month, those to come that were made after the quota was used up."""
    if base.quota_per_month is None:
        return set()
    used: Counter[tuple[int, datetime]] = Counter()
    beyond: set[int] = set()
    for booking in sorted(coming, key=lambda booking: booking.id):
        month = (booking.organisation_id, month_of(booking.starts_at)[0])
        used[month] += 1
        if used[month] > base.quota_per_month:
            beyond.add(booking.id)
    return beyond
