"""The register of political birthdays (政治生日): who wants a greeting, and dates not sure."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import extract, or_, select
from sqlalchemy.orm import Session

from office import access, audit, members
from office.access import Action
from office.errors import InvalidDateError, NotFoundError
from office.models import Member, MemberState, Organisation
from office.organisations import branch_of, descendants

FOUNDED = date(1921, 7, 1)
"""Nobody was admitted before the Party was there."""


@dataclass(frozen=True)
class Entry:
    """What the register holds of an active member."""

    name: str
    admitted_on: date | None
    organisation_id: int


def choose_greeting(session: Session, member: Member, *, wanted: bool, now: datetime) -> None:
    """The member's own wish; noted if it changes something."""
    if member.wants_greeting == wanted:
        return
    member.wants_greeting = wanted
    action = "resume_greetings" if wanted else "stop_greetings"
    audit.record(session, at=now, member_id=member.id, action=action, subject=_named(member))


def unsure(session: Session, branch: Organisation) -> list[Member]:
    """The active members of a branch whose admission date is missing or in doubt, by number."""
    return list(
        session.scalars(
            select(Member)
            .where(
                Member.organisation_id.in_(descendants(session, branch.id)),
                Member.state == MemberState.ACTIVE,
                or_(Member.admitted_on.is_(None), Member.admission_doubtful),
            )
            .order_by(Member.number)
        )
    )


def on_days(session: Session, days: Collection[date]) -> list[Entry]:
    """The active members whose sure admission date has the month and day of one of these days.

    Those admitted on 29 February come with 28 February and 1 March too: who asks decides.
    """
    wanted = {100 * day.month + day.day for day in days}
    if wanted & {228, 301}:
        wanted.add(229)
    admitted = extract("month", Member.admitted_on) * 100 + extract("day", Member.admitted_on)
    rows = session.execute(
        select(Member.name, Member.admitted_on, Member.organisation_id)
        .where(
            Member.state == MemberState.ACTIVE,
            ~Member.admission_doubtful,
            admitted.in_(sorted(wanted)),
        )
        .order_by(Member.number)
    )
    return [Entry(*row) for row in rows]


def all_unsure(session: Session) -> list[Entry]:
    """The active members of all branches whose admission date is missing or in doubt."""
    rows = session.execute(
        select(Member.name, Member.admitted_on, Member.organisation_id)
        .where(
            Member.state == MemberState.ACTIVE,
            or_(Member.admitted_on.is_(None), Member.admission_doubtful),
        )
        .order_by(Member.number)
    )
    return [Entry(*row) for row in rows]


def register(session: Session, branch: Organisation) -> list[tuple[Member, date]]:
    """The active members of a branch whose admission date is sure, with it, through the year."""
    rows = session.scalars(
        select(Member)
        .where(
            Member.organisation_id.in_(descendants(session, branch.id)),
            Member.state == MemberState.ACTIVE,
            ~Member.admission_doubtful,
        )
        .order_by(Member.number)
    )
    sure = [(member, member.admitted_on) for member in rows if member.admitted_on is not None]
    return sorted(sure, key=lambda one: (one[1].month, one[1].day, one[1].year))


def confirm(
    session: Session, actor: Member, number: str, day: date, *, today: date, now: datetime
) -> Member:
    """Enter the admission date as the papers say it; it is sure from now on.

    Raises NotFoundError for somebody who is not of a branch whose register the actor keeps, and
    InvalidDateError for a day before the Party was founded, to come, or after the member became a
    full one: admission comes first (发展党员工作细则 2026, 31).
    """
    member = _kept(session, actor, number)
    if not FOUNDED <= day <= today or (member.full_since and day > member.full_since):
        raise InvalidDateError("admission_date_impossible")
    member.admitted_on, member.admission_doubtful = day, False
    _note(session, actor, member, "confirm_admission", now)
    return member


def doubt(session: Session, actor: Member, number: str, *, now: datetime) -> Member:
    """Mark the admission date as not sure: nobody is greeted by it until it is confirmed."""
    member = _kept(session, actor, number)
    member.admission_doubtful = True
    _note(session, actor, member, "doubt_admission", now)
    return member


def _kept(session: Session, actor: Member, number: str) -> Member:
    """The active member with this number, if the actor keeps the register of his branch."""
    member = members.by_number(session, number)
    if member is None or member.state != MemberState.ACTIVE:
        raise NotFoundError("no_such_member")
    branch = branch_of(session, member.organisation_id)
    if not access.may(session, actor, Action.KEEP_REGISTER, branch.id):
        raise NotFoundError("no_such_member")
    return member


def _note(session: Session, actor: Member, member: Member, action: str, now: datetime) -> None:
    audit.record(session, at=now, member_id=actor.id, action=action, subject=_named(member))


def _named(member: Member) -> str:
    return f"member:{member.id}"
