"""Activity bases (开放式组织生活基地), their rooms, when they are open, and who keeps them."""

from __future__ import annotations

from datetime import date, datetime, time
from enum import StrEnum

from sqlalchemy import JSON, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from office.database import Record
from office.models.organisation import Organisation


class Approval(StrEnum):
    """Whether somebody has to agree before a booking stands."""

    NONE = "none"
    KEEPER = "keeper"


class Escalation(StrEnum):
    """Whom an unanswered request goes to, in the organisation that owns the base."""

    ADMINISTRATOR = "administrator"
    SECRETARY = "secretary"


class OnSilence(StrEnum):
    """What becomes of a request that nobody answers in time."""

    APPROVE = "approve"
    DECLINE = "decline"


class ActivityBase(Record):
    """A place where branches hold their organisation life, and its rules (local)."""

    __tablename__ = "activity_bases"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(20), unique=True)
    name: Mapped[str] = mapped_column(String(80), unique=True)
    aliases: Mapped[str] = mapped_column(String(200), default="")
    """Other names that people use, parted by spaces."""
    address: Mapped[str] = mapped_column(String(200))
    introduction: Mapped[str] = mapped_column(String(500), default="")
    map_url: Mapped[str] = mapped_column(String(300), default="")
    photo: Mapped[str] = mapped_column(String(300), default="")
    """Address or file name of a picture."""
    contact_name: Mapped[str] = mapped_column(String(40), default="")
    contact_phone: Mapped[str] = mapped_column(String(20), default="")
    has_guide: Mapped[bool] = mapped_column(default=False)
    equipment: Mapped[list[str]] = mapped_column(JSON, default=list)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    """The organisation whose keepers look after the base."""
    days_ahead: Mapped[int] = mapped_column(default=60)
    hours_before: Mapped[int] = mapped_column(default=2)
    cancel_hours: Mapped[int] = mapped_column(default=0)
    """Up to how many hours before the start a booking may be cancelled or moved."""
    quota_per_month: Mapped[int | None]
    """How many bookings a branch may have in a calendar month; None is no limit."""
    buffer_before: Mapped[int] = mapped_column(default=0)
    buffer_after: Mapped[int] = mapped_column(default=0)
    """Minutes before and after a booking in which nobody else has the room."""
    approval: Mapped[Approval] = mapped_column(String(20), default=Approval.NONE)
    approval_hours: Mapped[int] = mapped_column(default=24)
    escalation: Mapped[Escalation] = mapped_column(String(20), default=Escalation.ADMINISTRATOR)
    escalation_hours: Mapped[int] = mapped_column(default=12)
    on_silence: Mapped[OnSilence] = mapped_column(String(20), default=OnSilence.DECLINE)
    offer_minutes: Mapped[int] = mapped_column(default=120)
    """How long a place that became free is kept for the first of the waiting list."""
    uses_check_in: Mapped[bool] = mapped_column(default=False)
    """Whether who never checked in counts as not having come."""
    checkin_hash: Mapped[str | None] = mapped_column(String(64), unique=True, index=True)
    """Hash of the code on the poster at the base."""
    rules_version: Mapped[int] = mapped_column(default=0)
    """Rises with every change of its rules, rooms and hours (``keeping.changing``)."""
    organisation: Mapped[Organisation] = relationship()
    rooms: Mapped[list[Room]] = relationship(back_populates="base", order_by="Room.id")
    hours: Mapped[list[OpeningHours]] = relationship(
        order_by="OpeningHours.weekday", cascade="all, delete-orphan"
    )
    special_days: Mapped[list[SpecialDay]] = relationship(
        order_by="SpecialDay.day", cascade="all, delete-orphan"
    )
    closures: Mapped[list[Closure]] = relationship(
        order_by="Closure.starts_at", cascade="all, delete-orphan"
    )
    menu: Mapped[list[TeachingItem]] = relationship(
        order_by="TeachingItem.id", cascade="all, delete-orphan"
    )


class Room(Record):
    """A room of a base; a hall that can be booked whole has its parts below it."""

    __tablename__ = "rooms"
    __table_args__ = (UniqueConstraint("base_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    base_id: Mapped[int] = mapped_column(ForeignKey("activity_bases.id"), index=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("rooms.id"))
    name: Mapped[str] = mapped_column(String(80))
    capacity_min: Mapped[int] = mapped_column(default=1)
    capacity: Mapped[int]
    equipment: Mapped[list[str]] = mapped_column(JSON, default=list)
    base: Mapped[ActivityBase] = relationship(back_populates="rooms")
    parts: Mapped[list[Room]] = relationship()


class OpeningHours(Record):
    """One stretch of a weekday (0 is Monday) on which a base is open, in local time, half open.

    One that closes no later than it opens ends on the next day: 22:00 to 02:00, or 18:00 to 00:00.
    """

    __tablename__ = "opening_hours"
    __table_args__ = (UniqueConstraint("base_id", "weekday", "opens"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    base_id: Mapped[int] = mapped_column(ForeignKey("activity_bases.id"), index=True)
    weekday: Mapped[int]
    opens: Mapped[time]
    closes: Mapped[time]


class SpecialDay(Record):
    """A day that has hours of its own instead of its weekday's, a row a stretch; or is closed."""

    __tablename__ = "special_days"
    __table_args__ = (UniqueConstraint("base_id", "day", "opens"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    base_id: Mapped[int] = mapped_column(ForeignKey("activity_bases.id"), index=True)
    day: Mapped[date]
    opens: Mapped[time | None]
    closes: Mapped[time | None]
    """Both None: closed all day."""
    note: Mapped[str] = mapped_column(String(100), default="")


class Closure(Record):
    """A stretch in which a room (with its parts), or without a room the whole base, is closed."""

    __tablename__ = "closures"

    id: Mapped[int] = mapped_column(primary_key=True)
    base_id: Mapped[int] = mapped_column(ForeignKey("activity_bases.id"), index=True)
    room_id: Mapped[int | None] = mapped_column(ForeignKey("rooms.id"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(String(100), default="")


class TeachingItem(Record):
    """What a base offers to see or hear: an entry of its teaching menu (教学菜单)."""

    __tablename__ = "teaching_items"
    __table_args__ = (UniqueConstraint("base_id", "title"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    base_id: Mapped[int] = mapped_column(ForeignKey("activity_bases.id"), index=True)
    title: Mapped[str] = mapped_column(String(80))
    minutes: Mapped[int]
    description: Mapped[str] = mapped_column(String(300), default="")


class BaseKeeper(Record):
    """A member who looks after this one base, beside the keepers of its organisation."""

    __tablename__ = "base_keepers"
    __table_args__ = (UniqueConstraint("base_id", "member_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    base_id: Mapped[int] = mapped_column(ForeignKey("activity_bases.id"))
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"), index=True)
