"""How a booking is written in what people are told without asking."""

from __future__ import annotations

from sqlalchemy.orm import Session

from delivery.times import moment_text, when_text
from office import access, bases
from office.errors import ZhibuError
from office.models import Booking, BookingState
from texts import say

ROOM = "booking_notices"


def notice(key: str, **values: object) -> str:
    """A sentence of ``texts/booking_notices.yaml``."""
    return say(f"{ROOM}.{key}", **values)


def refusal(session: Session, booking: Booking, error: ZhibuError) -> str | None:
    """Of a request that was decided already: by whom and how; None for any other error."""
    if error.code != "already_decided":
        return None
    how = notice(
        "outcome_declined" if booking.state == BookingState.DECLINED else "outcome_approved"
    )
    by = booking.decided_by
    if by is None:
        return notice("decided", how=how)
    role = access.role_at(session, by, booking.base)
    who = notice(f"role_{role}") if role else ""
    return notice("decided_by", role=who, name=by.name, how=how)


def purpose_text(booking: Booking) -> str:
    """What they come for, and whether they asked for a guide."""
    return notice("with_guide", purpose=booking.purpose) if booking.guide else booking.purpose


def values_of(booking: Booking) -> dict[str, object]:
    """The places of a sentence about a booking."""
    contact = bases.contact(booking.base)
    about = notice(
        "about",
        base=booking.base.name,
        room=booking.room.name,
        when=when_text(booking.starts_at, booking.ends_at),
        people=booking.head_count,
        purpose=purpose_text(booking),
    )
    return {
        "number": booking.id,
        "about": about,
        "branch": booking.organisation.name,
        "name": booking.member.name,
        "address": booking.base.address,
        "contact": f"（{contact}）" if contact else "",
        "reason": booking.reason,
        "decide_by": moment_text(booking.decide_by) if booking.decide_by else "",
    }
