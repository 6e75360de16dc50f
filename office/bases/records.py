"""Which activity bases there are, their rooms, and who keeps them."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from office.models import ActivityBase, BaseKeeper, Member, MemberState, RoleKind, Room
from office.organisations import ancestors, holders


def all_bases(session: Session) -> list[ActivityBase]:
    """Every base with its rooms, by code."""
    return list(
        session.scalars(
            select(ActivityBase)
            .options(selectinload(ActivityBase.rooms))
            .order_by(ActivityBase.code)
        )
    )


def by_code(session: Session, code: str) -> ActivityBase | None:
    """The base with this code, and its rooms."""
    with_rooms = select(ActivityBase).options(joinedload(ActivityBase.rooms))
    return session.scalars(with_rooms.where(ActivityBase.code == code)).unique().one_or_none()


def named_in(session: Session, text: str) -> list[ActivityBase]:
    """The bases whose name or other name stands in a sentence, the longest name first."""
    hits: list[tuple[int, ActivityBase]] = []
    for base in all_bases(session):
        named = [len(name) for name in (base.name, *base.aliases.split()) if name in text]
        if named:
            hits.append((max(named), base))
    return [base for _, base in sorted(hits, key=lambda hit: -hit[0])]


def undivided(room: Room) -> list[Room]:
    """The rooms that a booking of this one takes: its parts if it is a hall, else itself."""
    taken = leaves(room.base)[room.id]
    return [other for other in room.base.rooms if other.id in taken]


def leaves(base: ActivityBase) -> dict[int, list[int]]:
    """By id of each room of the base, the ids of the ``undivided`` rooms that it is made of."""
    below: dict[int, list[int]] = {}
    for room in base.rooms:
        if room.parent_id is not None:
            below.setdefault(room.parent_id, []).append(room.id)

    def of(room_id: int) -> list[int]:
        return [leaf for part in below.get(room_id, ()) for leaf in of(part)] or [room_id]

    return {room.id: of(room.id) for room in base.rooms}


def fitting_rooms(base: ActivityBase, head_count: int) -> list[Room]:
    """The rooms that so many people may have, the smallest first."""
    fitting = (room for room in base.rooms if room.capacity_min <= head_count <= room.capacity)
    return sorted(fitting, key=lambda room: (room.capacity, room.id))


def capacity(base: ActivityBase) -> int:
    """How many people the largest room of the base holds."""
    return max((room.capacity for room in base.rooms), default=0)


def largest_capacity(session: Session) -> int:
    """How many people the largest room of all bases holds."""
    return max(map(capacity, all_bases(session)), default=0)


def keepers(session: Session, base: ActivityBase) -> list[Member]:
    """Who is told of requests: the base's own keepers, else those of the nearest organisation."""
    own = session.scalars(
        select(Member)
        .join(BaseKeeper, BaseKeeper.member_id == Member.id)
        .where(BaseKeeper.base_id == base.id, Member.state == MemberState.ACTIVE)
        .order_by(Member.number)
    ).all()
    if own:
        return list(own)
    for organisation in ancestors(session, base.organisation_id):
        found = holders(session, organisation.id, RoleKind.KEEPER)
        if found:
            return found
    return []


def contact(base: ActivityBase) -> str:
    """Whom to call at the base: name and phone as far as they are known."""
    return f"{base.contact_name} {base.contact_phone}".strip()
