"""One-time links by which a person becomes known, and the browsers of the web chat."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from office import audit, members
from office.errors import InvitationError, TooManyMailsError
from office.models import Invitation, Member, MemberState, WebSession

VALID_FOR = timedelta(minutes=10)
MAIL_VALID_FOR = timedelta(hours=1)
"""A mail may take its time."""
MAILS_AT_ONCE = 3
"""So many confirmations of a member may be open, that nobody is flooded in his name."""


def invite(session: Session, member: Member, *, now: datetime, by: int | None = None) -> str:
    """Make a link for the member and return its token (43 characters of A-Za-z0-9_-).

    The token fits Telegram's start payload of 64 characters. Only its hash is kept.
    """
    token = secrets.token_urlsafe(32)
    session.add(
        Invitation(member_id=member.id, token_hash=_hash(token), expires_at=now + VALID_FOR)
    )
    audit.record(session, at=now, member_id=by, action="invite", subject=f"member:{member.id}")
    return token


def redeem(
    session: Session, token: str, channel: str, address: str | None, *, now: datetime
) -> Member:
    """Use the link once and bind the address to its member; in the web chat (None) to his own.

    Raises InvitationError for a token that is unknown, used, or older than ten minutes.
    """
    used = session.execute(
        update(Invitation)
        .where(
            Invitation.token_hash == _hash(token),
            Invitation.used_at.is_(None),
            Invitation.expires_at > now,
        )
        .values(used_at=now)
        .returning(Invitation.member_id)
    ).scalar_one_or_none()
    member = session.get(Member, used) if used is not None else None
    if member is None or member.state != MemberState.ACTIVE:
        raise InvitationError
    members.bind(session, member, channel, address or members.web_address(member.id), now=now)
    audit.record(
        session,
        at=now,
        member_id=member.id,
        action="bind",
        subject=f"member:{member.id}",
        channel=channel,
    )
    return member


def invite_mail(session: Session, member: Member, address: str, *, now: datetime) -> str:
    """A token by which the member shows that a mail address is his own; it fits this address only.

    Raises TooManyMailsError if three are open already.
    """
    waiting = session.scalar(
        select(func.count())
        .select_from(Invitation)
        .where(
            Invitation.member_id == member.id,
            Invitation.used_at.is_(None),
            Invitation.expires_at > now,
        )
    )
    if (waiting or 0) >= MAILS_AT_ONCE:
        raise TooManyMailsError
    token = secrets.token_urlsafe(32)
    session.add(
        Invitation(
            member_id=member.id,
            token_hash=_hash(f"{token} {address}"),
            expires_at=now + MAIL_VALID_FOR,
        )
    )
    audit.record(
        session, at=now, member_id=member.id, action="invite_mail", subject=f"member:{member.id}"
    )
    return token


def confirm_mail(session: Session, token: str, address: str, *, now: datetime) -> Member:
    """Bind the address that the token was sent to; notices go there from now on.

    Raises InvitationError as ``redeem`` does, and for any other address.
    """
    member = redeem(session, f"{token} {address}", members.MAIL, address, now=now)
    member.preferred_channel = members.MAIL
    return member


def open_browser(session: Session, *, now: datetime, member: Member | None = None) -> str:
    """Open a web session, for a guest or for a member, and return its cookie token."""
    token = secrets.token_urlsafe(32)
    if member is None:
        address = f"g{secrets.token_hex(12)}"
    else:
        address = members.web_address(member.id)
        members.bind(session, member, members.WEB, address, now=now)
    session.add(WebSession(token_hash=_hash(token), address=address, created_at=now))
    return token


def browser_address(session: Session, token: str | None) -> str | None:
    """The chat address of a browser, by its cookie; None if we do not know it."""
    if not token:
        return None
    return session.scalar(select(WebSession.address).where(WebSession.token_hash == _hash(token)))


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
