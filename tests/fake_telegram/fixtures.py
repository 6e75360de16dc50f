"""The fake Telegram as fixtures: one server for a test run, emptied for every test.

A test module takes them by ``pytest_plugins = ["tests.fake_telegram.fixtures"]``.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.fake_telegram.client import FakeTelegram


@pytest.fixture(scope="session")
def telegram_server() -> Iterator[FakeTelegram]:
    with FakeTelegram() as running:
        yield running


@pytest.fixture
def fake(telegram_server: FakeTelegram) -> FakeTelegram:
    """A fake Telegram in which nothing has happened yet."""
    telegram_server.reset()
    return telegram_server
