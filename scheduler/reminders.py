"""What falls due between two moments, for whom, and why. Nothing is written here."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from delivery.booking_notices import button
from delivery.booking_words import notice, values_of
from delivery.still_true import BOOKING_REMINDER
from office import meetings, members
from office.bases import SHANGHAI
from office.models import Booking, BookingState, Member, Organisation, RoleKind
from office.organisations import branches, holders
from office.outbox import Button
from office.rules import rules_of
from scheduler.working_days import WorkingDay, first_working_days, months_between
from texts import say

WORK_MEETING = "work_meeting"
BIRTHDAY = "political_birthday"
BEFORE = {"day": timedelta(days=1), "hours": timedelta(hours=2)}
"""How long before an activity who booked it is reminded."""
STARTING = timedelta(minutes=15)
"""So shortly before the start a reminder helps nobody any more."""


@dataclass(frozen=True)
class Reminder:
    """A message that falls due. The same (rule, member, period) is sent once."""

    rule: str
    member: Member
    period: str
    due_at: datetime
    expires_at: datetime
    text: str
    reason: str
    buttons: Sequence[Button] = ()


def reminders_between(session: Session, start: datetime, end: datetime) -> list[Reminder]:
    """Every reminder with ``start <= due_at < end`` (aware), by time."""
    first, last = start.astimezone(SHANGHAI).date(), end.astimezone(SHANGHAI).date()
    found = [
        *work_meetings(session, first, last),
        *birthdays(session, first, last),
        *activities(session, start, end),
    ]
    within = (reminder for reminder in found if start <= reminder.due_at < end)
    return sorted(within, key=lambda reminder: (reminder.due_at, reminder.member.number))


def work_meetings(session: Session, first: date, last: date) -> Iterator[Reminder]:
    """To each branch secretary on the month's first working day: hold the work meeting (工作例会).

    A local rule: by default it is held in the first five working days of the month.
    """
    for branch in branches(session):
        rules = rules_of(session, branch.id)
        for year, month in months_between(first, last):
            days = first_working_days(year, month, rules.work_meeting_days)
            if not days:
                continue
            text = _work_meeting_text(session, branch, days)
            for secretary in holders(session, branch.id, RoleKind.SECRETARY):
                yield Reminder(
                    rule=WORK_MEETING,
                    member=secretary,
                    period=f"{year}-{month:02}:{branch.id}",
                    due_at=at(days[0].day, rules.work_meeting_notice_hour),
                    expires_at=at(days[-1].day + timedelta(days=1), 0),
                    text=text,
                    reason=say("scheduler.work_meeting_reason", branch=branch.name, month=month),
                )


def _work_meeting_text(session: Session, branch: Organisation, days: list[WorkingDay]) -> str:
    first, last = days[0].day, days[-1].day
    planned = meetings.work_meeting_between(
        session, branch.id, at(first, 0), at(last + timedelta(days=1), 0)
    )
    lines = [
        say(
            "scheduler.work_meeting",
            branch=branch.name,
            month=first.month,
            count=len(days),
            first=_day(first),
            last=_day(last),
        )
    ]
    if planned is None:
        lines.append(say("scheduler.work_meeting_unplanned"))
    else:
        start = planned.starts_at.astimezone(SHANGHAI)
        clock = f"{start.hour}:{start.minute:02}"
        lines.append(say("scheduler.work_meeting_planned", day=_day(start.date()), time=clock))
    if any(day.provisional for day in days):
        lines.append(say("scheduler.provisional", year=first.year))
    return "\n".join(lines)


def birthdays(session: Session, first: date, last: date) -> Iterator[Reminder]:
    """To each member on the anniversary of the admitting branch meeting (政治生日)."""
    hours: dict[int, int] = {}
    for member in members.greeted(session):
        admitted = member.admitted_on
        if admitted is None:
            continue
        for year in range(max(first.year, admitted.year + 1), last.year + 1):
            birthday = members.birthday_in(admitted, year)
            if not first <= birthday <= last:
                continue
            place = member.organisation_id
            if place not in hours:
                hours[place] = rules_of(session, place).greeting_hour
            years = year - admitted.year
            yield Reminder(
                rule=BIRTHDAY,
                member=member,
                period=str(year),
                due_at=at(birthday, hours[place]),
                expires_at=at(birthday + timedelta(days=1), 0),
                text=say("scheduler.birthday", name=member.name, years=years, date=_full(admitted)),
                reason=say("scheduler.birthday_reason", date=_full(admitted), years=years),
            )


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


def at(day: date, hour: int) -> datetime:
    """An hour of a local day, as UTC."""
    return datetime.combine(day, time(hour), SHANGHAI).astimezone(UTC)


def _day(day: date) -> str:
    return f"{day.month}月{day.day}日"


def _full(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
