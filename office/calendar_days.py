"""The days of the working calendar that organisations set themselves (调休、本地放假).

They hold for the organisation and all below it; of several the nearest organisation decides.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from office import access, audit
from office.access import Action
from office.errors import InvalidRuleError
from office.models import CalendarDay, Member, Organisation
from office.organisations import ancestors, line, parents
from office.working_days import Overrides, is_provisional, is_working_day

LONGEST_NOTE = 80
YEARS = range(2000, 2101)


def overrides_of(session: Session, organisation_id: int) -> Overrides:
    """The days set by the organisation or above it: True is worked on.

    Reads the database each time; who asks for many organisations takes ``overrides_of_many``.
    """
    return {day: row.worked for day, row in days_of(session, organisation_id).items()}


def overrides_of_many(session: Session, organisation_ids: Iterable[int]) -> Mapping[int, Overrides]:
    """``overrides_of`` for each of these organisations, by few queries."""
    own: dict[int, dict[date, bool]] = {}
    for place, day, worked in session.execute(
        select(CalendarDay.organisation_id, CalendarDay.day, CalendarDay.worked)
    ):
        own.setdefault(place, {})[day] = worked
    if not own:
        return {place: {} for place in organisation_ids}
    above = parents(session)
    return {place: _merged(own, line(place, above)) for place in organisation_ids}


def days_of(session: Session, organisation_id: int) -> dict[date, CalendarDay]:
    """The row that decides each day that was set, by the organisation itself or above it."""
    nearest_last = [place.id for place in reversed(ancestors(session, organisation_id))]
    rows = session.scalars(
        select(CalendarDay).where(CalendarDay.organisation_id.in_(nearest_last))
    ).all()
    ordered = sorted(rows, key=lambda row: nearest_last.index(row.organisation_id))
    return {row.day: row for row in ordered}


@dataclass(frozen=True)
class Day:
    """A day as an organisation has it."""

    day: date
    worked: bool
    provisional: bool
    """Its year is not announced, and nobody has set it."""
    set_here: bool | None
    """Whether the organisation itself has set the day, or one above it; None if nobody has."""
    note: str

    def as_json(self) -> dict[str, object]:
        """The form of ``calendar list --json``."""
        return asdict(self) | {"day": self.day.isoformat()}


def month_of(session: Session, organisation_id: int, year: int, month: int) -> list[Day]:
    """The days of a month, in order."""
    rows = days_of(session, organisation_id)
    overrides = {day: row.worked for day, row in rows.items()}
    found = []
    for number in range(1, calendar.monthrange(year, month)[1] + 1):
        day = date(year, month, number)
        row = rows.get(day)
        found.append(
            Day(
                day=day,
                worked=is_working_day(day, overrides) is not None,
                provisional=row is None and is_provisional(day),
                set_here=None if row is None else row.organisation_id == organisation_id,
                note=row.note if row else "",
            )
        )
    return found


def set_day(
    session: Session,
    by: Member | None,
    organisation: Organisation,
    day: date,
    *,
    worked: bool,
    note: str = "",
    now: datetime,
) -> None:
    """Make a day worked on or free for an organisation and all below it.

    ``by`` None is the operator, at the command line. Raises NotAllowedError for who does not
    administer the organisation, and InvalidRuleError for a year that cannot be meant.
    """
    _require(session, by, organisation)
    if day.year not in YEARS:
        raise InvalidRuleError(rule="day")
    row = _own(session, organisation, day)
    if row is None:
        row = CalendarDay(organisation_id=organisation.id, day=day)
        session.add(row)
    row.worked, row.note = worked, note.strip()[:LONGEST_NOTE]
    _note(session, by, organisation, day, now, "set_calendar_day", worked=worked)


def unset_day(
    session: Session, by: Member | None, organisation: Organisation, day: date, *, now: datetime
) -> bool:
    """Let a day be again as above, or as the public calendar has it; False if it was not set."""
    _require(session, by, organisation)
    row = _own(session, organisation, day)
    if row is None:
        return False
    session.delete(row)
    _note(session, by, organisation, day, now, "unset_calendar_day")
    return True


def _require(session: Session, by: Member | None, organisation: Organisation) -> None:
    if by is not None:
        access.require(session, by, Action.SET_CALENDAR, organisation.id)


def _own(session: Session, organisation: Organisation, day: date) -> CalendarDay | None:
    return session.scalar(
        select(CalendarDay).where(
            CalendarDay.organisation_id == organisation.id, CalendarDay.day == day
        )
    )


def _note(
    session: Session,
    by: Member | None,
    organisation: Organisation,
    day: date,
    now: datetime,
    action: str,
    **detail: object,
) -> None:
    audit.record(
        session,
        at=now,
        member_id=by.id if by else None,
        action=action,
        subject=f"organisation:{organisation.id}",
        day=day.isoformat(),
        **detail,
    )
    session.flush()


def _merged(own: Mapping[int, Mapping[date, bool]], upwards: Iterable[int]) -> dict[date, bool]:
    merged: dict[date, bool] = {}
    for place in upwards:
        merged = {**own.get(place, {}), **merged}
    return merged
