"""Greetings on the political birthday (政治生日)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from sqlalchemy.orm import Session

from delivery.still_true.birthdays import POLITICAL_BIRTHDAY
from office import members
from office.rules import rules_of
from scheduler.greeting import greeting
from scheduler.reminder import Reminder, at


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
            content = greeting(member.name, admitted, year - admitted.year)
            yield Reminder(
                rule=POLITICAL_BIRTHDAY,
                member=member,
                period=str(year),
                due_at=at(birthday, hours[place]),
                expires_at=at(birthday + timedelta(days=1), 0),
                text=content.text,
                reason=content.reason,
                buttons=content.buttons,
                picture=content.picture,
            )
