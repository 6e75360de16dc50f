"""Whether a greeting on a political birthday, or a list of them, is still due to this person."""

from __future__ import annotations

from sqlalchemy.orm import Session

from office.models import Member, MemberState, OutboxMessage, RoleKind
from office.organisations import holders

POLITICAL_BIRTHDAY = "political_birthday"
BIRTHDAY_LIST = "birthday_list"


def stands(session: Session, row: OutboxMessage) -> bool:
    """Whether he is one of us, wants it, and was admitted on the day that the greeting names.

    Who has died, left or gone elsewhere since it was planned is not greeted.
    """
    member = session.get(Member, row.member_id) if row.member_id else None
    if member is None or member.state != MemberState.ACTIVE or member.admitted_on is None:
        return False
    if not member.wants_greeting or member.admission_doubtful:
        return False
    named = (row.picture or {}).get("admitted_on")
    return named in {None, member.admitted_on.isoformat()}


def still_secretary(session: Session, row: OutboxMessage) -> bool:
    """Whether he still leads the branch that a list of birthdays is about.

    The row's key is ``birthday_list:<member>:week|month:<day or month>:<branch>``.
    """
    branch_id = int(row.dedupe_key.split(":")[4])
    secretaries = holders(session, branch_id, RoleKind.SECRETARY)
    return any(secretary.id == row.member_id for secretary in secretaries)
