"""Members: who they are, how they are reached, and their political birthday."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from sqlalchemy import case, select, update
from sqlalchemy.orm import Session, joinedload

from office.models import Contact, Member, MemberState

WEB, SMS, MAIL = "web", "sms", "email"
RANK = {SMS: 1, MAIL: 2}
"""In what order channels are used that a member has not chosen; messengers come first."""
WITH_HOME = joinedload(Member.organisation)
"""What a member may do is asked next, and that needs the organisation."""


def by_number(session: Session, number: str) -> Member | None:
    """The member with this number, if there is one."""
    found = select(Member).options(WITH_HOME).where(Member.number == number.strip().upper())
    return session.scalar(found)


def by_contact(session: Session, channel: str, address: str) -> Member | None:
    """The active member to whom this address belongs; None for everybody else."""
    return session.scalar(
        select(Member)
        .options(WITH_HOME)
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


def choose_way(session: Session, member: Member, channel: str, *, now: datetime) -> str | None:
    """Send notices by this channel from now on; the address, or None if the member has none there.

    For text messages it is the register's phone.
    """
    if channel == SMS and member.phone:
        bind(session, member, SMS, member.phone, now=now)
    known = [address for (name, address), _ in _known(session, member) if name == channel]
    if not known:
        return None
    heard_from(session, channel, known[0])
    member.preferred_channel = channel
    return known[0]


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
    """(channel, address) for messages that nobody asked for: the first of his ways."""
    return ways(session, member)[0]


def ways(session: Session, member: Member) -> list[tuple[str, str]]:
    """Every (channel, address) at which the member can be reached, the best first.

    The channel he has chosen, then the messenger that he bound last, SMS, e-mail, and at last the
    web chat, where a message waits for the next visit.
    """
    return [way for way, active in _known(session, member) if active]


def way_after(
    session: Session, member: Member, channel: str, address: str
) -> tuple[str, str] | None:
    """The next best way where this one failed, still in use or not; None after the last."""
    known = _known(session, member)
    places = [place for place, (way, _) in enumerate(known) if way == (channel, address)]
    later = known[places[0] + 1 :] if places else known
    return next((way for way, active in later if active), None)


def _known(session: Session, member: Member) -> list[tuple[tuple[str, str], bool]]:
    """The member's addresses in the order in which they are used, and whether each may be."""
    contacts = session.scalars(
        select(Contact)
        .where(Contact.member_id == member.id, Contact.channel != WEB)
        .order_by(case(RANK, value=Contact.channel, else_=0), Contact.bound_at.desc(), Contact.id)
    )
    known = [((one.channel, one.address), one.active) for one in contacts]
    known.append(((WEB, web_address(member.id)), True))
    return sorted(known, key=lambda one: one[0][0] != member.preferred_channel)


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
