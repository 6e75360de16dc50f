"""Members, what they may do where, and how they are reached."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from office.database import Record
from office.models.organisation import Organisation


class MemberState(StrEnum):
    """Whether the person is one of us now."""

    ACTIVE = "active"
    TRANSFERRED = "transferred"
    LEFT = "left"
    DECEASED = "deceased"


class RoleKind(StrEnum):
    """What a person does for an organisation beyond being a member of it."""

    SECRETARY = "secretary"  # 书记
    KEEPER = "keeper"  # 基地管理员
    ADMINISTRATOR = "administrator"  # 管理员


class Member(Record):
    """A Party member, full or probationary."""

    __tablename__ = "members"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(20), unique=True)
    name: Mapped[str] = mapped_column(String(40))
    phone: Mapped[str | None] = mapped_column(String(20))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), index=True)
    """The branch, or the group in it, that the member belongs to."""
    admitted_on: Mapped[date | None]
    """入党日期: the day the branch meeting admitted the person (发展党员工作细则 2026, 31)."""
    full_since: Mapped[date | None]
    """转正日期; None while on probation."""
    state: Mapped[MemberState] = mapped_column(String(20), default=MemberState.ACTIVE)
    wants_greeting: Mapped[bool] = mapped_column(default=True)
    admission_doubtful: Mapped[bool] = mapped_column(default=False)
    """The admission date is not sure: the secretary is asked, and nobody is greeted by it."""
    preferred_channel: Mapped[str | None] = mapped_column(String(20))
    """Where the member wants what nobody asked for; None leaves it to us."""
    organisation: Mapped[Organisation] = relationship()


class Role(Record):
    """A role that a member holds in an organisation, and by it in everything below."""

    __tablename__ = "roles"
    __table_args__ = (UniqueConstraint("member_id", "organisation_id", "kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"), index=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), index=True)
    kind: Mapped[RoleKind] = mapped_column(String(20))


class Contact(Record):
    """An address in a messenger that is known to belong to a member."""

    __tablename__ = "contacts"
    __table_args__ = (UniqueConstraint("channel", "address"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"), index=True)
    channel: Mapped[str] = mapped_column(String(20))
    address: Mapped[str] = mapped_column(String(100))
    active: Mapped[bool] = mapped_column(default=True)
    bound_at: Mapped[datetime]
    member: Mapped[Member] = relationship()


class Invitation(Record):
    """A one-time link by which a person becomes known; only the token's hash is stored."""

    __tablename__ = "invitations"

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class WebSession(Record):
    """A browser that writes in the web chat: a guest until a member is bound to it."""

    __tablename__ = "web_sessions"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    address: Mapped[str] = mapped_column(String(100))
    created_at: Mapped[datetime]
