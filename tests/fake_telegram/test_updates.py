"""Updates reach python-telegram-bot through the fake Telegram, by polling and by webhook."""

from __future__ import annotations

import asyncio
import threading
import time
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from telegram import Bot
from telegram.error import BadRequest, Conflict

from tests.fake_telegram.client import FakeTelegram, with_bot

pytest_plugins = ["tests.fake_telegram.fixtures"]
ANNA = 4711


def test_updates_of_every_kind(fake: FakeTelegram) -> None:
    fake.push_text(ANNA, "你好")
    fake.push_start(ANNA, "token-1")
    fake.push_sticker(ANNA)
    fake.push_voice(ANNA)
    fake.push_photo(ANNA, "合影")
    fake.push_text(-100, "群里说", chat_type="group")
    updates = with_bot(fake, lambda bot: bot.get_updates())
    text, start, sticker, voice, picture, group = [update.message for update in updates]
    assert text
    assert start
    assert group
    assert (text.text, text.chat.type, text.chat.id) == ("你好", "private", ANNA)
    assert (start.text, start.entities[0].type) == ("/start token-1", "bot_command")
    assert sticker
    assert sticker.sticker
    assert voice
    assert voice.voice
    assert picture
    assert (len(picture.photo), picture.caption) == (1, "合影")
    assert group.chat.type == "group"


def test_confirmed_updates_disappear(fake: FakeTelegram) -> None:
    ids = [fake.push_text(ANNA, text) for text in "甲乙丙丁"]

    async def work(bot: Bot) -> list[list[int]]:
        seen = [await bot.get_updates(limit=2), await bot.get_updates()]
        seen.append(await bot.get_updates(offset=seen[0][-1].update_id + 1))
        seen.append(await bot.get_updates(offset=-1))
        return [[update.update_id for update in updates] for updates in seen]

    assert with_bot(fake, work) == [ids[:2], ids, ids[2:], ids[3:]]
    assert fake.pending() == ids[3:]


def test_the_bot_is_told_of_what_it_asked_for(fake: FakeTelegram) -> None:
    with_bot(fake, lambda bot: bot.get_updates(allowed_updates=["callback_query"]))
    assert fake.push_text(ANNA, "你好") is None
    assert fake.push_callback(ANNA, 1, "1:0") is not None


def test_a_long_poll_waits_for_an_update(fake: FakeTelegram) -> None:
    async def work(bot: Bot) -> float:
        assert await bot.get_updates(timeout=1) == ()
        waiting = asyncio.create_task(bot.get_updates(timeout=20))
        await asyncio.sleep(0.3)
        began = time.monotonic()
        await asyncio.to_thread(fake.push_text, ANNA, "你好")
        assert len(await waiting) == 1
        return time.monotonic() - began

    assert with_bot(fake, work) < 1


def test_a_second_poll_ends_the_first(fake: FakeTelegram) -> None:
    async def work(bot: Bot) -> None:
        first = asyncio.create_task(bot.get_updates(timeout=20))
        await asyncio.sleep(0.2)
        second = asyncio.create_task(bot.get_updates(timeout=1))
        with pytest.raises(Conflict, match="terminated by other getUpdates"):
            await first
        assert await second == ()

    with_bot(fake, work)


class _Receiver(BaseHTTPRequestHandler):
    """Refuses the first update that it is brought and takes the next ones."""

    got: list[tuple[str | None, bytes]]

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.got.append((self.headers.get("X-Telegram-Bot-Api-Secret-Token"), body))
        self.send_response(500 if len(self.got) == 1 else 200)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        return


def test_a_webhook_is_brought_every_update(fake: FakeTelegram) -> None:
    _Receiver.got = []
    receiver = HTTPServer(("127.0.0.1", 0), _Receiver)
    thread = threading.Thread(target=receiver.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    url = f"http://127.0.0.1:{receiver.server_port}/hook"
    fake.push_text(ANNA, "之前")
    try:
        with_bot(fake, lambda bot: bot.set_webhook(url, secret_token="s3cret_-"))
        fake.push_text(ANNA, "之后")
        fake.wait_for(lambda: not fake.pending())
    finally:
        receiver.shutdown()
        thread.join()
        receiver.server_close()
    assert [secret for secret, _ in _Receiver.got] == ["s3cret_-"] * 3
    first, again, second = [body.decode() for _, body in _Receiver.got]
    assert first == again
    assert "之前" in first
    assert "之后" in second

    async def work(bot: Bot) -> None:
        info = await bot.get_webhook_info()
        assert (info.url, info.pending_update_count) == (url, 0)
        assert info.last_error_message == "Wrong response from the webhook: 500"
        with pytest.raises(Conflict, match="webhook is active"):
            await bot.get_updates()
        await bot.delete_webhook()
        assert (await bot.get_webhook_info()).url == ""
        assert await bot.get_updates() == ()

    with_bot(fake, work)


@pytest.mark.parametrize(
    ("url", "secret"), [("http://example.org/hook", None), ("https://example.org/", "不行")]
)
def test_a_webhook_that_telegram_refuses(fake: FakeTelegram, url: str, secret: str | None) -> None:
    with pytest.raises(BadRequest):
        with_bot(fake, lambda bot: bot.set_webhook(url, secret_token=secret))
