"""Telegram's way in against the fake Telegram: what is polled is stored, then confirmed."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError
from telegram import Bot, Update
from telegram.error import TimedOut

from bot import telegram_intake
from bot.gateway import Gateway
from bot.rasa import RasaClient
from bot.telegram_intake import CHANNEL, poll, store_update
from delivery.post import PostOffice
from delivery.queue import DeliveryQueue, open_huey
from delivery.telegram import TelegramChannel, make_bot
from office import members
from office.database import Database
from office.models import InboxKind, InboxMessage
from tests.conftest import FrozenClock
from tests.fake_telegram.client import FakeTelegram, free_port, open_channel, with_bot
from texts import say

pytest_plugins = ["tests.fake_telegram.fixtures"]
ANNA = 4711
Row = tuple[str, str, str]


def stored(database: Database) -> list[Row]:
    """(address, kind, text) of the inbox, in order."""
    with database.reading() as session:
        rows = session.query(InboxMessage).order_by(InboxMessage.id)
        return [(row.address, row.kind, row.text) for row in rows]


def poll_until(
    fake: FakeTelegram,
    database: Database,
    clock: FrozenClock,
    reached: Callable[[], object],
    seconds: float = 5,
) -> int:
    """Poll until something has come about; how often the gateway was woken."""
    woken = []

    async def work(bot: Bot) -> None:
        polling = asyncio.create_task(poll(bot, database, clock, lambda: woken.append(1)))
        try:
            await asyncio.to_thread(fake.wait_for, reached, seconds)
        finally:
            polling.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await polling

    with_bot(fake, work)
    return len(woken)


def update_of(**message: Any) -> Update:
    """An update with a message in Anna's private chat."""
    chat = {"id": ANNA, "type": "private", "first_name": "安"}
    person = {"id": ANNA, "is_bot": False, "first_name": "安"}
    content = {"message_id": 1, "date": 1, "chat": chat, "from": person} | message
    update = Update.de_json({"update_id": 1, "message": content})
    assert update is not None
    return update


# What is stored


@pytest.mark.parametrize(
    ("said", "kind", "text"),
    [
        ("你好", InboxKind.TEXT, "你好"),
        ("/help", InboxKind.TEXT, "/help"),
        ("/startle", InboxKind.TEXT, "/startle"),
        ("/start", InboxKind.START, ""),
        ("/start@zhibu_bot  abc-DEF_1 ", InboxKind.START, "abc-DEF_1"),
        ("/start " + "x" * 100, InboxKind.START, "x" * 64),
    ],
)
def test_words(
    sqlite_database: Database, clock: FrozenClock, said: str, kind: str, text: str
) -> None:
    assert store_update(sqlite_database, update_of(text=said), clock)
    assert stored(sqlite_database) == [(str(ANNA), kind, text)]


def test_an_update_is_stored_once(database: Database, clock: FrozenClock) -> None:
    assert store_update(database, update_of(text="你好"), clock)
    assert not store_update(database, update_of(text="你好"), clock)
    assert stored(database) == [(str(ANNA), "text", "你好")]


PICTURE = [{"file_id": "f", "file_unique_id": "u", "width": 9, "height": 9}]


def test_an_album_of_pictures_is_one_message(sqlite_database: Database, clock: FrozenClock) -> None:
    album = update_of(photo=PICTURE, media_group_id="77")
    assert store_update(sqlite_database, album, clock)
    assert not store_update(sqlite_database, album, clock)
    assert stored(sqlite_database) == [(str(ANNA), "unsupported", "")]


def test_what_nobody_said_is_not_answered(sqlite_database: Database, clock: FrozenClock) -> None:
    assert not store_update(sqlite_database, update_of(delete_chat_photo=True), clock)


def test_who_had_blocked_us_and_writes_again_is_known_again(
    small_district: Database, clock: FrozenClock
) -> None:
    with small_district.writing() as session:
        member = members.by_number(session, "M0002")
        assert member is not None
        members.bind(session, member, CHANNEL, str(ANNA), now=clock())
        members.unreachable(session, CHANNEL, str(ANNA))
        assert members.by_contact(session, CHANNEL, str(ANNA)) is None
    store_update(small_district, update_of(text="在吗"), clock)
    with small_district.reading() as session:
        assert members.by_contact(session, CHANNEL, str(ANNA)) is not None


def test_groups_and_other_updates_are_none_of_ours(
    sqlite_database: Database, clock: FrozenClock
) -> None:
    group = {"id": -100, "type": "group", "title": "群"}
    assert not store_update(sqlite_database, update_of(text="你好", chat=group), clock)
    assert not store_update(sqlite_database, Update(2), clock)
    assert stored(sqlite_database) == []


# Polling


def test_everything_that_comes_is_stored_in_order(
    fake: FakeTelegram, sqlite_database: Database, clock: FrozenClock
) -> None:
    fake.push_text(ANNA, "你好")
    fake.push_start(ANNA, "token-1")
    fake.push_sticker(ANNA)
    fake.push_voice(ANNA)
    fake.push_photo(ANNA, "合影")
    fake.push_text(-100, "群里说", chat_type="group")
    fake.push_callback(ANNA, 1, "17:0")
    woken = poll_until(fake, sqlite_database, clock, lambda: not fake.pending())
    anna = str(ANNA)
    assert stored(sqlite_database) == [
        (anna, "text", "你好"),
        (anna, "start", "token-1"),
        (anna, "unsupported", ""),
        (anna, "unsupported", ""),
        (anna, "text", "合影"),
        (anna, "button", "17:0"),
    ]
    assert woken == 6


