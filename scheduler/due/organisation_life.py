"""Organisation life that is due: one message to a secretary, and later one to the superior."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from delivery.organisation_life_words import (
    reason,
    term_to_secretary,
    term_to_superior,
    to_secretary,
    to_superior,
)
from delivery.still_true.organisation_life import (
    ABOVE,
    ORGANISATION_LIFE,
    SUPERIORS,
    TERM,
    TERM_ABOVE,
)
from delivery.times import full_day_text
from office.calendar_days import overrides_of_many
from office.models import Member, Organisation, OrganisationKind, RoleKind
from office.organisation_life import Branch, Due, branches_at, term_end
from office.organisation_life.reminding import Moment, Stage, moments, spoken_of, term_notice
from office.organisations import all_holders
from office.outbox import Button
from office.rules import Rules, rules_of
from office.working_days import Overrides, months_between
from scheduler.reminder import Reminder, at
from texts import say

DAY = timedelta(days=1)


def organisation_life(session: Session, first: date, last: date) -> Iterator[Reminder]:
    """What falls due between two local days, for each branch by its own shape."""
    branches = branches_at(session, last)
    overrides = overrides_of_many(session, [branch.id for branch in branches])
    secretaries = all_holders(session, [RoleKind.SECRETARY])
    above: dict[tuple[int, Moment], dict[str, list[Due]]] = defaultdict(dict)
    ends: dict[tuple[int, date], dict[str, date]] = defaultdict(dict)
    for branch in branches:
        own = overrides[branch.id]
        for moment in _moments(first, last, branch.rules, own):
            dues = spoken_of(branch, moment.stage, moment.month, moment.day)
            if dues and moment.stage == Stage.SUPERIOR and branch.parent_id:
                above[branch.parent_id, moment][branch.name] = dues
            elif dues and moment.stage != Stage.SUPERIOR:
                for secretary in secretaries.get(branch.id, ()):
                    yield _to_secretary(branch, moment, dues, secretary)
        told, term = term_notice(branch, own), term_end(branch)
        if told and term and first <= told <= last:
            for secretary in secretaries.get(branch.id, ()):
                yield _of_term(branch, told, term.until, secretary)
            if branch.parent_id:
                ends[branch.parent_id, told][branch.name] = term.until
    if above or ends:
        yield from _to_superiors(session, above, ends)


def _moments(first: date, last: date, rules: Rules, overrides: Overrides) -> Iterator[Moment]:
    for year, month in months_between(first, last):
        for moment in moments(date(year, month, 1), rules, overrides):
            if first <= moment.day <= last:
                yield moment


def _to_secretary(branch: Branch, moment: Moment, dues: list[Due], to: Member) -> Reminder:
    return Reminder(
        rule=ORGANISATION_LIFE,
        member=to,
        period=f"{branch.id}:{moment.month:%Y-%m}:{moment.stage}",
        due_at=at(moment.day, branch.rules.organisation_life_hour),
        expires_at=at(moment.until, 0),
        text=to_secretary(branch, moment.stage, dues, moment.day),
        reason=reason(branch, dues, moment.day),
        buttons=[Button(say("organisation_life.button_due"), "/organisation_life_due")],
    )


def _of_term(branch: Branch, day: date, until: date, to: Member) -> Reminder:
    return Reminder(
        rule=TERM,
        member=to,
        period=f"{branch.id}:{until}",
        due_at=at(day, branch.rules.organisation_life_hour),
        expires_at=at(until + DAY, 0),
        text=term_to_secretary(branch, until),
        reason=say(
            "organisation_life.end_of_term_reason", branch=branch.name, day=full_day_text(until)
        ),
    )


def _to_superiors(
    session: Session,
    above: Mapping[tuple[int, Moment], Mapping[str, list[Due]]],
    ends: Mapping[tuple[int, date], Mapping[str, date]],
) -> Iterator[Reminder]:
    """To the secretary and the administrators of the committee next above the branches."""
    committees = {
        row.id: row
        for row in session.scalars(
            select(Organisation).where(Organisation.kind == OrganisationKind.COMMITTEE)
        )
    }
    holders = all_holders(session, SUPERIORS)
    hours = {place: rules_of(session, place).organisation_life_hour for place, _ in [*above, *ends]}
    for (place, moment), found in above.items():
        for member in holders.get(place, ()) if place in committees else ():
            name, month = committees[place].name, (moment.month - DAY).month
            yield Reminder(
                rule=ABOVE,
                member=member,
                period=f"{place}:{moment.month:%Y-%m}",
                due_at=at(moment.day, hours[place]),
                expires_at=at(moment.until, 0),
                text=to_superior(name, month, found),
                reason=say(
                    "organisation_life.above_reason",
                    organisation=name,
                    count=len(found),
                    month=month,
                ),
            )
    for (place, day), terms in ends.items():
        for member in holders.get(place, ()) if place in committees else ():
            name = committees[place].name
            yield Reminder(
                rule=TERM_ABOVE,
                member=member,
                period=f"{place}:{day}",
                due_at=at(day, hours[place]),
                expires_at=at(max(terms.values()) + DAY, 0),
                text=term_to_superior(name, terms),
                reason=say(
                    "organisation_life.end_of_term_above_reason",
                    organisation=name,
                    count=len(terms),
                ),
            )
