"""Bookings that repeat: "每月第二个周五下午", every week, booked together or where it is free."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from office import access, bases
from office.access import Action
from office.bases import SHANGHAI, Timetable
from office.bookings import life, steps
from office.bookings.asking import check, make
from office.bookings.finding import Place, nearest
from office.bookings.recurrence import LAST, Rule, days
from office.bookings.rules import Wish
from office.bookings.standing import booked_in_month
from office.errors import (
    InvalidBookingError,
    NotFoundError,
    SeriesClashError,
    SlotTakenError,
    ZhibuError,
)
from office.models import ActivityBase, Booking, BookingSeries, Member, Organisation, Room
from office.organisations import branch_of
from office.working_days import holiday_name

MOST = 60
"""So many bookings may be made together."""
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Occurrence:
    """One time of a series: free (``room``), or not, with the code why and what is near instead."""

    month: date
    """The first of its month."""
    day: date | None
    """None in a month that has no such day, as a fifth Friday."""
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    room: Room | None = None
    problem: str | None = None
    """A code of ``InvalidBookingError``, "slot_taken" or "no_such_day"."""
    alternatives: tuple[Place, ...] = ()
    holiday: str | None = None
    """Name of the public holiday in whose days off it lies."""


@dataclass(frozen=True)
class Booked:
    """What was made of a series."""

    series: BookingSeries
    bookings: list[Booking]
    left_out: list[Occurrence]


def plan(
    session: Session,
    member: Member,
    base: ActivityBase,
    rule: Rule,
    *,
    head_count: int,
    purpose: str | None,
    guide: bool = False,
    now: datetime,
) -> list[Occurrence]:
    """Each time of the series, whether it can be booked, and what is near where it cannot.

    Raises InvalidBookingError "no_such_series" where the rule gives no day at all,
    "series_too_long" beyond ``MOST``.
    """
    branch = branch_of(session, member.organisation_id)
    _check_rule(rule)
    table = bases.timetables(session, [base], rule.first, rule.last + DAY)[base.id]
    found: list[Occurrence] = []
    for month, day in days(rule):
        if day is None:
            found.append(Occurrence(month, None, problem="no_such_day"))
            continue
        start = datetime.combine(day, rule.start, SHANGHAI)
        end = datetime.combine(day if rule.end > rule.start else day + DAY, rule.end, SHANGHAI)
        wish = Wish(base, start, end, head_count, purpose, guide=guide)
        one = Occurrence(month, day, start, end, holiday=holiday_name(day))
        found.append(_look(session, wish, branch, one, table, now))
        if len(found) > MOST:
            raise InvalidBookingError("series_too_long", most=MOST)
    if not any(one.day for one in found):
        raise InvalidBookingError("no_such_series")
    return _within_quota(session, base, branch, found)


def book(
    session: Session,
    member: Member,
    base: ActivityBase,
    rule: Rule,
    *,
    head_count: int,
    purpose: str,
    guide: bool = False,
    request_key: str,
    now: datetime,
    only_free: bool = False,
) -> Booked:
    """Book all of the series, or with ``only_free`` what of it is free.

    A month that has no such day stands in nobody's way. Raises SeriesClashError, which holds the
    plan, if something is not free and all was asked for, or nothing is; nothing is booked then. The
    same ``request_key`` gives the series it made before.
    """
    branch = branch_of(session, member.organisation_id)
    access.require(session, member, Action.BOOK, branch.id)
    steps.lock(session, base)
    earlier = session.scalar(select(BookingSeries).where(BookingSeries.request_key == request_key))
    if earlier is not None:
        return Booked(earlier, of(session, earlier), [])
    planned = plan(session, member, base, rule, head_count=head_count, purpose=purpose, now=now)
    free = [one for one in planned if one.room is not None]
    clashing = [one for one in planned if one.room is None]
    if not free or (not only_free and any(one.day for one in clashing)):
        raise SeriesClashError(planned)
    series = BookingSeries(
        base_id=base.id,
        organisation_id=branch.id,
        member_id=member.id,
        rule=rule.as_json(),
        request_key=request_key,
        created_at=now,
    )
    session.add(series)
    session.flush()
    made = [
        _make(session, member, branch, base, one, head_count, purpose, guide, series, now)
        for one in free
    ]
    return Booked(series, made, clashing)


def of(session: Session, series: BookingSeries) -> list[Booking]:
    """The bookings of a series, by time; each lives its own life."""
    return list(
        session.scalars(
            select(Booking).where(Booking.series_id == series.id).order_by(Booking.starts_at)
        )
    )


def rest_of(session: Session, member: Member, series_id: int, *, now: datetime) -> list[Booking]:
    """What is to come of a series that the member may cancel; NotFoundError if there is nothing."""
    known = 0 < series_id <= steps.BIGGEST_ID
    series = session.get(BookingSeries, series_id) if known else None
    rest = [
        booking
        for booking in (of(session, series) if series else [])
        if booking.state in life.MOVABLE
        and booking.starts_at > now
        and access.may_cancel(session, member, booking)
    ]
    if not rest:
        raise NotFoundError("series_over")
    return rest


def cancel_rest(
    session: Session, member: Member, series_id: int, *, now: datetime
) -> tuple[list[Booking], list[Booking]]:
    """Cancel what is to come of a series: what was cancelled, and what it is too late for."""
    gone: list[Booking] = []
    kept: list[Booking] = []
    for booking in rest_of(session, member, series_id, now=now):
        try:
            gone.append(life.cancel(session, member, booking.id, now=now))
        except InvalidBookingError:
            kept.append(booking)
    return gone, kept


def _check_rule(rule: Rule) -> None:
    nth_is_sound = rule.nth is None or rule.nth == LAST or 1 <= rule.nth <= 5
    if not (0 <= rule.weekday <= 6 and nth_is_sound) or rule.last < rule.first:
        raise InvalidBookingError("no_such_series")
    if rule.start == rule.end:
        raise InvalidBookingError("end_before_start")
    if rule.last - rule.first > timedelta(days=MOST * 31):
        raise InvalidBookingError("series_too_long", most=MOST)


def _look(
    session: Session,
    wish: Wish,
    branch: Organisation,
    one: Occurrence,
    table: Timetable,
    now: datetime,
) -> Occurrence:
    """The occurrence with its room, or with what is in the way."""
    try:
        return replace(one, room=check(session, wish, now=now, branch=branch, table=table))
    except (InvalidBookingError, SlotTakenError) as error:
        near = (
            tuple(nearest(session, wish, now=now, limit=2))
            if isinstance(error, SlotTakenError) or error.code in {"closed", "closed_then"}
            else ()
        )
        return replace(one, problem=error.code, alternatives=near)


def _within_quota(
    session: Session, base: ActivityBase, branch: Organisation, found: list[Occurrence]
) -> list[Occurrence]:
    """Those of a month that are beyond the branch's quota together become a problem."""
    if base.quota_per_month is None:
        return found
    used: dict[date, int] = {}
    checked: list[Occurrence] = []
    for one in found:
        if one.room is not None and one.starts_at is not None:
            if one.month not in used:
                used[one.month] = booked_in_month(session, base, branch, one.starts_at)
            used[one.month] += 1
            if used[one.month] > base.quota_per_month:
                one = replace(one, room=None, problem="quota_reached")  # noqa: PLW2901
        checked.append(one)
    return checked


def _make(
    session: Session,
    member: Member,
    branch: Organisation,
    base: ActivityBase,
    one: Occurrence,
    head_count: int,
    purpose: str,
    guide: bool,
    series: BookingSeries,
    now: datetime,
) -> Booking:
    if one.starts_at is None or one.ends_at is None or one.room is None:
        raise ZhibuError
    wish = Wish(base, one.starts_at, one.ends_at, head_count, purpose, guide=guide)
    key = f"series:{series.id}:{one.starts_at.date().isoformat()}"
    return make(
        session,
        member,
        branch,
        wish,
        one.room,
        request_key=key,
        now=now,
        series_id=series.id,
    )
