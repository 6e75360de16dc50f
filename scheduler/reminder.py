"""A message that falls due, and the moment of an hour of a day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

from office.bases import SHANGHAI
from office.models import Member
from office.outbox import Button


@dataclass(frozen=True)
class Reminder:
    """A message that falls due. The same (rule, member, period) is sent once."""

    rule: str
    member: Member
    period: str
    due_at: datetime
    expires_at: datetime
    text: str
    reason: str
    buttons: Sequence[Button] = ()
    picture: dict[str, Any] | None = None
    days: str = ""
    """The days that the text names by the working calendar: once they are others, that is told."""

    @property
    def key(self) -> str:
        """Names the cause: one key makes one row."""
        return f"{self.rule}:{self.member.id}:{self.period}"


def at(day: date, hour: int) -> datetime:
    """An hour of a local day, as UTC."""
    return datetime.combine(day, time(hour), SHANGHAI).astimezone(UTC)
