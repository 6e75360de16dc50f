"""Who may do what to which organisation: the only place where that is decided."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from office.errors import NotAllowedError
from office.models import Member, MemberState, Role, RoleKind
from office.organisations import ancestors


class Action(StrEnum):
    """What can be asked for."""

    BOOK = "book"  # book an activity base for the organisation
    SEE_BOOKINGS = "see_bookings"
    CANCEL_ANY_BOOKING = "cancel_any_booking"
    SEE_MEETINGS = "see_meetings"
    HEAR_REQUESTS = "hear_requests"  # be told that a member asks for a person
    ANSWER_QUESTIONS = "answer_questions"  # answer what members asked and we could not
    INVITE = "invite"
    KEEP_BASE = "keep_base"


OF_EVERY_MEMBER = frozenset({Action.BOOK, Action.SEE_BOOKINGS, Action.SEE_MEETINGS})
OF_ROLE: dict[RoleKind, frozenset[Action]] = {
    RoleKind.SECRETARY: OF_EVERY_MEMBER
    | {
        Action.CANCEL_ANY_BOOKING,
        Action.HEAR_REQUESTS,
        Action.ANSWER_QUESTIONS,
        Action.INVITE,
    },
    RoleKind.KEEPER: frozenset({Action.KEEP_BASE, Action.SEE_BOOKINGS, Action.CANCEL_ANY_BOOKING}),
    RoleKind.ADMINISTRATOR: frozenset(Action),
}


def may(session: Session, member: Member | None, action: Action, organisation_id: int) -> bool:
    """Whether this person may do this to this organisation.

    A member acts for the organisations from his own group up to his branch; a role holds for its
    organisation and all below it. Somebody unknown (None), or no longer a member, may do nothing.
    """
    if member is None or member.state != MemberState.ACTIVE:
        return False
    above = [organisation.id for organisation in ancestors(session, organisation_id)]
    if action in OF_EVERY_MEMBER and organisation_id in _own(session, member):
        return True
    roles = session.scalars(
        select(Role).where(Role.member_id == member.id, Role.organisation_id.in_(above))
    )
    return any(action in OF_ROLE[RoleKind(role.kind)] for role in roles)


def require(session: Session, member: Member | None, action: Action, organisation_id: int) -> None:
    """Raise NotAllowedError unless ``may``."""
    if not may(session, member, action, organisation_id):
        raise NotAllowedError


def _own(session: Session, member: Member) -> list[int]:
    """The member's group and branch, not the committees above them."""
    chain = ancestors(session, member.organisation_id)
    return [organisation.id for organisation in chain if organisation.kind != "committee"] or [
        member.organisation_id
    ]
