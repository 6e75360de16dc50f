"""Secret addresses of calendar feeds: made, found by their token, taken back all at once."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.orm import Session

from office import access, audit
from office.access import Action
from office.errors import NotFoundError
from office.models import ActivityBase, CalendarFeed, Member, Organisation

Subject = ActivityBase | Organisation
"""A feed is of a base or of a branch."""


def may_share(session: Session, member: Member | None, subject: Subject) -> bool:
    """Whether this person may make and take back addresses of the subject."""
    if isinstance(subject, ActivityBase):
        return access.keeps(session, member, subject)
    return access.may(session, member, Action.SHARE_BOOKINGS, subject.id)


def make(session: Session, by: Member | None, subject: Subject, *, now: datetime) -> str:
    """A new address; its token, which is not kept. ``by`` None is the operator.

    Raises NotFoundError for who may not.
    """
    _require(session, by, subject)
    token = secrets.token_urlsafe(32)
    of_base = isinstance(subject, ActivityBase)
    session.add(
        CalendarFeed(
            token_hash=_hash(token),
            base_id=subject.id if of_base else None,
            organisation_id=None if of_base else subject.id,
            created_at=now,
        )
    )
    _note(session, by, subject, now, "make_feed")
    return token


def revoke(session: Session, by: Member | None, subject: Subject, *, now: datetime) -> int:
    """Take back every address of the subject; how many there were. Raises as ``make``."""
    _require(session, by, subject)
    revoked = session.scalars(
        update(CalendarFeed)
        .where(_of(subject), CalendarFeed.revoked_at.is_(None))
        .values(revoked_at=now)
        .returning(CalendarFeed.id)
    ).all()
    if revoked:
        _note(session, by, subject, now, "revoke_feeds")
    return len(revoked)


def live(session: Session, subject: Subject) -> int:
    """How many addresses of the subject are good."""
    return (
        session.scalar(
            select(func.count())
            .select_from(CalendarFeed)
            .where(_of(subject), CalendarFeed.revoked_at.is_(None))
        )
        or 0
    )


def subject_of(session: Session, token: str) -> Subject:
    """Whose address this is; NotFoundError for an unknown or a revoked one."""
    feed = session.scalar(
        select(CalendarFeed).where(
            CalendarFeed.token_hash == _hash(token), CalendarFeed.revoked_at.is_(None)
        )
    )
    if feed is None:
        raise NotFoundError("feed_not_found")
    if feed.base_id is not None:
        return session.get_one(ActivityBase, feed.base_id)
    return session.get_one(Organisation, feed.organisation_id)


def _of(subject: Subject) -> ColumnElement[bool]:
    if isinstance(subject, ActivityBase):
        return CalendarFeed.base_id == subject.id
    return CalendarFeed.organisation_id == subject.id


def _require(session: Session, by: Member | None, subject: Subject) -> None:
    if by is not None and not may_share(session, by, subject):
        raise NotFoundError("not_found")


def _note(
    session: Session, by: Member | None, subject: Subject, now: datetime, action: str
) -> None:
    kind = "base" if isinstance(subject, ActivityBase) else "organisation"
    audit.record(
        session,
        at=now,
        member_id=by.id if by else None,
        action=action,
        subject=f"{kind}:{subject.id}",
    )
    session.flush()


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
