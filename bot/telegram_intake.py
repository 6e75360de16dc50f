"""Telegram's way in: an update is stored before it is confirmed, by polling or by webhook."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Any

from telegram import Bot, Update
from telegram.error import InvalidToken, TelegramError

from delivery.clock import Clock
from office import inbox
from office.database import Database
from office.models import InboxKind

log = logging.getLogger(__name__)

CHANNEL = "telegram"
LONG_POLL_SECONDS = 25
WAIT_AFTER_ERROR = 3.0
ALLOWED = ["message", "callback_query"]


def store_update(database: Database, update: Update, clock: Clock) -> bool:
    """Keep an update in the inbox; False if it is none of ours or was stored before.

    Only private chats are answered: a group would show a member's affairs to everybody.
    """
    read = _read(update)
    if read is None:
        return False
    address, kind, text = read
    with database.writing() as session:
        stored = inbox.store(
            session,
            channel=CHANNEL,
            update_id=str(update.update_id),
            address=address,
            kind=kind,
            text=text,
            now=clock(),
        )
    return stored is not None


def _read(update: Update) -> tuple[str, InboxKind, str] | None:
    query = update.callback_query
    if query is not None:
        return str(query.from_user.id), InboxKind.BUTTON, query.data or ""
    message = update.message
    if message is None or message.chat.type != "private":
        return None
    address = str(message.chat.id)
    if message.text is None:
        return address, InboxKind.UNSUPPORTED, ""
    command, _, rest = message.text.partition(" ")
    if command.partition("@")[0] == "/start":
        return address, InboxKind.START, rest.strip()[:64]
    return address, InboxKind.TEXT, message.text


async def poll(bot: Bot, database: Database, clock: Clock, wake: Callable[[], object]) -> None:
    """Ask Telegram for updates for ever.

    The next request confirms what this one brought, so everything is stored before it is made;
    what was stored and not confirmed comes again and is known by its update id.
    """
    offset: int | None = None
    await _until_it_works(lambda: bot.delete_webhook(drop_pending_updates=False))
    while True:
        try:
            updates = await bot.get_updates(
                offset=offset, timeout=LONG_POLL_SECONDS, allowed_updates=ALLOWED
            )
            for update in updates:
                if await asyncio.to_thread(store_update, database, update, clock):
                    wake()
                await _acknowledge(bot, update)
                offset = update.update_id + 1
        except InvalidToken:
            log.error("Telegram refuses the token; check TELEGRAM_BOT_TOKEN")
            return
        except TelegramError as error:
            log.warning("Telegram: %s", type(error).__name__)
            await asyncio.sleep(WAIT_AFTER_ERROR)


async def use_webhook(bot: Bot, url: str, secret: str) -> None:
    """Tell Telegram to bring updates to our address, with a secret that proves it is Telegram."""
    await _until_it_works(
        lambda: bot.set_webhook(
            f"{url.rstrip('/')}/telegram/webhook", secret_token=secret, allowed_updates=ALLOWED
        )
    )


async def _acknowledge(bot: Bot, update: Update) -> None:
    """Take the waiting mark off a pressed button; it does not matter if that fails."""
    if update.callback_query is not None:
        try:
            await bot.answer_callback_query(update.callback_query.id)
        except TelegramError as error:
            log.info("callback not acknowledged: %s", type(error).__name__)


async def _until_it_works(call: Callable[[], Any]) -> None:
    while True:
        try:
            await call()
        except InvalidToken:
            log.error("Telegram refuses the token; check TELEGRAM_BOT_TOKEN")
            return
        except TelegramError as error:
            log.warning("Telegram: %s", type(error).__name__)
            await asyncio.sleep(WAIT_AFTER_ERROR)
        else:
            return
