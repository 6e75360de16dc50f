"""How fast each messenger may be used: overall, and in one chat."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True)
class Limit:
    """What a messenger allows."""

    every: timedelta
    """Between two messages to anybody, by all our processes together."""
    per_chat: timedelta
    """Between two messages to the same chat."""


LIMITS: Mapping[str, Limit] = {
    "telegram": Limit(every=timedelta(seconds=1) / 28.8, per_chat=timedelta(seconds=1)),
}
"""Telegram: 30 a second, 1 a second in a chat (Bot FAQ). A little less, since the way takes one
message longer than another."""
KEPT = 1000


class Chats:
    """When this process last sent to each chat."""

    def __init__(self) -> None:
        self._last: dict[str, float] = {}

    def wait(self, address: str, at_least: timedelta) -> None:
        """Sleep until a chat may have its next message, and count it."""
        now = time.monotonic()
        free = self._last.get(address, 0.0) + at_least.total_seconds()
        if free > now:
            time.sleep(free - now)
        if len(self._last) >= KEPT:
            self._last.clear()
        self._last[address] = max(free, now)
