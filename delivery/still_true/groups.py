"""Whether what a group is told still stands."""

from __future__ import annotations

from sqlalchemy.orm import Session

from office.models import Booking, BookingState, Meeting, MeetingState, Organisation, OutboxMessage

RULE = "group_notice"


def key_of(organisation: Organisation, about: Meeting | Booking) -> str:
    """``group_notice:<organisation>:<meeting or booking>:<its id>:<start as a timestamp>``."""
    kind = "meeting" if isinstance(about, Meeting) else "booking"
    return f"{RULE}:{organisation.id}:{kind}:{about.id}:{int(about.starts_at.timestamp())}"


def stands(session: Session, row: OutboxMessage) -> bool:
    """Whether the meeting or activity is still on, at the time that was planned."""
    _, _, kind, number, start = row.dedupe_key.split(":")
    about: Meeting | Booking | None
    if kind == "meeting":
        about = session.get(Meeting, int(number))
        on = about is not None and about.state == MeetingState.PLANNED
    else:
        about = session.get(Booking, int(number))
        on = about is not None and about.state == BookingState.CONFIRMED
    return about is not None and on and int(about.starts_at.timestamp()) == int(start)
