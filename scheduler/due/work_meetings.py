"""The monthly work meeting (工作例会) that a secretary has to hold."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from sqlalchemy.orm import Session

from delivery.meeting_words import month_line, word
from delivery.still_true.work_meetings import MONTH
from delivery.times import short_day_text
from office import meetings
from office.calendar_days import overrides_of_many
from office.models import Meeting, Organisation, RoleKind
from office.organisations import all_holders, branches
from office.outbox import Button
from office.rules import rules_of_all
from office.working_days import WorkingDay, first_working_days, months_between
from scheduler.reminder import Reminder, at
from texts import say


def work_meetings(session: Session, first: date, last: date) -> Iterator[Reminder]:
    """To each branch secretary on the month's first working day: hold the work meeting (工作例会).

    A local rule: by default it is held in the first five working days of the month. Where it is
    planned the notice says when, and lapses when it starts.
    """
    found = branches(session)
    overrides = overrides_of_many(session, [branch.id for branch in found])
    every_rule, secretaries = rules_of_all(session), all_holders(session, [RoleKind.SECRETARY])
    months = list(months_between(first, last))
    meetings_of = meetings.work_meetings_in(session, months[0], months[-1])
    for branch in found:
        rules = every_rule[branch.id]
        for year, month in months:
            days = first_working_days(year, month, rules.work_meeting_days, overrides[branch.id])
            if not days or not first <= days[0].day <= last:
                continue
            planned = meetings_of.get((branch.id, year, month))
            text = _work_meeting_text(branch, days, planned)
            due_at = at(days[0].day, rules.work_meeting_notice_hour)
            until = at(days[-1].day + timedelta(days=1), 0)
            if planned is not None:
                until = min(until, planned.starts_at)
            if until <= due_at:
                continue
            for secretary in secretaries.get(branch.id, ()):
                yield Reminder(
                    rule=MONTH,
                    member=secretary,
                    period=f"{year}-{month:02}:{branch.id}",
                    due_at=due_at,
                    expires_at=until,
                    text=text,
                    days=span_text(days),
                    reason=say("scheduler.work_meeting_reason", branch=branch.name, month=month),
                    buttons=[Button(word("button_plan"), "/plan_work_meeting")]
                    if planned is None
                    else [],
                )


def _work_meeting_text(
    branch: Organisation, days: list[WorkingDay], planned: Meeting | None
) -> str:
    first = days[0].day
    lines = [
        say(
            "scheduler.work_meeting",
            branch=branch.name,
            month=first.month,
            count=len(days),
            days=span_text(days),
        ),
        month_line(planned),
    ]
    if any(day.provisional for day in days):
        lines.append(say("scheduler.provisional", year=first.year))
    return "\n".join(lines)


def span_text(days: list[WorkingDay]) -> str:
    """12月1日至12月7日."""
    return f"{short_day_text(days[0].day)}至{short_day_text(days[-1].day)}"
