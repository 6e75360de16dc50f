"""Members: who they are, how they are reached, and their political birthday."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from office.models import Contact, Member, MemberState

WEB = "web"


def by_number(session: Session, number: str) -> Member | None:
    """The member with this number, if there is one."""
    return session.scalar(select(Member).where(Member.number == number.strip().upper()))


def by_contact(session: Session, channel: str, address: str) -> Member | None:
    """The active member to whom this address belongs; None for everybody else."""
    return session.scalar(
        select(Member)
        .join(Contact, Contact.member_id == Member.id)
        .where(
            Contact.channel == channel,
            Contact.address == address,
            Contact.active,
            Member.state == MemberState.ACTIVE,
        )
    )


def web_address(member_id: int) -> str:
    """The address of a member's web chat: the same in every browser that is bound to him."""
    return f"m{member_id}"


def bind(session: Session, member: Member, channel: str, address: str, *, now: datetime) -> Contact:
    """Make an address known as the member's; an address that was somebody else's changes hands."""
    contact = session.scalar(
        select(Contact).where(Contact.channel == channel, Contact.address == address)
    )
    if contact is None:
        contact = Contact(channel=channel, address=address, member_id=member.id, bound_at=now)
        session.add(contact)
    contact.member_id, contact.active, contact.bound_at = member.id, True, now
    session.flush()
    return contact


def heard_from(session: Session, channel: str, address: str) -> None:
    """Somebody writes from an address: use it again if it was given up."""
    session.execute(
        update(Contact)
        .where(Contact.channel == channel, Contact.address == address, ~Contact.active)
        .values(active=True)
    )


def unreachable(session: Session, channel: str, address: str) -> None:
    """An address does not take messages any more: use another one until it is heard from."""
    session.execute(
        update(Contact)
        .where(Contact.channel == channel, Contact.address == address)
        .values(active=False)
    )


def reach(session: Session, member: Member) -> tuple[str, str]:
    """(channel, address) for messages that nobody asked for.

    The messenger that the member bound last, else the web chat, where it waits for the next visit.
    """
    contact = session.scalar(
        select(Contact)
        .where(Contact.member_id == member.id, Contact.active, Contact.channel != WEB)
        .order_by(Contact.bound_at.desc())
        .limit(1)
    )
    return (contact.channel, contact.address) if contact else (WEB, web_address(member.id))


def greeted(session: Session) -> Iterator[Member]:
    """Active members who have an admission date that is sure, and want to be greeted."""
    return iter(
        session.scalars(
            select(Member).where(
                Member.state == MemberState.ACTIVE,
                Member.wants_greeting,
                ~Member.admission_doubtful,
                Member.admitted_on.is_not(None),
            )
        )
    )


def birthday_in(admitted_on: date, year: int) -> date:
    """The political birthday (政治生日) in a year: the anniversary of the admitting branch meeting.

    Somebody admitted on 29 February is greeted on 28 February in common years.
    """
    try:
        return admitted_on.replace(year=year)
    except ValueError:
        return date(year, 2, 28)


def next_birthday(admitted_on: date, today: date) -> date:
    """The first political birthday on or after ``today``; the day of admission itself is none."""
    year = max(today.year, admitted_on.year + 1)
    birthday = birthday_in(admitted_on, year)
    return birthday if birthday >= today else birthday_in(admitted_on, year + 1)


def full_years(admitted_on: date, today: date) -> int:
    """How many political birthdays there have been."""
    years = today.year - admitted_on.year
    return years if birthday_in(admitted_on, today.year) <= today else years - 1
