"""Telegram's other way in: the webhook takes only what comes with its secret, and stores it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from fastapi import FastAPI
from starlette.testclient import TestClient

import settings
from bot.telegram_intake import use_webhook
from console.app import make_app
from office.database import Database
from office.models import InboxMessage
from tests.conftest import FrozenClock
from tests.fake_telegram.client import FakeTelegram, free_port, with_bot

pytest_plugins = ["tests.fake_telegram.fixtures"]
ANNA = 4711
SECRET = "the-secret_of_the_webhook"
HEADER = "X-Telegram-Bot-Api-Secret-Token"
UPDATE: dict[str, Any] = {
    "update_id": 7,
    "message": {
        "message_id": 1,
        "date": 1,
        "chat": {"id": ANNA, "type": "private", "first_name": "安"},
        "from": {"id": ANNA, "is_bot": False, "first_name": "安"},
        "text": "你好",
    },
}


def texts(database: Database) -> list[str]:
    with database.reading() as session:
        return [row.text for row in session.query(InboxMessage).order_by(InboxMessage.id)]


def application(
    database: Database, clock: FrozenClock, folder: Path, port: int, **more: str
) -> FastAPI:
    """The web application with a webhook on this port of our own."""
    environment = {
        "ZHIBU_DATA": str(folder),
        "ZHIBU_PORT": str(port),
        "ZHIBU_BELL_PORT": str(free_port()),
        "WEBHOOK_URL": f"http://127.0.0.1:{port}",
        "WEBHOOK_SECRET": SECRET,
    }
    return make_app(settings.load(environment | more), database, clock)


@pytest.mark.parametrize("headers", [{}, {HEADER: ""}, {HEADER: "wrong"}, {HEADER: SECRET + "x"}])
def test_a_wrong_secret_is_refused(
    sqlite_database: Database, clock: FrozenClock, tmp_path: Path, headers: dict[str, str]
) -> None:
    app = application(sqlite_database, clock, tmp_path, 8080)
    client = TestClient(app, base_url="http://127.0.0.1")
    assert client.post("/telegram/webhook", json=UPDATE, headers=headers).status_code == 403
    assert texts(sqlite_database) == []


def test_without_a_webhook_nothing_is_taken(
    sqlite_database: Database, clock: FrozenClock, tmp_path: Path
) -> None:
    app = application(sqlite_database, clock, tmp_path, 8080, WEBHOOK_URL="")
    client = TestClient(app, base_url="http://127.0.0.1")
    answer = client.post("/telegram/webhook", json=UPDATE, headers={HEADER: SECRET})
    assert answer.status_code == 403
    assert texts(sqlite_database) == []


def test_an_update_that_comes_twice_is_stored_once(
    sqlite_database: Database, clock: FrozenClock, tmp_path: Path
) -> None:
    app = application(sqlite_database, clock, tmp_path, 8080)
    client = TestClient(app, base_url="http://127.0.0.1")
    for _ in range(2):
        answer = client.post("/telegram/webhook", json=UPDATE, headers={HEADER: SECRET})
        assert answer.status_code == 200
    assert texts(sqlite_database) == ["你好"]


@pytest.fixture
def address(sqlite_database: Database, clock: FrozenClock, tmp_path: Path) -> Iterator[str]:
    """Where the web application really listens."""
    port = free_port()
    app = application(sqlite_database, clock, tmp_path, port)
    server = uvicorn.Server(uvicorn.Config(app, port=port, log_level="error", access_log=False))
    thread = threading.Thread(target=server.run)
    thread.start()
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join()


def test_telegram_brings_updates(
    fake: FakeTelegram, sqlite_database: Database, address: str
) -> None:
    fake.push_text(ANNA, "之前")
    with_bot(fake, lambda bot: use_webhook(bot, f"{address}/", SECRET))
    fake.push_text(ANNA, "之后")
    fake.wait_for(lambda: not fake.pending())
    assert texts(sqlite_database) == ["之前", "之后"]
    assert fake.state()["webhook"] == f"{address}/telegram/webhook"


def test_somebody_elses_webhook_brings_nothing(
    fake: FakeTelegram, sqlite_database: Database, address: str
) -> None:
    with_bot(fake, lambda bot: use_webhook(bot, address, "guessed"))
    fake.push_text(ANNA, "冒充")

    def last_error() -> str | None:
        return with_bot(fake, lambda bot: bot.get_webhook_info()).last_error_message

    assert fake.wait_for(last_error) == "Wrong response from the webhook: 403"
    assert len(fake.pending()) == 1
    assert texts(sqlite_database) == []


def test_a_pressed_button_is_acknowledged(fake: FakeTelegram, address: str) -> None:
    with_bot(fake, lambda bot: use_webhook(bot, address, SECRET))
    fake.push_callback(ANNA, 1, "17:0")
    fake.wait_for(lambda: not fake.pending())
    fake.wait_for(lambda: all(fake.state()["queries"].values()), seconds=0.5)
