"""Telegram's way in: an update is stored before it is confirmed, by polling or by webhook."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from sqlalchemy.exc import SQLAlchemyError
from telegram import Bot, Message, Update
from telegram.error import BadRequest, InvalidToken, RetryAfter, TelegramError

from delivery.clock import Clock
from delivery.telegram import seconds_of
from office import inbox, members
from office.database import Database
from office.models import InboxKind

log = logging.getLogger(__name__)

CHANNEL = "telegram"
LONG_POLL_SECONDS = 25
WAIT_AFTER_ERROR = 3.0
ALLOWED = ["message", "callback_query"]


def store_update(database: Database, update: Update, clock: Clock) -> bool:
    """Keep an update in the inbox; False if it is none of ours or was stored before.

    Only private chats are answered: a group would show a member's affairs to everybody. Who writes
    can be reached again, even if he had blocked us before.
    """
    read = _read(update)
    if read is None:
        return False
    address, kind, text, key = read
    with database.writing() as session:
        stored = inbox.store(
            session,
            channel=CHANNEL,
            update_id=key,
            address=address,
            kind=kind,
            text=text,
            now=clock(),
        )
        members.heard_from(session, CHANNEL, address)
    return stored is not None


def _read(update: Update) -> tuple[str, InboxKind, str, str] | None:
    """(address, kind, text, key); the key makes an album of pictures one message."""
    key = str(update.update_id)
    query = update.callback_query
    if query is not None:
        return str(query.from_user.id), InboxKind.BUTTON, query.data or "", key
    message = update.message
    if message is None or message.chat.type != "private":
        return None
    address = str(message.chat.id)
    text = message.text or message.caption
    if text is None:
        if message.effective_attachment is None:  # a title was changed, a message was pinned …
            return None
        return address, InboxKind.UNSUPPORTED, "", _album(message) or key
    command, _, rest = text.partition(" ")
    if command.partition("@")[0] == "/start":
        return address, InboxKind.START, rest.strip()[:64], key
    return address, InboxKind.TEXT, text, key


def _album(message: Message) -> str | None:
    return f"album:{message.media_group_id}" if message.media_group_id else None


async def poll(bot: Bot, database: Database, clock: Clock, wake: Callable[[], object]) -> None:
    """Ask Telegram for updates for ever; return only if it refuses the token.

    The next request confirms what this one brought, so everything is stored before it is made;
    what was stored and not confirmed comes again and is known by its update id.
    """
    offset: int | None = None
    if not await until_it_works(lambda: bot.delete_webhook(drop_pending_updates=False)):
        return
    while True:
        try:
            updates = await bot.get_updates(
                offset=offset, timeout=LONG_POLL_SECONDS, allowed_updates=ALLOWED
            )
            for update in updates:
                if await asyncio.to_thread(store_update, database, update, clock):
                    wake()
                offset = update.update_id + 1
            await asyncio.gather(*(_acknowledge(bot, update) for update in updates))
        except InvalidToken:
            log.error("Telegram refuses the token; check TELEGRAM_BOT_TOKEN")
            return
        except TelegramError as error:
            await asyncio.sleep(_wait_after(error))
        except SQLAlchemyError as error:  # not stored, so not confirmed: it comes again
            log.warning("an update cannot be stored now: %s", type(error).__name__)
            await asyncio.sleep(WAIT_AFTER_ERROR)


async def use_webhook(bot: Bot, url: str, secret: str) -> None:
    """Tell Telegram to bring updates to our address, with a secret that proves it is Telegram."""
    await until_it_works(
        lambda: bot.set_webhook(
            f"{url.rstrip('/')}/telegram/webhook", secret_token=secret, allowed_updates=ALLOWED
        )
    )


async def until_it_works(call: Callable[[], Awaitable[object]]) -> bool:
    """Call until Telegram can be reached; False if it refuses what we ask, which stays so."""
    while True:
        try:
            await call()
        except InvalidToken:
            log.error("Telegram refuses the token; check TELEGRAM_BOT_TOKEN")
            return False
        except BadRequest:
            log.error("Telegram refuses the webhook; check WEBHOOK_URL and WEBHOOK_SECRET")
            return False
        except TelegramError as error:
            await asyncio.sleep(_wait_after(error))
        else:
            return True


def _wait_after(error: TelegramError) -> float:
    """Seconds to wait; the error's text is not logged, since it may hold the token."""
    log.warning("Telegram: %s", type(error).__name__)
    if isinstance(error, RetryAfter):
        return max(WAIT_AFTER_ERROR, seconds_of(error))
    return WAIT_AFTER_ERROR


async def _acknowledge(bot: Bot, update: Update) -> None:
    """Take the waiting mark off a pressed button; it does not matter if that fails."""
    if update.callback_query is not None:
        try:
            await bot.answer_callback_query(update.callback_query.id)
        except TelegramError as error:
            log.info("callback not acknowledged: %s", type(error).__name__)
