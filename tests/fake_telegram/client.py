"""Starts the fake Telegram as a process of its own and plays the people who write to the bot."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, TypeVar

import httpx
from telegram import Bot

from delivery.telegram import TelegramChannel, make_bot

ROOT = Path(__file__).resolve().parents[2]
TOKEN = "123456:fake-token-of-the-tests"
T = TypeVar("T")


@dataclass(frozen=True)
class Sent:
    """A message of the bot as the person sees it now; buttons as (title, data)."""

    message_id: int
    chat_id: int
    method: str
    text: str
    buttons: tuple[tuple[str, str], ...]
    at: float
    edited: int


def free_port() -> int:
    """A TCP port on loopback that nobody uses at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class FakeTelegram:
    """A running fake Telegram. Set TELEGRAM_API_URL to ``url`` and TELEGRAM_BOT_TOKEN to ``token``.

    All calls block. In a coroutine, ``wait_for`` belongs into ``asyncio.to_thread``.
    """

    def __init__(self, token: str = TOKEN, port: int | None = None) -> None:
        self.token = token
        self.port = port or free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._http = httpx.Client(base_url=f"{self.url}/control", timeout=10, trust_env=False)
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, seconds: float = 15) -> FakeTelegram:
        """Start the server and wait till it answers."""
        arguments = ["--port", str(self.port), "--token", self.token]
        command = [sys.executable, "-m", "tests.fake_telegram", *arguments]
        self._process = subprocess.Popen(command, cwd=ROOT)
        try:
            self.wait_for(self._answers, seconds)
        except BaseException:
            self.stop()
            raise
        return self

    def _answers(self) -> bool:
        if self._process is None or self._process.poll() is not None:
            raise RuntimeError("the fake Telegram has ended")
        try:
            return self._http.get("/state").is_success
        except httpx.TransportError:
            return False

    def stop(self) -> None:
        """End the server; it keeps nothing that could be lost."""
        self._http.close()
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def __enter__(self) -> FakeTelegram:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        self.stop()

    # What people do

    def push_text(self, chat_id: int, text: str, chat_type: str = "private") -> int | None:
        """Somebody writes; the update's id, or None if the bot did not ask for such updates."""
        return self._push("message", chat_id=chat_id, text=text, chat_type=chat_type)

    def push_start(self, chat_id: int, payload: str = "") -> int | None:
        """Somebody opens the bot, perhaps by a link with a payload."""
        return self.push_text(chat_id, f"/start {payload}".strip())

    def push_sticker(self, chat_id: int) -> int | None:
        """Somebody sends a sticker."""
        return self._push("message", chat_id=chat_id, kind="sticker")

    def push_voice(self, chat_id: int) -> int | None:
        """Somebody sends a voice message."""
        return self._push("message", chat_id=chat_id, kind="voice")

    def push_photo(self, chat_id: int, caption: str = "") -> int | None:
        """Somebody sends a picture."""
        return self._push("message", chat_id=chat_id, kind="photo", caption=caption)

    def press(self, message: Sent, index: int) -> int | None:
        """Somebody presses the button with this index, counted in reading order."""
        return self.push_callback(message.chat_id, message.message_id, message.buttons[index][1])

    def push_callback(self, chat_id: int, message_id: int, data: str) -> int | None:
        """A button press with any data, as a forged client could send it."""
        return self._push("press", chat_id=chat_id, message_id=message_id, data=data)

    def block(self, chat_id: int) -> None:
        """Somebody blocks the bot."""
        self._control("chat", chat_id=chat_id, state="blocked")

    def unblock(self, chat_id: int) -> None:
        """Somebody opens the bot again."""
        self._control("chat", chat_id=chat_id, state="open")

    def forget(self, chat_id: int) -> None:
        """The chat is not known to Telegram any more."""
        self._control("chat", chat_id=chat_id, state="gone")

    # What goes wrong

    def next_429(self, times: int = 1, retry_after: int = 5) -> None:
        """The next sends are too many."""
        said = f"Too Many Requests: retry after {retry_after}"
        self._control("fail-next", code=429, description=said, retry_after=retry_after, times=times)

    def fail_next(self, code: int, description: str, times: int = 1) -> None:
        """The next sends are refused with this error."""
        self._control("fail-next", code=code, description=description, times=times)

    def drop_next(self, times: int = 1) -> None:
        """The next sends are delivered, but the connection breaks before the answer."""
        self._control("drop-next", times=times)

    def hold_next(self, seconds: float, times: int = 1) -> None:
        """The next sends are delivered at once, but their answers come late."""
        self._control("hold-next", seconds=seconds, times=times)

    def reset(self) -> None:
        """Forget messages, updates, faults, blocks and the webhook."""
        self._control("reset")

    # What can be seen

    def sent(self, chat_id: int | None = None) -> list[Sent]:
        """What the bot has sent, to one chat or to all, in order."""
        found = []
        for row in self._control("sent"):
            buttons = tuple((title, data) for title, data in row.pop("buttons"))
            found.append(Sent(**row, buttons=buttons))
        return [one for one in found if chat_id is None or one.chat_id == chat_id]

    def pending(self) -> list[int]:
        """Ids of the updates that the bot has not confirmed."""
        return [update["update_id"] for update in self.state()["pending"]]

    def calls(self, method: str) -> int:
        """How often a method was called since the last reset, successfully or not."""
        count: int = self.state()["calls"].count(method.lower())
        return count

    def state(self) -> dict[str, Any]:
        """Everything else: pending, webhook, queries (and their answers), actions, commands."""
        state: dict[str, Any] = self._control("state")
        return state

    def wait_for(self, predicate: Callable[[], T], seconds: float = 5) -> T:
        """What the predicate returns as soon as it is true; TimeoutError if it never is."""
        until = time.monotonic() + seconds
        while True:
            if found := predicate():
                return found
            if time.monotonic() > until:
                raise TimeoutError(f"not within {seconds} s")
            time.sleep(0.02)

    def _push(self, what: str, **values: object) -> int | None:
        update_id: int | None = self._control(what, **values)
        return update_id

    def _control(self, what: str, **values: object) -> Any:
        response = self._http.post(f"/{what}", json=values)
        response.raise_for_status()
        return response.json()


def with_bot(
    fake: FakeTelegram, work: Callable[[Bot], Awaitable[T]], *, token: str | None = None
) -> T:
    """What the work returns, done with a bot of its own."""

    async def run() -> T:
        async with make_bot(token or fake.token, fake.url) as bot:
            return await work(bot)

    return asyncio.run(run())


@contextlib.contextmanager
def open_channel(token: str, url: str) -> Iterator[TelegramChannel]:
    """The project's channel; its connections and thread, which it leaves open, are ended."""
    channel = TelegramChannel(token, url)
    loop = channel._loop

    async def hang_up() -> None:
        await channel._bot.request.shutdown()  # Bot.shutdown() does nothing without initialize()
        await asyncio.sleep(0.01)

    try:
        yield channel
    finally:
        asyncio.run_coroutine_threadsafe(hang_up(), loop).result(5)
        loop.call_soon_threadsafe(loop.stop)
        for thread in threading.enumerate():
            if thread.name == "telegram":
                thread.join(5)
        loop.close()
