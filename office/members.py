"""Members: who they are, how they are reached, and their political birthday."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date, datetime

from sqlalchemy import case, extract, select, update
from sqlalchemy.orm import Session, joinedload

from office.models import Contact, Member, MemberState

WEB, SMS, MAIL = "web", "sms", "email"
RANK = {SMS: 1, MAIL: 2}
"""In what order channels are used that a member has not chosen; messengers come first."""
WITH_HOME = joinedload(Member.organisation)
"""What a member may do is asked next, and that needs the organisation."""
PORTION = 1000
"""So many members are read at a time."""
LEAP_DAY = (2, 29)
LEAP_BIRTHDAYS = {(2, 28), (3, 1)}
"""Month and day on which somebody admitted on the leap day may be greeted in common years."""


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
    known = [
        address for (name, address), _ in _known(session, [member])[member.id] if name == channel
    ]
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
    return reach_many(session, [member])[member.id]


def reach_many(session: Session, members: Collection[Member]) -> dict[int, tuple[str, str]]:
    """``reach`` by the id of each of these members, by one query."""
    known = _known(session, members)
    return {
        member_id: next(way for way, active in ways if active) for member_id, ways in known.items()
    }


def ways(session: Session, member: Member) -> list[tuple[str, str]]:
    """Every (channel, address) at which the member can be reached, the best first.

    The channel he has chosen, then the messenger that he bound last, SMS, e-mail, and at last the
    web chat, where a message waits for the next visit.
    """
    return [way for way, active in _known(session, [member])[member.id] if active]


def way_after(
    session: Session, member: Member, channel: str, address: str
) -> tuple[str, str] | None:
    """The next best way where this one failed, still in use or not; None after the last."""
    known = _known(session, [member])[member.id]
    places = [place for place, (way, _) in enumerate(known) if way == (channel, address)]
    later = known[places[0] + 1 :] if places else known
    return next((way for way, active in later if active), None)


def _known(
    session: Session, members: Collection[Member]
) -> dict[int, list[tuple[tuple[str, str], bool]]]:
    """Each member's addresses in the order in which they are used, and whether each may be."""
    known: dict[int, list[tuple[tuple[str, str], bool]]] = {member.id: [] for member in members}
    contacts = session.execute(
        select(Contact.member_id, Contact.channel, Contact.address, Contact.active)
        .where(Contact.member_id.in_(known), Contact.channel != WEB)
        .order_by(case(RANK, value=Contact.channel, else_=0), Contact.bound_at.desc(), Contact.id)
    )
    for member_id, channel, address, active in contacts:
        known[member_id].append(((channel, address), active))
    for member in members:
        every = [*known[member.id], ((WEB, web_address(member.id)), True)]
        chosen = [one for one in every if one[0][0] == member.preferred_channel]
        known[member.id] = chosen + [one for one in every if one not in chosen]
    return known


def greeted(session: Session, days: Collection[date]) -> Iterator[Member]:
    """Whom one of these days may greet: active, not unwilling, with an admission date that is sure.

    Read in portions, since a day may have many. Who was admitted on 29 February comes with
    28 February and with 1 March: see ``birthday_in`` for which of them it is.
    """
    wanted = {(day.month, day.day) for day in days}
    if wanted & LEAP_BIRTHDAYS:
        wanted.add(LEAP_DAY)
    admitted = extract("month", Member.admitted_on) * 100 + extract("day", Member.admitted_on)
    return iter(
        session.scalars(
            select(Member)
            .where(
                Member.state == MemberState.ACTIVE,
                Member.wants_greeting,
                ~Member.admission_doubtful,
                admitted.in_([month * 100 + day for month, day in sorted(wanted)]),
            )
            .order_by(Member.id)
            .execution_options(yield_per=PORTION)
        )
    )


def birthday_in(admitted_on: date, year: int, leap_birthday: int = 228) -> date:
    """The political birthday (政治生日) in a year: the anniversary of the admitting branch meeting.

    Somebody admitted on 29 February is greeted in common years on 28 February or on 1 March, as
    ``Rules.leap_birthday`` says (228 or 301).
    """
    try:
        return admitted_on.replace(year=year)
    except ValueError:
        return date(year, *divmod(leap_birthday, 100))


def next_birthday(admitted_on: date, today: date, leap_birthday: int = 228) -> date:
    """The first political birthday on or after ``today``; the day of admission itself is none."""
    year = max(today.year, admitted_on.year + 1)
    birthday = birthday_in(admitted_on, year, leap_birthday)
    return birthday if birthday >= today else birthday_in(admitted_on, year + 1, leap_birthday)


def full_years(admitted_on: date, today: date, leap_birthday: int = 228) -> int:
    """How many political birthdays there have been."""
    years = today.year - admitted_on.year
    return years if birthday_in(admitted_on, today.year, leap_birthday) <= today else years - 1
