"""The way in: every stored message is answered, in order within its conversation.

inbox row -> Rasa -> replies into the outbox and the row closed, in one transaction -> delivery.
A message is closed only together with its replies; whatever fails before leaves it waiting.
"""

from __future__ import annotations

import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from bot import shortcuts
from bot.clean import LONGEST, LONGEST_LEDGER, clean, clean_lines, has_words, spoken
from bot.rasa import RasaClient, RasaDownError, RasaRefusedError, Reply, Turn
from delivery.bell import Listener
from delivery.clock import Clock
from delivery.post import PostOffice
from office import inbox, invitations, members, outbox
from office.bookings import checkin
from office.database import Database
from office.errors import InvitationError
from office.models import InboxKind, InboxMessage, InboxState
from office.outbox import Button, Draft
from texts import say

log = logging.getLogger(__name__)

POLL = 1.0
RETRY = 2.0
TRIES = 10
SENDERS = 16
NOTE_WITHIN = timedelta(minutes=30)
"""So long after it was asked for, a reason or sentence may be typed."""


@dataclass(frozen=True)
class Heard:
    """What a stored message means: words for Rasa, or replies that need no Rasa."""

    words: str | None = None
    replies: tuple[Reply, ...] = ()
    intent: str | None = None


GIVEN_UP = Turn("failed", (Reply(say("bot.gave_up"), ()),))


