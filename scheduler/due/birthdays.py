"""Greetings on the political birthday (政治生日)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from sqlalchemy.orm import Session

from delivery.still_true.birthdays import POLITICAL_BIRTHDAY
from office import members
from office.models import Member
from office.rules import Rules, rules_of_all
from scheduler.greeting import greeting
from scheduler.reminder import Reminder, at


def birthdays(session: Session, first: date, last: date) -> Iterator[Reminder]:
    """To each member on the anniversary of the admitting branch meeting (政治生日).

    One at a time: a day may have many, such as 1 July.
    """
    rules = rules_of_all(session)
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    for member in members.greeted(session, days):
        admitted, own = member.admitted_on, rules[member.organisation_id]
        if admitted is None:
            continue
        for year in range(max(first.year, admitted.year + 1), last.year + 1):
            birthday = members.birthday_in(admitted, year, own.leap_birthday)
            if first <= birthday <= last:
                yield _greeting(member, admitted, birthday, own)


def _greeting(member: Member, admitted: date, birthday: date, rules: Rules) -> Reminder:
    content = greeting(member.name, admitted, birthday.year - admitted.year)
    return Reminder(
        rule=POLITICAL_BIRTHDAY,
        member=member,
        period=str(birthday.year),
        due_at=at(birthday, rules.greeting_hour),
        expires_at=at(birthday + timedelta(days=1), 0),
        text=content.text,
        reason=content.reason,
        buttons=content.buttons,
        picture=content.picture,
    )
