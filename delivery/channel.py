"""What a channel is asked for, and what it answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any, Protocol


class Result(StrEnum):
    """How a send ended."""

    SENT = "sent"
    TEMPORARY = "temporary"  # not delivered; try again
    PERMANENT = "permanent"  # will never be delivered to this address
    UNCERTAIN = "uncertain"  # may have been delivered: never sent again


@dataclass(frozen=True)
class Outcome:
    """The end of a send; ``error`` is a short code for the ledger, never a message text."""

    result: Result
    error: str | None = None
    retry_after: timedelta | None = None
    """How long to wait; a channel with a limit (``delivery.pacing``) rests as a whole."""
    unreachable: bool = False
    """The person has blocked us or the address is gone: do not use it again."""


@dataclass(frozen=True)
class Letter:
    """A message on its way: plain text, and buttons as (title, what to send back when pressed)."""

    address: str
    text: str
    buttons: tuple[tuple[str, str], ...] = ()
    rule: str = ""
    """What kind of message it is: a channel that speaks in templates chooses by it."""
    picture: Mapping[str, Any] | None = None
    """What ``delivery.pictures`` draws; a channel that shows no pictures leaves it undrawn."""


class Channel(Protocol):
    """A way to a person. ``send`` blocks, never raises, and answers with an outcome."""

    def send(self, letter: Letter) -> Outcome:
        """Deliver one letter."""
