"""One assistant for all end-to-end tests, on Telegram as well, by a Bot API server of our own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.e2e.stack import Stack
from tests.fake_telegram.client import FakeTelegram


@pytest.fixture(scope="session")
def telegram() -> Iterator[FakeTelegram]:
    with FakeTelegram() as running:
        yield running


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory, telegram: FakeTelegram) -> Iterator[Stack]:
    stack = Stack(
        tmp_path_factory.mktemp("stack"),
        TELEGRAM_BOT_TOKEN=telegram.token,
        TELEGRAM_API_URL=telegram.url,
    )
    stack.start()
    yield stack
    stack.stop()
