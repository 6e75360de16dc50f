"""What the fake Telegram remembers between calls."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import Any

from tests.fake_telegram.rules import ApiError

Json = dict[str, Any]
OPEN, BLOCKED, GONE = "open", "blocked", "gone"


@dataclass
class Fault:
    """What goes wrong with the next send: refused, or delivered and the answer lost or late."""

    refusal: ApiError | None = None
    drop: bool = False
    hold: float = 0.0


@dataclass
class Webhook:
    """Where updates are brought."""

    url: str
    secret: str
    last_error: str = ""
    last_error_at: int = 0


@dataclass
class Memory:
    """All that a reset forgets."""

    sent: dict[int, Json] = field(default_factory=dict)
    pending: deque[Json] = field(default_factory=deque)
    faults: deque[Fault] = field(default_factory=deque)
    chats: dict[int, str] = field(default_factory=dict)
    queries: dict[str, Json | None] = field(default_factory=dict)
    """Callback queries; how each was answered."""
    actions: list[Json] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    commands: list[dict[str, str]] = field(default_factory=list)
    allowed: list[str] = field(default_factory=list)
    """Kinds of updates that the bot asked for; empty means all."""
    webhook: Webhook | None = None
