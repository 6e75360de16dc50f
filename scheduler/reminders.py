"""What falls due between two moments, for whom, and why. Nothing is written here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy.orm import Session

from office import meetings, members
from office.bases import SHANGHAI
from office.models import Member, Organisation, RoleKind
from office.organisations import branches, holders
from office.rules import rules_of
from scheduler.working_days import WorkingDay, first_working_days, months_between
from texts import say

WORK_MEETING = "work_meeting"
BIRTHDAY = "political_birthday"


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


def reminders_between(session: Session, start: datetime, end: datetime) -> list[Reminder]:
    """Every reminder with ``start <= due_at < end`` (aware), by time."""
    first, last = start.astimezone(SHANGHAI).date(), end.astimezone(SHANGHAI).date()
    found = [*work_meetings(session, first, last), *birthdays(session, first, last)]
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


def at(day: date, hour: int) -> datetime:
    """An hour of a local day, as UTC."""
    return datetime.combine(day, time(hour), SHANGHAI).astimezone(UTC)


def _day(day: date) -> str:
    return f"{day.month}月{day.day}日"


def _full(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
