"""Greetings on the political birthday (政治生日)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from sqlalchemy.orm import Session

from office import members
from office.rules import rules_of
from scheduler.reminder import Reminder, at, full_day_text
from texts import say

BIRTHDAY = "political_birthday"


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
            years, since = year - admitted.year, full_day_text(admitted)
            yield Reminder(
                rule=BIRTHDAY,
                member=member,
                period=str(year),
                due_at=at(birthday, hours[place]),
                expires_at=at(birthday + timedelta(days=1), 0),
                text=say(
                    "scheduler.birthday",
                    name=member.name,
                    years=years,
                    date=full_day_text(admitted),
                ),
                reason=say("scheduler.birthday_reason", date=since, years=years),
            )
