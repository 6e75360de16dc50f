"""A small world for the tests of bookings: one base whose hall has two parts, three branches."""

from __future__ import annotations

import itertools
from datetime import datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from office import bases, members
from office.bases import SHANGHAI
from office.bookings import Wish
from office.models import (
    HOLDING,
    ActivityBase,
    Booking,
    BookingEvent,
    BookingState,
    EventKind,
    Member,
    Occupancy,
    OpeningHours,
    Organisation,
    OrganisationKind,
    Role,
    RoleKind,
    Room,
    WaitlistEntry,
    WaitState,
)

DAY = datetime(2026, 12, 2, tzinfo=SHANGHAI)
"""A Wednesday, nine days after NOW."""
BRANCHES = ("B1", "B2", "B3")
KEEPER, OTHER_KEEPER, ADMINISTRATOR = "K1", "K2", "A1"
CHANGES_NOTHING = frozenset({EventKind.CLASH, EventKind.RATED})


def build(session: Session, **rules: object) -> ActivityBase:
    """Make it; ``rules`` are those of the base, which is open from 9 to 17 every day."""
    owner = _organisation(session, "D1", OrganisationKind.COMMITTEE, None)
    for code in BRANCHES:
        branch = _organisation(session, code, OrganisationKind.BRANCH, owner)
        for n, kind in enumerate((RoleKind.SECRETARY, None)):
            _member(session, f"{code}M{n}", branch, kind)
    for number, kind in (
        (KEEPER, RoleKind.KEEPER),
        (OTHER_KEEPER, RoleKind.KEEPER),
        (ADMINISTRATOR, RoleKind.ADMINISTRATOR),
    ):
        _member(session, number, owner, kind)
    return add_base(session, "J1", owner, **rules)


def add_base(session: Session, code: str, owner: Organisation, **rules: object) -> ActivityBase:
    """A base with a hall for 60 in two parts for 30, open from 9 to 17 every day."""
    base = ActivityBase(
        code=code,
        name=f"基地{code}",
        address="路1号",
        organisation_id=owner.id,
        **rules,  # type: ignore[arg-type]
    )
    session.add(base)
    session.flush()
    hall = Room(base_id=base.id, name="大厅", capacity=60)
    session.add(hall)
    session.flush()
    session.add_all(
        Room(base_id=base.id, parent_id=hall.id, name=name, capacity=30) for name in ("东", "西")
    )
    session.add_all(
        OpeningHours(base_id=base.id, weekday=day, opens=time(9), closes=time(17))
        for day in range(7)
    )
    session.flush()
    return base


def _organisation(
    session: Session, code: str, kind: OrganisationKind, parent: Organisation | None
) -> Organisation:
    made = Organisation(
        code=code, name=f"支部{code}", kind=kind, parent_id=parent.id if parent else None, rules={}
    )
    session.add(made)
    session.flush()
    return made


def _member(session: Session, number: str, home: Organisation, kind: RoleKind | None) -> None:
    member = Member(number=number, name=f"同志{number}", organisation_id=home.id)
    session.add(member)
    session.flush()
    if kind is not None:
        session.add(Role(member_id=member.id, organisation_id=home.id, kind=kind))


def base_of(session: Session, code: str = "J1") -> ActivityBase:
    """The base."""
    found = bases.by_code(session, code)
    assert found is not None
    return found


def member(session: Session, number: str = "B1M1") -> Member:
    """A member by number."""
    found = members.by_number(session, number)
    assert found is not None
    return found


def wish(
    session: Session,
    start: float = 14,
    end: float = 16,
    people: int = 50,
    *,
    purpose: str | None = "主题党日",
    code: str = "J1",
) -> Wish:
    """From hour to hour of DAY; 50 people want the whole hall."""
    begin, until = (DAY + timedelta(hours=hour) for hour in (start, end))
    return Wish(base_of(session, code), begin, until, people, purpose)


def broken(session: Session) -> list[str]:
    """What of what must always be so is not: an empty list when all is well."""
    wrong: list[str] = []
    bookings = {booking.id: booking for booking in session.scalars(select(Booking))}
    rows = session.scalars(select(Occupancy).order_by(Occupancy.room_id, Occupancy.starts_at)).all()
    for one, two in itertools.pairwise(rows):
        if one.room_id == two.room_id and two.starts_at < one.ends_at:
            wrong.append(f"{one.booking_id} and {two.booking_id} overlap in room {one.room_id}")
    held: dict[int, set[int]] = {}
    for row in rows:
        booking = bookings[row.booking_id]
        held.setdefault(booking.id, set()).add(row.room_id)
        if row.starts_at > booking.starts_at or row.ends_at < booking.ends_at:
            wrong.append(f"{booking.id} does not occupy its time")
    for booking in bookings.values():
        leaves = {leaf.id for leaf in bases.undivided(booking.room)}
        expected = leaves if booking.state in HOLDING else set()
        if held.get(booking.id, set()) != expected:
            wrong.append(f"{booking.id} is {booking.state} and occupies {held.get(booking.id)}")
        undecided = booking.state in {BookingState.HELD, BookingState.OFFERED}
        if undecided != (booking.decide_by is not None):
            wrong.append(f"{booking.id} is {booking.state}, to decide by {booking.decide_by}")
        wrong += _unexplained(session, booking)
    for entry in session.scalars(select(WaitlistEntry)):
        offered = entry.booking is not None and entry.booking.state == BookingState.OFFERED
        if offered != (entry.state == WaitState.OFFERED):
            wrong.append(f"waiting {entry.id} is {entry.state}, its offer is not")
    return wrong


def _unexplained(session: Session, booking: Booking) -> list[str]:
    """Whether the events of a booking lead to what it is."""
    events = session.scalars(
        select(BookingEvent).where(BookingEvent.booking_id == booking.id).order_by(BookingEvent.id)
    ).all()
    changes = [event for event in events if event.kind not in CHANGES_NOTHING]
    wrong = []
    if not changes or changes[0].from_state is not None:
        wrong.append(f"{booking.id} has no beginning")
    for one, two in itertools.pairwise(changes):
        if one.to_state != two.from_state:
            wrong.append(f"{booking.id} jumps from {one.to_state} to {two.from_state}")
    if changes and changes[-1].to_state != booking.state:
        wrong.append(f"{booking.id} is {booking.state}, its events end in {changes[-1].to_state}")
    if len(changes) - 1 != booking.version:
        wrong.append(f"{booking.id} has version {booking.version} after {len(changes)} events")
    return wrong
