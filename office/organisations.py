"""The tree of organisations and the shape of a branch."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from office.models import (
    Member,
    MemberState,
    Organisation,
    OrganisationKind,
    Role,
    RoleKind,
)

COMMITTEE_FROM = 7
"""Full members from which a branch has a committee (支部工作条例, 20)."""


def by_code(session: Session, code: str) -> Organisation | None:
    """The organisation with this code, if there is one."""
    return session.scalar(select(Organisation).where(Organisation.code == code.strip()))


def upwards(session: Session, organisation_id: int) -> Iterator[Organisation]:
    """The organisation itself, then its parent, up to the root, each read when it is asked for."""
    seen: set[int] = set()
    current = session.get(Organisation, organisation_id)
    while current is not None and current.id not in seen:
        yield current
        seen.add(current.id)
        current = session.get(Organisation, current.parent_id) if current.parent_id else None


def ancestors(session: Session, organisation_id: int) -> list[Organisation]:
    """The organisation itself, then its parent, up to the root."""
    return list(upwards(session, organisation_id))


def parents(session: Session) -> dict[int, int | None]:
    """What stands above each organisation: for who asks about many of them."""
    rows = session.execute(select(Organisation.id, Organisation.parent_id))
    return {row.id: row.parent_id for row in rows}


def line(organisation_id: int, above: Mapping[int, int | None]) -> list[int]:
    """As ``ancestors``, but ids, from what ``parents`` gave."""
    found: list[int] = []
    current: int | None = organisation_id
    while current is not None and current not in found:
        found.append(current)
        current = above.get(current)
    return found


def descendants(session: Session, organisation_id: int) -> list[int]:
    """Ids of the organisation and all below it."""
    tree = select(Organisation.id).where(Organisation.id == organisation_id).cte(recursive=True)
    tree = tree.union_all(select(Organisation.id).join(tree, Organisation.parent_id == tree.c.id))
    return list(session.scalars(select(tree.c.id)))


def branch_of(session: Session, organisation_id: int) -> Organisation:
    """The branch that a group belongs to; a branch or committee is its own."""
    for organisation in upwards(session, organisation_id):
        if organisation.kind != OrganisationKind.GROUP:
            return organisation
    raise LookupError(f"organisation {organisation_id} does not exist")


def branches(session: Session) -> list[Organisation]:
    """All branches, by code."""
    return list(
        session.scalars(
            select(Organisation)
            .where(Organisation.kind == OrganisationKind.BRANCH)
            .order_by(Organisation.code)
        )
    )


def holders(session: Session, organisation_id: int, kind: RoleKind) -> list[Member]:
    """The active members who hold a role in exactly this organisation, by number."""
    return list(
        session.scalars(
            select(Member)
            .join(Role, Role.member_id == Member.id)
            .where(
                Role.organisation_id == organisation_id,
                Role.kind == kind,
                Member.state == MemberState.ACTIVE,
            )
            .order_by(Member.number)
        )
    )


def all_holders(session: Session, kinds: Sequence[RoleKind]) -> Mapping[int, Sequence[Member]]:
    """The active members who hold one of these roles, by organisation, each by number."""
    found: dict[int, list[Member]] = defaultdict(list)
    rows = session.execute(
        select(Role.organisation_id, Member)
        .join(Member, Role.member_id == Member.id)
        .where(Role.kind.in_(kinds), Member.state == MemberState.ACTIVE)
        .order_by(Member.number)
    )
    for place, member in rows:
        if member not in found[place]:
            found[place].append(member)
    return found


def invited(session: Session, organisation: Organisation) -> list[Member]:
    """Whom a work meeting (工作例会) of the organisation is for, by number.

    In a branch who holds office in it; of a committee the secretaries of all branches below it, and
    its own.
    """
    if organisation.kind == OrganisationKind.COMMITTEE:
        places = descendants(session, organisation.id)
        held = (Role.kind == RoleKind.SECRETARY) & Role.organisation_id.in_(places)
    else:
        held = Role.kind.in_([RoleKind.SECRETARY, RoleKind.ADMINISTRATOR]) & (
            Role.organisation_id == organisation.id
        )
    seated = select(Role.member_id).where(held)
    return list(
        session.scalars(
            select(Member)
            .where(Member.id.in_(seated), Member.state == MemberState.ACTIVE)
            .order_by(Member.number)
        )
    )


def overseers(session: Session, organisation: Organisation) -> list[Member]:
    """Who hears that people did not acknowledge a work meeting of the organisation, by number.

    A committee looks after the branches that it calls; a branch's meeting is looked after by the
    nearest organisation above that has a secretary or an administrator.
    """
    above = ancestors(session, organisation.id)
    if organisation.kind != OrganisationKind.COMMITTEE:
        above = above[1:]
    for place in above:
        found = {
            member.id: member
            for kind in (RoleKind.SECRETARY, RoleKind.ADMINISTRATOR)
            for member in holders(session, place.id, kind)
        }
        if found:
            return sorted(found.values(), key=lambda member: member.number)
    return []
