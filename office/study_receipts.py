"""How many have opened and read an item of study content: counted by organisation only.

Who has is kept as a keyed hash, which nobody can turn into a person without the secret of this
installation, and to the day; no page and no message shows it.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from office.insert import insert_once
from office.models import (
    Member,
    MemberState,
    Organisation,
    OrganisationKind,
    StudyItem,
    StudyReceipt,
)
from office.organisations import branch_of
from office.study import places_of

FEWEST = 3
"""A branch with fewer members shows no figures: they would name somebody."""


@dataclass(frozen=True)
class Count:
    """How an item fares in one branch; opened and read are None where it has too few members."""

    branch: Organisation
    members: int
    opened: int | None
    read: int | None


def note_opened(
    session: Session, item: StudyItem, member: Member, *, secret: str, now: datetime
) -> None:
    """Count the opening once for each member, under his branch of now."""
    insert_once(
        session,
        StudyReceipt,
        item_id=item.id,
        organisation_id=branch_of(session, member.organisation_id).id,
        reader=reader_of(item.id, member.id, secret),
        opened_at=_day(now),
    )


def note_read(
    session: Session, item: StudyItem, member: Member, *, secret: str, now: datetime
) -> None:
    """Count that it was read, and opened; said again it changes nothing."""
    note_opened(session, item, member, secret=secret, now=now)
    session.execute(
        update(StudyReceipt)
        .where(
            StudyReceipt.item_id == item.id,
            StudyReceipt.reader == reader_of(item.id, member.id, secret),
            StudyReceipt.read_at.is_(None),
        )
        .values(read_at=_day(now))
    )


def reader_of(item_id: int, member_id: int, secret: str) -> str:
    """A name for this reader of this item that tells nothing to who lacks the secret."""
    said = f"study {item_id} reader {member_id}".encode()
    return hmac.new(secret.encode(), said, hashlib.sha256).hexdigest()


def counts(session: Session, item: StudyItem) -> list[Count]:
    """Members, opened and read of each branch that it went to, by the code of the branch."""
    places = places_of(session, item)
    tree = {one.id: one for one in session.scalars(select(Organisation))}
    sizes = session.execute(
        select(Member.organisation_id, func.count())
        .where(Member.organisation_id.in_(places), Member.state == MemberState.ACTIVE)
        .group_by(Member.organisation_id)
    )
    members: dict[int, int] = {}
    for place, size in sizes:
        branch = _branch(tree, place)
        members[branch] = members.get(branch, 0) + size
    receipts = {
        place: (opened, read)
        for place, opened, read in session.execute(
            select(
                StudyReceipt.organisation_id,
                func.count(StudyReceipt.opened_at),
                func.count(StudyReceipt.read_at),
            )
            .where(StudyReceipt.item_id == item.id)
            .group_by(StudyReceipt.organisation_id)
        )
    }
    return [
        Count(tree[place], size, *(receipts.get(place, (0, 0)) if size >= FEWEST else (None, None)))
        for place, size in sorted(members.items(), key=lambda one: tree[one[0]].code)
    ]


def _branch(tree: dict[int, Organisation], place: int) -> int:
    """The branch of a group; any other organisation is its own."""
    while tree[place].kind == OrganisationKind.GROUP and tree[place].parent_id in tree:
        place = tree[place].parent_id or place
    return place


def _day(now: datetime) -> datetime:
    """The day is enough to count, and tells less of who it was than the minute."""
    return now.replace(hour=0, minute=0, second=0, microsecond=0)
