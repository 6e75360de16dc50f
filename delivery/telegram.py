"""Telegram, by python-telegram-bot, from threads that know nothing of its event loop."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Sequence
from concurrent.futures import TimeoutError as FutureTimeoutError
from datetime import timedelta

import httpx
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)
from telegram.request import HTTPXRequest

from delivery.channel import Letter, Outcome, Result
from delivery.pictures import drawn

LONGEST = 4096
LONGEST_CAPTION = 1024
SHORT = 6
"""Characters of a title of which two fit side by side on a phone, in large print too."""
TIMEOUT = 10.0
NEVER_CONNECTED = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
)
os.environ.setdefault("PTB_TIMEDELTA", "1")  # what python-telegram-bot will do from its next major


def make_bot(token: str, api_url: str | None) -> Bot:
    """A bot on Telegram's Bot API, or on another address that speaks it (tests)."""
    base_url = f"{api_url.rstrip('/')}/bot" if api_url else "https://api.telegram.org/bot"
    # The long poll has a connection of its own, so that it never keeps a reply waiting.
    return Bot(
        token,
        request=HTTPXRequest(read_timeout=TIMEOUT, connect_timeout=TIMEOUT),
        get_updates_request=HTTPXRequest(read_timeout=60, connect_timeout=TIMEOUT),
        base_url=base_url,
    )


class TelegramChannel:
    """Sends letters as Telegram messages with inline buttons."""

    def __init__(self, token: str, api_url: str | None = None) -> None:
        self._bot = make_bot(token, api_url)
        self._loop = asyncio.new_event_loop()
        threading.Thread(target=self._loop.run_forever, name="telegram", daemon=True).start()

    def send(self, letter: Letter) -> Outcome:
        """Deliver one letter; text beyond 4096 characters is cut, with a sign that it is.

        A picture carries the text as its caption, or goes ahead of a text that is too long for
        one. One that Telegram does not take is left out: the text counts.
        """
        picture = drawn(letter.picture)  # here, not in the loop that other senders wait for
        future = asyncio.run_coroutine_threadsafe(self._send(letter, picture), self._loop)
        try:
            return future.result(timeout=4 * TIMEOUT)
        except FutureTimeoutError:
            future.cancel()
            return Outcome(Result.UNCERTAIN, "timed_out")
        except Exception as error:  # noqa: BLE001 - a channel never raises; the ledger wants an end
            return Outcome(Result.UNCERTAIN, type(error).__name__)

    async def _send(self, letter: Letter, picture: bytes | None) -> Outcome:
        rows = [
            [InlineKeyboardButton(title, callback_data=data) for title, data in row]
            for row in in_rows(letter.buttons)
        ]
        keys = InlineKeyboardMarkup(rows) if rows else None
        try:
            chat = int(letter.address)
            if picture and await self._show(chat, picture, letter.text, keys):
                return Outcome(Result.SENT)
            await self._bot.send_message(
                chat_id=chat, text=shortened(letter.text), reply_markup=keys
            )
        except (TelegramError, ValueError) as error:
            return outcome_of(error)
        return Outcome(Result.SENT)

    async def _show(
        self, chat: int, picture: bytes, text: str, keys: InlineKeyboardMarkup | None
    ) -> bool:
        """Send the picture; whether it has carried the text and the buttons too."""
        carries = len(text) <= LONGEST_CAPTION
        try:
            await self._bot.send_photo(
                chat_id=chat,
                photo=picture,
                caption=text if carries else None,
                reply_markup=keys if carries else None,
            )
        except BadRequest as error:
            if "chat not found" in error.message.lower():
                raise
            return False
        return carries


def in_rows(buttons: Sequence[tuple[str, str]]) -> list[list[tuple[str, str]]]:
    """Two neighbours with short titles share a row; any other button has a row of its own."""
    rows: list[list[tuple[str, str]]] = []
    for title, data in buttons:
        last = rows[-1] if rows else []
        if len(last) == 1 and max(len(title), len(last[0][0])) <= SHORT:
            last.append((title, data))
        else:
            rows.append([(title, data)])
    return rows


def shortened(text: str) -> str:
    """What fits into one message."""
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def seconds_of(error: RetryAfter) -> float:
    """How long Telegram wants us to wait."""
    wait = error.retry_after
    return wait.total_seconds() if isinstance(wait, timedelta) else float(wait)


def outcome_of(error: Exception) -> Outcome:
    """What an error of python-telegram-bot means for the ledger.

    BadRequest is a NetworkError, so it is looked at first. A lost answer may hide a delivery;
    only a connection that was never made surely delivered nothing.
    """
    if isinstance(error, RetryAfter):
        wait = timedelta(seconds=seconds_of(error))
        return Outcome(Result.TEMPORARY, "retry_after", retry_after=wait)
    if isinstance(error, InvalidToken):  # our fault, not the member's: the letter waits for us
        return Outcome(Result.TEMPORARY, "token_refused")
    if isinstance(error, Forbidden):
        return Outcome(Result.PERMANENT, "blocked", unreachable=True)
    if isinstance(error, ChatMigrated | ValueError):
        return Outcome(Result.PERMANENT, type(error).__name__)
    if isinstance(error, BadRequest):
        gone = "chat not found" in error.message.lower()
        return Outcome(Result.PERMANENT, "bad_request", unreachable=gone)
    if isinstance(error, TimedOut | NetworkError):
        cause = error.__cause__
        if isinstance(cause, NEVER_CONNECTED):
            return Outcome(Result.TEMPORARY, "no_connection")
        return Outcome(Result.UNCERTAIN, "answer_lost")
    return Outcome(Result.TEMPORARY, "refused")
