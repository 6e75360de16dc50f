"""Whether a message about organisation life still says what is so; brought up to date if part is.

What was recorded since it was planned is not asked for any more: the text is made anew.
"""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from delivery.organisation_life_words import (
    term_to_secretary,
    term_to_superior,
    to_secretary,
    to_superior,
)
from office.bases import SHANGHAI
from office.calendar_days import overrides_of_many
from office.models import (
    Member,
    MemberState,
    Organisation,
    OrganisationKind,
    OutboxMessage,
    Role,
    RoleKind,
)
from office.organisation_life import branches_at, term_end
from office.organisation_life.reminding import Stage, ending, spoken_of, term_notice

ORGANISATION_LIFE = "organisation_life"
ABOVE = "organisation_life_above"
TERM = "end_of_term"
TERM_ABOVE = "end_of_term_above"
SUPERIORS = (RoleKind.SECRETARY, RoleKind.ADMINISTRATOR)


def still_owed(session: Session, row: OutboxMessage) -> bool:
    """Key: ``organisation_life:<member>:<branch>:<month>:<stage>``."""
    _, member, branch_id, month, stage, *_ = row.dedupe_key.split(":")
    day = _day(row)
    if not _holds(session, int(member), int(branch_id), (RoleKind.SECRETARY,)):
        return False
    for branch in branches_at(session, day, ids=[int(branch_id)]):
        dues = spoken_of(branch, Stage(stage), date.fromisoformat(f"{month}-01"), day)
        if dues:
            row.text = to_secretary(branch, Stage(stage), dues, day)
        return bool(dues)
    return False


def still_left_out(session: Session, row: OutboxMessage) -> bool:
    """Key: ``organisation_life_above:<member>:<committee>:<month>``."""
    _, member, place, month, *_ = row.dedupe_key.split(":")
    committee, day = session.get(Organisation, int(place)), _day(row)
    if committee is None or not _holds(session, int(member), committee.id, SUPERIORS):
        return False
    first = date.fromisoformat(f"{month}-01")
    found = {}
    for branch in branches_at(session, day, ids=_branches_of(session, committee.id)):
        dues = spoken_of(branch, Stage.SUPERIOR, first, day)
        if dues:
            found[branch.name] = dues
    if found:
        row.text = to_superior(committee.name, (first - timedelta(days=1)).month, found)
    return bool(found)


def term_stands(session: Session, row: OutboxMessage) -> bool:
    """Key: ``end_of_term:<member>:<branch>:<last day>``: no new term has begun."""
    _, member, branch_id, until, *_ = row.dedupe_key.split(":")
    if not _holds(session, int(member), int(branch_id), (RoleKind.SECRETARY,)):
        return False
    for branch in branches_at(session, _day(row), ids=[int(branch_id)]):
        due = ending(branch, _day(row))
        if due is not None and due.period == until:
            row.text = term_to_secretary(branch, due.until)
            return True
    return False


def terms_stand(session: Session, row: OutboxMessage) -> bool:
    """Key: ``end_of_term_above:<member>:<committee>:<day of the message>``."""
    _, member, place, day, *_ = row.dedupe_key.split(":")
    committee = session.get(Organisation, int(place))
    if committee is None or not _holds(session, int(member), committee.id, SUPERIORS):
        return False
    ids = _branches_of(session, committee.id)
    overrides = overrides_of_many(session, ids)
    ends = {}
    for branch in branches_at(session, _day(row), ids=ids):
        term = term_end(branch)
        if term and term_notice(branch, overrides[branch.id]) == date.fromisoformat(day):
            ends[branch.name] = term.until
    if ends:
        row.text = term_to_superior(committee.name, ends)
    return bool(ends)


def _day(row: OutboxMessage) -> date:
    """The local day for which the message was planned."""
    return row.not_before.astimezone(SHANGHAI).date()


def _holds(session: Session, member_id: int, place: int, kinds: tuple[RoleKind, ...]) -> bool:
    """Whether the member, still one of us, has one of these roles there."""
    held = select(Role.id).join(Member, Member.id == Role.member_id)
    held = held.where(
        Role.member_id == member_id,
        Role.organisation_id == place,
        Role.kind.in_(kinds),
        Member.state == MemberState.ACTIVE,
    )
    return session.scalar(held.limit(1)) is not None


def _branches_of(session: Session, committee_id: int) -> list[int]:
    return list(
        session.scalars(
            select(Organisation.id).where(
                Organisation.parent_id == committee_id,
                Organisation.kind == OrganisationKind.BRANCH,
            )
        )
    )
