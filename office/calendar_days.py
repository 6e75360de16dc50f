"""The days of the working calendar that organisations set themselves (调休、本地放假).

They hold for the organisation and all below it; of several the nearest organisation decides.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from office import access, audit
from office.access import Action
from office.errors import InvalidRuleError
from office.models import CalendarDay, Member, Organisation
from office.organisations import ancestors
from office.working_days import Overrides

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
    above = _parents(session)
    return {place: _merged(place, own, above) for place in organisation_ids}


def days_of(session: Session, organisation_id: int) -> dict[date, CalendarDay]:
    """The row that decides each day that was set, by the organisation itself or above it."""
    nearest_last = [place.id for place in reversed(ancestors(session, organisation_id))]
    rows = session.scalars(
        select(CalendarDay).where(CalendarDay.organisation_id.in_(nearest_last))
    ).all()
    ordered = sorted(rows, key=lambda row: nearest_last.index(row.organisation_id))
    return {row.day: row for row in ordered}


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


def _parents(session: Session) -> dict[int, int | None]:
    rows = session.execute(select(Organisation.id, Organisation.parent_id))
    return {row.id: row.parent_id for row in rows}


def _merged(
    place: int, own: Mapping[int, Mapping[date, bool]], above: Mapping[int, int | None]
) -> dict[date, bool]:
    merged: dict[date, bool] = {}
    seen: set[int] = set()
    current: int | None = place
    while current is not None and current not in seen:
        merged = {**own.get(current, {}), **merged}
        seen.add(current)
        current = above.get(current)
    return merged
