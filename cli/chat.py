"""``zhibu chat``: the whole running assistant from a terminal, as a member."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, select

from delivery.bell import Bell, ring
from delivery.clock import utc_now
from office import inbox, members
from office.database import Database
from office.errors import NotFoundError, ZhibuError
from office.members import WEB
from office.models import Contact, InboxKind, InboxMessage, InboxState, OutboxMessage, OutboxState
from settings import Settings

ANSWER_WITHIN = 60.0
LOOK_EVERY = 0.01


@dataclass(frozen=True)
class Line:
    """One reply to the n-th line that was typed."""

    number: int
    text: str
    buttons: list[dict[str, Any]]
    intent: str | None
    ms: int

    def as_json(self) -> dict[str, Any]:
        """The form of ``chat --json``."""
        return {
            "in": self.number,
            "text": self.text,
            "buttons": self.buttons,
            "intent": self.intent,
            "ms": self.ms,
        }


class Conversation:
    """A conversation of its own in the running assistant, bound to a member, or to nobody."""

    def __init__(self, settings: Settings, database: Database, number: str | None) -> None:
        self._settings = settings
        self._database = database
        self._address = f"c{secrets.token_hex(8)}"
        self._count = 0
        self._offered: dict[str, str] = {}
        if number is not None:
            with database.writing() as session:
                member = members.by_number(session, number)
                if member is None:
                    raise NotFoundError("no_such_member", number=number)
                members.bind(session, member, WEB, self._address, now=utc_now())

    def close(self) -> None:
        """Forget the address."""
        with self._database.writing() as session:
            session.execute(delete(Contact).where(Contact.address == self._address))

    def say(self, text: str) -> Iterable[Line]:
        """Say a line and return the replies; a button's title or payload presses it."""
        self._count += 1
        pressed = self._offered.get(text.strip())
        with self._database.writing() as session:
            row_id = inbox.store(
                session,
                channel=WEB,
                update_id=f"{self._address}:{self._count}",
                address=self._address,
                kind=InboxKind.TEXT if pressed is None else InboxKind.BUTTON,
                text=text if pressed is None else pressed,
                now=utc_now(),
            )
        ring(self._settings.bell_port, Bell.GATEWAY)
        message = self._wait_for(row_id or 0)
        with self._database.reading() as session:
            replies = list(
                session.scalars(
                    select(OutboxMessage)
                    .where(OutboxMessage.reply_to == message.id)
                    .order_by(OutboxMessage.id)
                )
            )
        self._offered = {}
        for reply in replies:
            for n, button in enumerate(reply.buttons):
                self._offered[button["title"]] = self._offered[button["payload"]] = (
                    f"{reply.id}:{n}"
                )
            end = reply.settled_at or utc_now()
            ms = round((end - message.received_at).total_seconds() * 1000)
            yield Line(self._count, reply.text, list(reply.buttons), message.intent, ms)

    def _wait_for(self, row_id: int) -> InboxMessage:
        """The message once it and all its replies are settled."""
        end = time.monotonic() + ANSWER_WITHIN
        open_states = (OutboxState.QUEUED, OutboxState.LEASED)
        while time.monotonic() < end:
            with self._database.reading() as session:
                message = session.get_one(InboxMessage, row_id)
                under_way = session.scalar(
                    select(OutboxMessage.id)
                    .where(OutboxMessage.reply_to == row_id, OutboxMessage.state.in_(open_states))
                    .limit(1)
                )
                if message.state != InboxState.WAITING and under_way is None:
                    return message
            time.sleep(LOOK_EVERY)
        raise ZhibuError("no_answer")
