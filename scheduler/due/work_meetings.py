"""The monthly work meeting (工作例会) that a secretary has to hold."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from sqlalchemy.orm import Session

from office import meetings
from office.bases import SHANGHAI
from office.calendar_days import overrides_of_many
from office.models import Organisation, RoleKind
from office.organisations import branches, holders
from office.rules import rules_of
from office.working_days import WorkingDay, first_working_days, months_between
from scheduler.reminder import Reminder, at, day_text
from texts import say

WORK_MEETING = "work_meeting"


def work_meetings(session: Session, first: date, last: date) -> Iterator[Reminder]:
    """To each branch secretary on the month's first working day: hold the work meeting (工作例会).

    A local rule: by default it is held in the first five working days of the month.
    """
    found = branches(session)
    overrides = overrides_of_many(session, [branch.id for branch in found])
    for branch in found:
        rules = rules_of(session, branch.id)
        for year, month in months_between(first, last):
            days = first_working_days(year, month, rules.work_meeting_days, overrides[branch.id])
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
            first=day_text(first),
            last=day_text(last),
        )
    ]
    if planned is None:
        lines.append(say("scheduler.work_meeting_unplanned"))
    else:
        start = planned.starts_at.astimezone(SHANGHAI)
        clock = f"{start.hour}:{start.minute:02}"
        lines.append(say("scheduler.work_meeting_planned", day=day_text(start.date()), time=clock))
    if any(day.provisional for day in days):
        lines.append(say("scheduler.provisional", year=first.year))
    return "\n".join(lines)
