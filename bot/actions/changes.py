"""Changing bookings at the edge: one transaction, those whom it concerns told in it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.orm import Session

from bot.actions.turn import now, services
from delivery import booking_notices
from office.errors import ZhibuError
from texts import say


@contextmanager
def changing() -> Iterator[Session]:
    """A session that commits; whoever has to hear of what was changed is told at its end."""
    with services().database.writing() as session:
        yield session
        reached = booking_notices.tell(session, now=now())
    for channel, address in reached:
        services().queue.put(channel, address)


def sorry(error: ZhibuError) -> str:
    """What the office does not allow, as a sentence."""
    code = error.code
    if code == "cancel_too_late" and not error.detail.get("contact"):
        code = "cancel_too_late_nobody"
    return say(f"bot.{code}", **error.detail)
