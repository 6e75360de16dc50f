"""The progress board (赛进度): how far branches are with their tasks. Never of persons."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from office import access, tasks
from office.access import Action
from office.bases import SHANGHAI
from office.models import Member, Organisation, OrganisationKind
from office.tasks import Counts


@dataclass(frozen=True)
class Row:
    """A branch, how far it is, and whether the viewer keeps its ledger."""

    organisation: Organisation
    counts: Counts
    own: bool


def board(session: Session, member: Member | None, *, now: datetime) -> list[Row]:
    """The branches that a person leads, with those beside them under the same committee, by code.

    Done ones count from the beginning of the local year, open and late ones whatever their age.
    Who leads none gets an empty list.
    """
    led = {one.id for one in access.branches_led(session, member, Action.KEEP_LEDGER)}
    parents = select(Organisation.parent_id).where(Organisation.id.in_(led))
    branches = session.scalars(
        select(Organisation)
        .where(
            Organisation.kind == OrganisationKind.BRANCH,
            Organisation.id.in_(led) | Organisation.parent_id.in_(parents),
        )
        .order_by(Organisation.code)
    ).all()
    local = now.astimezone(SHANGHAI)
    year = local.replace(month=1, day=1, hour=0, minute=0, second=0, microsecond=0)
    counted = tasks.counts(session, (one.id for one in branches), today=local.date(), since=year)
    return [Row(one, counted[one.id], one.id in led) for one in branches]
