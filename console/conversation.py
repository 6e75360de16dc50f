"""What the chat page shows: the member's own messages and the answers, in order."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel
from sqlalchemy import select
from sqlalchemy.orm import Session

from delivery.pictures import alt_of
from office import outbox
from office.members import WEB
from office.models import InboxKind, InboxMessage, OutboxMessage

SHOWN = 60


class Bubble(BaseModel):
    """One message on the page; ``id`` is its outbox row, None for the member's own."""

    id: int | None
    mine: bool
    text: str
    at: datetime
    buttons: list[str] = []
    unasked: bool = False
    """A reminder or greeting, not a reply."""
    picture: str = ""
    """What the picture beside it shows, in words; empty where there is none."""


def of_answer(row: OutboxMessage) -> Bubble:
    """An outbox row as a bubble."""
    return Bubble(
        id=row.id,
        mine=False,
        text=row.text,
        at=row.settled_at or row.created_at,
        buttons=[button["title"] for button in row.buttons],
        unasked=row.rule not in {"reply", "rasa_down"},
        picture=alt_of(row.picture) if row.picture else "",
    )


def history(session: Session, address: str) -> list[Bubble]:
    """The last messages of a conversation, both sides, in order of time."""
    answers = outbox.conversation(session, WEB, address, limit=SHOWN)
    asked = session.scalars(
        select(InboxMessage)
        .where(
            InboxMessage.channel == WEB,
            InboxMessage.address == address,
            InboxMessage.kind.in_([InboxKind.TEXT, InboxKind.BUTTON]),
        )
        .order_by(InboxMessage.id.desc())
        .limit(SHOWN)
    )
    mine = [
        Bubble(id=None, mine=True, text=_spoken(session, row), at=row.received_at) for row in asked
    ]
    both = [*mine, *(of_answer(row) for row in answers)]
    return sorted((one for one in both if one.text), key=lambda one: one.at)[-SHOWN:]


def _spoken(session: Session, row: InboxMessage) -> str:
    """What the member said: of a pressed button its title."""
    if row.kind != InboxKind.BUTTON:
        return row.text
    pressed = outbox.button(session, WEB, row.address, row.text)
    return pressed.title if pressed else ""


def newer(session: Session, address: str, since: datetime) -> list[Bubble]:
    """What was sent from a moment on. A reminder may have been written long before it is sent."""
    return [of_answer(row) for row in outbox.conversation(session, WEB, address, since=since)]