class Gateway:
    """Answers the inbox."""

    def __init__(
        self, database: Database, rasa: RasaClient, post: PostOffice, clock: Clock
    ) -> None:
        self._database = database
        self._rasa = rasa
        self._post = post
        self._clock = clock
        self._busy: dict[tuple[str, str], asyncio.Task[None]] = {}
        self._told: set[int] = set()
        # Threads of their own: a messenger that answers slowly keeps nobody else waiting.
        self._senders = ThreadPoolExecutor(SENDERS, "send")

    async def run(self, bell: Listener) -> None:
        """Answer whatever waits, whenever the bell rings, and once a second anyway."""
        while True:
            try:
                for conversation in await asyncio.to_thread(self._waiting):
                    if conversation not in self._busy:
                        self._busy[conversation] = asyncio.create_task(
                            self._serve(*conversation, bell)
                        )
            except SQLAlchemyError:
                log.exception("the inbox cannot be read")
            await bell.wait(POLL)

    async def _serve(self, channel: str, address: str, bell: Listener) -> None:
        """Converse, then look once more: a message may have come while this one was closed."""
        try:
            await self.converse(channel, address)
        finally:
            del self._busy[channel, address]
            bell.rung.set()

    def _waiting(self) -> list[tuple[str, str]]:
        with self._database.reading() as session:
            return inbox.waiting_conversations(session)

    async def converse(self, channel: str, address: str) -> None:
        """Answer the waiting messages of one conversation, the oldest first."""
        while True:
            message = await asyncio.to_thread(self._next, channel, address)
            if message is None:
                return
            try:
                answered = await self.answer(message)
            except SQLAlchemyError:
                log.exception("inbox %d cannot be answered now", message.id)
                answered = await self._give_up(message)
            if not answered:
                await asyncio.sleep(RETRY)

    def _next(self, channel: str, address: str) -> InboxMessage | None:
        with self._database.reading() as session:
            return inbox.next_waiting(session, channel, address)

    async def answer(self, message: InboxMessage) -> bool:
        """Answer one message; False if it has to wait."""
        heard = await asyncio.to_thread(self._hear, message)
        turn: Turn | None
        if heard.words is None:
            turn = Turn(heard.intent, heard.replies)
        else:
            turn = await self._ask_rasa(message, heard.words)
            if turn is None:
                return False
        await asyncio.to_thread(self._close, message, turn)
        self._told.discard(message.id)
        await self._deliver(message)
        return True

    async def _deliver(self, message: InboxMessage) -> None:
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(
            self._senders, self._post.deliver, message.channel, message.address
        )

    async def _give_up(self, message: InboxMessage) -> bool:
        """After some tries close a message that cannot be handled, with an apology."""
        try:
            if await asyncio.to_thread(self._tried, message) < TRIES:
                return False
            await asyncio.to_thread(self._close, message, GIVEN_UP)
        except SQLAlchemyError:  # the database itself is away: nothing can be counted or closed
            return False
        await self._deliver(message)
        return True

    async def _ask_rasa(self, message: InboxMessage, words: str) -> Turn | None:
        sender = f"{message.channel}:{message.address}"
        try:
            return await self._rasa.say(sender, words, message.id)
        except RasaDownError:
            if message.id not in self._told:
                await asyncio.to_thread(self._tell_once, message)
                await self._deliver(message)
                self._told.add(message.id)
            return None
        except RasaRefusedError as error:
            tries = await asyncio.to_thread(self._tried, message)
            log.warning("inbox %d: Rasa answered %s, try %d", message.id, error, tries)
            return GIVEN_UP if tries >= TRIES else None

    def _hear(self, message: InboxMessage) -> Heard:
        """Understand buttons and one-time links; send back what has no words in it."""
        if message.kind == InboxKind.UNSUPPORTED:
            return _reply("unsupported")
        if message.kind == InboxKind.START:
            return self._start(message)
        if message.kind == InboxKind.BUTTON:
            with self._database.reading() as session:
                pressed = outbox.button(session, message.channel, message.address, message.text)
            return Heard(words=pressed.payload) if pressed else _reply("stale_button")
        text = clean(message.text)
        if not has_words(text):
            return _reply("empty")
        ledger = shortcuts.ledger_of(clean_lines(message.text))
        if ledger is not None and len(text) <= LONGEST_LEDGER:
            return Heard(words=ledger)
        asked = self._just_asked(message)
        if len(text) > LONGEST:
            if shortcuts.writes_ledger(asked) and len(text) <= LONGEST_LEDGER:
                return Heard(words=shortcuts.RECORD_LEDGER)
            return _reply("too_long", limit=LONGEST)
        note = shortcuts.note_of(spoken(text), asked)
        return Heard(words=shortcuts.check_in_of(text) or note or spoken(text))

    def _just_asked(self, message: InboxMessage) -> list[dict[str, Any]]:
        """The buttons of the last reply, if it was just now: one may type what they ask for."""
        with self._database.reading() as session:
            last = outbox.last_reply(session, message.channel, message.address)
        if last is None or last.created_at < self._clock() - NOTE_WITHIN:
            return []
        return last.buttons

    def _start(self, message: InboxMessage) -> Heard:
        """The first message of a messenger, with the token of a one-time link or without."""
        token = message.text.strip()
        if not token:
            with self._database.reading() as session:
                known = members.by_contact(session, message.channel, message.address)
            return Heard(words="/greet") if known else _reply("welcome_guest")
        if token.startswith(checkin.PREFIX):
            return Heard(words=shortcuts.check_in_payload(token.removeprefix(checkin.PREFIX)))
        try:
            with self._database.writing() as session:
                member = invitations.redeem(
                    session, token, message.channel, message.address, now=self._clock()
                )
        except InvitationError:
            return _reply("invitation_invalid")
        return _reply("bound", name=member.name)

    def _close(self, message: InboxMessage, turn: Turn) -> None:
        """Close the message and queue its replies, or do neither."""
        now = self._clock()
        state = InboxState.FAILED if turn.intent == "failed" else InboxState.ANSWERED
        with self._database.writing() as session:
            if not inbox.settle(session, message.id, state, now=now, intent=turn.intent):
                return
            for n, reply in enumerate(turn.replies):
                outbox.put(
                    session,
                    self._draft(session, message, f"reply:{message.id}:{n}", reply),
                    now=now,
                )

    def _tell_once(self, message: InboxMessage) -> None:
        """Tell the member that his message is kept; the same message is told about once."""
        key = f"rasa_down:{message.id}"
        with self._database.writing() as session:
            draft = self._draft(session, message, key, Reply(say("bot.rasa_down"), ()))
            outbox.put(session, draft, now=self._clock())

    def _tried(self, message: InboxMessage) -> int:
        with self._database.writing() as session:
            return inbox.tried(session, message.id)

    def _draft(self, session: Session, message: InboxMessage, key: str, reply: Reply) -> Draft:
        member = members.by_contact(session, message.channel, message.address)
        return Draft(
            dedupe_key=key,
            rule="reply",
            channel=message.channel,
            address=message.address,
            member_id=member.id if member else None,
            text=reply.text,
            buttons=[Button(title, payload) for title, payload in reply.buttons],
            reply_to=message.id,
            not_before=self._clock(),
        )


def _reply(key: str, **values: object) -> Heard:
    return Heard(replies=(Reply(say(f"bot.{key}", **values), ()),), intent=key)
