"""Changing bookings at the edge: one transaction, those whom it concerns told in it."""

from __future__ import annotations

from contextlib import AbstractContextManager

from sqlalchemy.orm import Session

from bot.actions.turn import services
from delivery import booking_notices
from office.errors import ZhibuError
from texts import say


def changing() -> AbstractContextManager[Session]:
    """A session that commits; whoever has to hear of what was changed is told at its end."""
    here = services()
    return booking_notices.changing(here.database, here.queue, here.clock)


def sorry(error: ZhibuError) -> str:
    """What the office does not allow, as a sentence."""
    code = error.code
    if code == "cancel_too_late" and not error.detail.get("contact"):
        code = "cancel_too_late_nobody"
    return say(f"bot.{code}", **error.detail)
