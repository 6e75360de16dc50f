"""Who may do what to which organisation: the only place where that is decided."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from office.errors import NotAllowedError
from office.models import (
    ActivityBase,
    BaseKeeper,
    Booking,
    Escalation,
    Meeting,
    Member,
    MemberState,
    Organisation,
    OrganisationKind,
    Role,
    RoleKind,
)
from office.organisations import ancestors, descendants, invited, upwards


class Action(StrEnum):
    """What can be asked for."""

    BOOK = "book"  # book an activity base for the organisation
    SEE_BOOKINGS = "see_bookings"
    CANCEL_ANY_BOOKING = "cancel_any_booking"
    SEE_MEETINGS = "see_meetings"
    CONVENE = "convene"  # plan, change and call off work meetings; see who has acknowledged
    HEAR_REQUESTS = "hear_requests"  # be told that a member asks for a person
    ANSWER_QUESTIONS = "answer_questions"  # answer what members asked and we could not
    INVITE = "invite"
    KEEP_BASE = "keep_base"
    APPOINT_KEEPER = "appoint_keeper"
    SEND_STUDY = "send_study"  # send study content to it and all below
    KEEP_REGISTER = "keep_register"  # put right the admission dates of a branch's members
    SHARE_BOOKINGS = "share_bookings"  # take the list, make addresses for calendars
    SET_CALENDAR = "set_calendar"  # say which days are worked on, for it and all below
    RECORD_MEETINGS = "record_meetings"  # write down what organisation life was held; see it all
    KEEP_LEDGER = "keep_ledger"  # record and correct ledgers, close anybody's tasks


OF_EVERY_MEMBER = frozenset({Action.BOOK, Action.SEE_BOOKINGS, Action.SEE_MEETINGS})
OF_ROLE: dict[RoleKind, frozenset[Action]] = {
    RoleKind.SECRETARY: OF_EVERY_MEMBER
    | {
        Action.CANCEL_ANY_BOOKING,
        Action.CONVENE,
        Action.HEAR_REQUESTS,
        Action.ANSWER_QUESTIONS,
        Action.INVITE,
        Action.SHARE_BOOKINGS,
        Action.KEEP_REGISTER,
        Action.RECORD_MEETINGS,
        Action.SEND_STUDY,
        Action.KEEP_LEDGER,
    },
    RoleKind.KEEPER: frozenset({Action.KEEP_BASE, Action.SEE_BOOKINGS, Action.CANCEL_ANY_BOOKING}),
    RoleKind.ADMINISTRATOR: frozenset(Action),
}

DECIDE = (RoleKind.KEEPER, RoleKind.ADMINISTRATOR, RoleKind.SECRETARY)
"""As what one may decide on requests, the nearest to the base first."""


def may(session: Session, member: Member | None, action: Action, organisation_id: int) -> bool:
    """Whether this person may do this to this organisation.

    A member acts for the organisations from his own group up to his branch; a role holds for its
    organisation and all below it. Somebody unknown (None), or no longer a member, may do nothing.
    """
    if member is None or member.state != MemberState.ACTIVE:
        return False
    if action in OF_EVERY_MEMBER and organisation_id in _own(session, member):
        return True
    above = [organisation.id for organisation in ancestors(session, organisation_id)]
    roles = session.scalars(
        select(Role).where(Role.member_id == member.id, Role.organisation_id.in_(above))
    )
    return any(action in OF_ROLE[RoleKind(role.kind)] for role in roles)


def require(session: Session, member: Member | None, action: Action, organisation_id: int) -> None:
    """Raise NotAllowedError unless ``may``."""
    if not may(session, member, action, organisation_id):
        raise NotAllowedError


def keeps(session: Session, member: Member | None, base: ActivityBase) -> bool:
    """Whether this person looks after the base: as its own keeper, or its organisation's."""
    if may(session, member, Action.KEEP_BASE, base.organisation_id):
        return True
    if member is None or member.state != MemberState.ACTIVE:
        return False
    return _is_own_keeper(session, member, base)


def bases_kept(session: Session, member: Member | None) -> list[ActivityBase]:
    """The bases that ``keeps`` is true of, by code."""
    if member is None or member.state != MemberState.ACTIVE:
        return []
    own = select(BaseKeeper.base_id).where(BaseKeeper.member_id == member.id)
    kept = ActivityBase.organisation_id.in_(_below(session, member, Action.KEEP_BASE))
    return list(
        session.scalars(
            select(ActivityBase)
            .where(kept | ActivityBase.id.in_(own))
            .order_by(func.length(ActivityBase.code), ActivityBase.code)
        )
    )


def branches_led(
    session: Session, member: Member | None, action: Action = Action.SHARE_BOOKINGS
) -> list[Organisation]:
    """The branches for which the member may do this by a role of his, by code."""
    return _led(session, member, action, Organisation.kind == OrganisationKind.BRANCH)


