"""Reading what the rule of organisation life looks at, of many branches at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, func, select, true
from sqlalchemy.orm import InstrumentedAttribute, Session, joinedload

from office.bases import SHANGHAI
from office.models import (
    Contact,
    Meeting,
    MeetingKind,
    MeetingState,
    Member,
    MemberState,
    Organisation,
    OrganisationKind,
)
from office.organisation_life.duties import ARTICLES, Branch, Due, Group, Held, due_on
from office.rules import merged

KINDS = [kind for kind in ARTICLES if isinstance(kind, MeetingKind)]
"""What is organisation life; the work meeting has a ledger of its own."""


def branches_at(session: Session, day: date, *, ids: Collection[int] | None = None) -> list[Branch]:
    """The branches (all, or those with these ids), by code, with their meetings.

    Meetings from the beginning of the year before ``day`` on. A handful of queries, however many
    branches there are.
    """
    known = {row.id: row for row in session.scalars(_organisations(ids))}
    chosen = [
        row
        for row in sorted(known.values(), key=lambda row: row.code)
        if row.kind == OrganisationKind.BRANCH and (ids is None or row.id in ids)
    ]
    home = _homes(known.values(), {row.id for row in chosen})
    places = None if ids is None else set(home)
    held = _held(session, home, places, datetime(day.year - 1, 1, 1, tzinfo=SHANGHAI))
    full = _full_members(session, home, places)
    since = _known_since(session, home, places)
    groups: dict[int, list[Group]] = defaultdict(list)
    for place in sorted(
        home.keys() - {row.id for row in chosen},
        key=lambda one: (len(known[one].code), known[one].code),
    ):
        groups[home[place]].append(Group(place, known[place].name))
    return [
        Branch(
            id=row.id,
            code=row.code,
            name=row.name,
            full_members=full[row.id],
            parent_id=row.parent_id,
            groups=groups[row.id],
            term_years=row.term_years,
            term_began_on=row.term_began_on,
            known_since=since.get(row.id),
            rules=merged(_upwards(known, row)),
            held=held[row.id],
        )
        for row in chosen
    ]


def overdue(session: Session, branch_id: int, *, today: date) -> list[Due]:
    """What the branch left out in the periods before those that run today."""
    return [
        due
        for branch in branches_at(session, today, ids=[branch_id])
        for due in due_on(branch, today)
        if due.overdue
    ]


def _organisations(ids: Collection[int] | None) -> Select[Organisation]:
    """All organisations, or these with what is below and above them."""
    if ids is None:
        return select(Organisation)
    down = select(Organisation.id).where(Organisation.id.in_(ids)).cte(recursive=True)
    down = down.union(select(Organisation.id).join(down, Organisation.parent_id == down.c.id))
    up = (
        select(Organisation.id, Organisation.parent_id)
        .where(Organisation.id.in_(ids))
        .cte(recursive=True)
    )
    up = up.union(
        select(Organisation.id, Organisation.parent_id).join(up, Organisation.id == up.c.parent_id)
    )
    return select(Organisation).where(
        Organisation.id.in_(select(down.c.id)) | Organisation.id.in_(select(up.c.id))
    )


def meetings_of_year(
    session: Session, year: int, places: Collection[int] | None = None
) -> list[Meeting]:
    """What was held of organisation life in a local year, by day; all organisations, or these."""
    query = (
        select(Meeting)
        .options(joinedload(Meeting.organisation))
        .where(
            Meeting.state == MeetingState.HELD,
            Meeting.kind.in_(KINDS),
            Meeting.starts_at >= datetime(year, 1, 1, tzinfo=SHANGHAI),
            Meeting.starts_at < datetime(year + 1, 1, 1, tzinfo=SHANGHAI),
            _within(Meeting.organisation_id, None if places is None else set(places)),
        )
    )
    return list(session.scalars(query.order_by(Meeting.starts_at, Meeting.id)))


def _homes(rows: Iterable[Organisation], branch_ids: set[int]) -> dict[int, int]:
    """The branch of each organisation that is one of these branches or lies in one."""
    rows = list(rows)
    home = {one: one for one in branch_ids}
    found = True
    while found:  # a group in a group: once more for each depth
        found = False
        for row in rows:
            if row.id not in home and row.parent_id in home:
                home[row.id] = home[row.parent_id]
                found = True
    return home


def _upwards(known: Mapping[int, Organisation], row: Organisation) -> list[Organisation]:
    """The organisation and those above it, the nearest first."""
    chain: list[Organisation] = []
    current: Organisation | None = row
    while current is not None and current not in chain:
        chain.append(current)
        current = known.get(current.parent_id) if current.parent_id else None
    return chain


def _held(
    session: Session, home: Mapping[int, int], places: set[int] | None, since: datetime
) -> dict[int, list[Held]]:
    rows = session.execute(
        select(Meeting.organisation_id, Meeting.kind, Meeting.starts_at).where(
            Meeting.state == MeetingState.HELD,
            Meeting.kind.in_(KINDS),
            Meeting.starts_at >= since,
            _within(Meeting.organisation_id, places),
        )
    )
    found: dict[int, list[Held]] = defaultdict(list)
    for place, kind, starts_at in rows:
        if place in home:
            day = starts_at.astimezone(SHANGHAI).date()
            found[home[place]].append(Held(MeetingKind(kind), day, place))
    return found


def _full_members(
    session: Session, home: Mapping[int, int], places: set[int] | None
) -> dict[int, int]:
    rows = session.execute(
        select(Member.organisation_id, func.count())
        .where(
            Member.state == MemberState.ACTIVE,
            Member.full_since.is_not(None),
            _within(Member.organisation_id, places),
        )
        .group_by(Member.organisation_id)
    )
    found: dict[int, int] = defaultdict(int)
    for place, count in rows:
        if place in home:
            found[home[place]] += count
    return found


def _known_since(
    session: Session, home: Mapping[int, int], places: set[int] | None
) -> dict[int, date]:
    """When the branch first held something that was recorded, or the first of its members joined.

    Before that it kept no records here: nobody can say that something was left out.
    """
    meetings = session.execute(
        select(Meeting.organisation_id, func.min(Meeting.starts_at))
        .where(Meeting.state == MeetingState.HELD, _within(Meeting.organisation_id, places))
        .group_by(Meeting.organisation_id)
    )
    joined = session.execute(
        select(Member.organisation_id, func.min(Contact.bound_at))
        .join(Member, Member.id == Contact.member_id)
        .where(_within(Member.organisation_id, places))
        .group_by(Member.organisation_id)
    )
    found: dict[int, date] = {}
    for place, moment in [*meetings, *joined]:
        if place in home:
            branch, day = home[place], moment.astimezone(SHANGHAI).date()
            found[branch] = min(found.get(branch, day), day)
    return found


def _within(column: InstrumentedAttribute[int], places: set[int] | None) -> ColumnElement[bool]:
    """Only these organisations; all where ``places`` is None."""
    return true() if places is None else column.in_(places)