def test_an_update_is_stored_before_it_is_confirmed(
    fake: FakeTelegram,
    sqlite_database: Database,
    clock: FrozenClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    unconfirmed: list[list[int]] = []

    def store(database: Database, update: Update, clock: FrozenClock) -> bool:
        new = store_update(database, update, clock)
        unconfirmed.append(fake.pending())
        return new

    monkeypatch.setattr(telegram_intake, "store_update", store)
    ids = [fake.push_text(ANNA, text) for text in "甲乙"]
    poll_until(fake, sqlite_database, clock, lambda: not fake.pending())
    assert unconfirmed == [ids, ids]
    assert len(stored(sqlite_database)) == 2


def test_what_was_stored_and_not_confirmed_is_stored_once(
    fake: FakeTelegram, sqlite_database: Database, clock: FrozenClock
) -> None:
    update_id = fake.push_text(ANNA, "你好")

    async def crash(bot: Bot) -> None:
        def wake() -> None:
            task.cancel()

        task = asyncio.create_task(poll(bot, sqlite_database, clock, wake))
        with contextlib.suppress(asyncio.CancelledError):
            await task

    with_bot(fake, crash)
    assert len(stored(sqlite_database)) == 1
    assert fake.pending() == [update_id]
    assert poll_until(fake, sqlite_database, clock, lambda: not fake.pending()) == 0
    assert len(stored(sqlite_database)) == 1


def test_a_pressed_button_is_acknowledged(
    fake: FakeTelegram, sqlite_database: Database, clock: FrozenClock
) -> None:
    fake.push_callback(ANNA, 1, "17:0")
    poll_until(fake, sqlite_database, clock, lambda: not fake.pending())
    assert list(fake.state()["queries"].values()) == [{"text": ""}]


def test_a_failed_acknowledgement_does_not_matter(
    fake: FakeTelegram,
    sqlite_database: Database,
    clock: FrozenClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def fail(*_: object) -> None:
        raise TimedOut

    monkeypatch.setattr(Bot, "answer_callback_query", fail)
    fake.push_callback(ANNA, 1, "17:0")
    fake.push_text(ANNA, "你好")
    poll_until(fake, sqlite_database, clock, lambda: not fake.pending())
    assert len(stored(sqlite_database)) == 2


def test_a_webhook_of_former_days_is_taken_away(
    fake: FakeTelegram, sqlite_database: Database, clock: FrozenClock
) -> None:
    with_bot(fake, lambda bot: bot.set_webhook(f"http://127.0.0.1:{free_port()}/"))
    fake.push_text(ANNA, "你好")
    poll_until(fake, sqlite_database, clock, lambda: stored(sqlite_database))
    assert fake.state()["webhook"] == ""


def test_polling_outlives_an_outage(
    sqlite_database: Database, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(telegram_intake, "WAIT_AFTER_ERROR", 0.05)

    def outage() -> list[Row]:
        first.stop()
        with FakeTelegram(port=first.port) as second:
            second.push_text(ANNA, "还在吗")
            return second.wait_for(lambda: stored(sqlite_database))

    with FakeTelegram() as first:
        poll_until(first, sqlite_database, clock, outage)
    assert stored(sqlite_database) == [(str(ANNA), "text", "还在吗")]


def test_polling_ends_where_the_token_is_wrong(
    fake: FakeTelegram, sqlite_database: Database, clock: FrozenClock
) -> None:
    async def run() -> None:
        bot = make_bot("123456:wrong", fake.url)
        await asyncio.wait_for(poll(bot, sqlite_database, clock, lambda: None), 5)
        for request in bot._request:
            await request.shutdown()

    asyncio.run(run())
    assert stored(sqlite_database) == []


def test_polling_outlives_a_database_that_is_busy(
    fake: FakeTelegram,
    sqlite_database: Database,
    clock: FrozenClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tries = iter([True])

    def store(database: Database, update: Update, clock: FrozenClock) -> bool:
        if next(tries, False):
            raise OperationalError("INSERT", {}, Exception("database is locked"))
        return store_update(database, update, clock)

    monkeypatch.setattr(telegram_intake, "store_update", store)
    monkeypatch.setattr(telegram_intake, "WAIT_AFTER_ERROR", 0.05)
    fake.push_text(ANNA, "你好")
    with contextlib.suppress(TimeoutError, OperationalError):
        poll_until(fake, sqlite_database, clock, lambda: stored(sqlite_database), seconds=1)
    assert len(stored(sqlite_database)) == 1


# The kind reply


@pytest.mark.parametrize("push", ["push_sticker", "push_voice", "push_photo"])
def test_what_cannot_be_read_is_answered_kindly(
    fake: FakeTelegram, sqlite_database: Database, clock: FrozenClock, tmp_path: Path, push: str
) -> None:
    getattr(fake, push)(ANNA)
    poll_until(fake, sqlite_database, clock, lambda: not fake.pending())

    async def answer(channel: TelegramChannel) -> None:
        queue = DeliveryQueue(open_huey(None, tmp_path))
        post = PostOffice(sqlite_database, {CHANNEL: channel}, clock, queue)
        async with RasaClient("http://127.0.0.1:9", "") as rasa:
            await Gateway(sqlite_database, rasa, post, clock).converse(CHANNEL, str(ANNA))

    with open_channel(fake.token, fake.url) as channel:
        asyncio.run(answer(channel))
    assert [one.text for one in fake.sent(ANNA)] == [say("bot.unsupported")]