def committees_led(session: Session, member: Member | None) -> list[Organisation]:
    """The committees whose branches' organisation life the member may see, by code."""
    is_committee = Organisation.kind == OrganisationKind.COMMITTEE
    return _led(session, member, Action.RECORD_MEETINGS, is_committee)


def study_senders(session: Session, member: Member | None) -> list[Organisation]:
    """The organisations, with all below them, to which the member may send study, by code."""
    return _led(session, member, Action.SEND_STUDY)


def convenes(session: Session, member: Member | None) -> list[Organisation]:
    """The branches and committees whose work meetings the member calls by a role there, by code."""
    if member is None or member.state != MemberState.ACTIVE:
        return []
    kinds = [kind for kind, allowed in OF_ROLE.items() if Action.CONVENE in allowed]
    held = select(Role.organisation_id).where(Role.member_id == member.id, Role.kind.in_(kinds))
    return list(
        session.scalars(
            select(Organisation)
            .where(Organisation.id.in_(held), Organisation.kind != OrganisationKind.GROUP)
            .order_by(Organisation.code)
        )
    )


def may_see_work_meeting(session: Session, member: Member | None, meeting: Meeting) -> bool:
    """Whether the work meeting exists for this person: who is invited, and who convenes it."""
    if member is None or member.state != MemberState.ACTIVE:
        return False
    return may(session, member, Action.CONVENE, meeting.organisation_id) or any(
        one.id == member.id for one in invited(session, meeting.organisation)
    )


def may_decide(session: Session, member: Member | None, booking: Booking) -> bool:
    """Whether this person may approve or decline a request: the base's keepers.

    Once it has escalated to the secretary of the organisation that owns the base, he too.
    """
    base = booking.base
    if keeps(session, member, base):
        return True
    if member is None or booking.escalated_at is None or base.escalation != Escalation.SECRETARY:
        return False
    held = select(Role.id).where(
        Role.member_id == member.id,
        Role.organisation_id == base.organisation_id,
        Role.kind == RoleKind.SECRETARY,
    )
    return member.state == MemberState.ACTIVE and session.scalar(held) is not None


def role_at(session: Session, member: Member, base: ActivityBase) -> RoleKind | None:
    """As what this person decides on requests at a base; None if he does not any more."""
    if _is_own_keeper(session, member, base):
        return RoleKind.KEEPER
    above = [organisation.id for organisation in ancestors(session, base.organisation_id)]
    held = set(
        session.scalars(
            select(Role.kind).where(Role.member_id == member.id, Role.organisation_id.in_(above))
        )
    )
    return next((kind for kind in DECIDE if kind in held), None)


def may_see(session: Session, member: Member | None, booking: Booking) -> bool:
    """Whether the booking exists for this person: his own, his branch's, or at his base."""
    if member is None or member.state != MemberState.ACTIVE:
        return False
    return (
        booking.member_id == member.id
        or may(session, member, Action.SEE_BOOKINGS, booking.organisation_id)
        or keeps(session, member, booking.base)
    )


def may_cancel(session: Session, member: Member | None, booking: Booking) -> bool:
    """Whether this person may cancel or move the booking.

    The one who booked, even in another branch by now; the branch's secretary; the base's keepers.
    """
    if member is None or member.state != MemberState.ACTIVE:
        return False
    return (
        booking.member_id == member.id
        or may(session, member, Action.CANCEL_ANY_BOOKING, booking.organisation_id)
        or may(session, member, Action.CANCEL_ANY_BOOKING, booking.base.organisation_id)
        or keeps(session, member, booking.base)
    )


def _is_own_keeper(session: Session, member: Member, base: ActivityBase) -> bool:
    """Whether the member was named as a keeper of just this base."""
    own = select(BaseKeeper.id).where(
        BaseKeeper.base_id == base.id, BaseKeeper.member_id == member.id
    )
    return session.scalar(own) is not None


def _led(
    session: Session, member: Member | None, action: Action, *which: ColumnElement[bool]
) -> list[Organisation]:
    """The organisations for which an active member may do this by a role, by code."""
    if member is None or member.state != MemberState.ACTIVE:
        return []
    return list(
        session.scalars(
            select(Organisation)
            .where(Organisation.id.in_(_below(session, member, action)), *which)
            .order_by(Organisation.code)
        )
    )


def _below(session: Session, member: Member, action: Action) -> set[int]:
    """The organisations to which a role of the member lets him do this."""
    roles = session.scalars(select(Role).where(Role.member_id == member.id)).all()
    return {
        organisation_id
        for role in roles
        if action in OF_ROLE[RoleKind(role.kind)]
        for organisation_id in descendants(session, role.organisation_id)
    }


def _own(session: Session, member: Member) -> Iterator[int]:
    """The member's group and branch, not the committees above them."""
    for organisation in upwards(session, member.organisation_id):
        yield organisation.id
        if organisation.kind != OrganisationKind.GROUP:
            return
