"""How pages say things: sentences, times, and what an error means."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

from delivery.booking_words import purpose_text
from delivery.meeting_words import word
from delivery.times import clock_text, day_text, moment_text, when_text
from office.bases import SHANGHAI
from office.bookings.clashes import Clash
from office.errors import ZhibuError
from texts import has, say

ROOMS = ("desk", "study", "bot", "cli")


def desk(key: str, **values: object) -> str:
    """A sentence of ``texts/desk.yaml``."""
    return say(f"desk.{key}", **values)


def sentence(error: ZhibuError) -> str:
    """What an error means to who works at the desk."""
    detail = dict(error.detail)
    if error.code == "rule_invalid":
        rule = detail.get("rule")
        if has(f"desk.rule_invalid_{rule}"):
            return desk(f"rule_invalid_{rule}")
        if detail.get("least") is not None:
            return desk("rule_invalid_number", **detail)
    for room in ROOMS:
        if has(f"{room}.{error.code}"):
            return say(f"{room}.{error.code}", **detail)
    return desk("went_wrong")


def why(clash: Clash) -> str:
    """Why a booking clashes."""
    key = f"booking_notices.clash_{clash.code}"
    return say(key if has(key) else "booking_notices.clash_other")


def field_day(at: date | datetime) -> str:
    """2026-12-02, as a date field wants it, in local time."""
    return (at.astimezone(SHANGHAI).date() if isinstance(at, datetime) else at).isoformat()


def said(key: str) -> str:
    """What was done, for a page that comes after it; nothing for a key that is not ours."""
    return desk(f"said_{key}") if has(f"desk.said_{key}") else ""


def for_templates() -> dict[str, Callable[..., str]]:
    """What every template may call."""
    return {
        "say": lambda key, **values: say(f"console.{key}", **values),
        "desk": desk,
        "meetings": word,
        "life": lambda key, **values: say(f"organisation_life.{key}", **values),
        "led": lambda key, **values: say(f"ledger.{key}", **values),
        "study": lambda key, **values: say(f"study.{key}", **values),
        "when": when_text,
        "moment": moment_text,
        "day": day_text,
        "clock": clock_text,
        "why": why,
        "said_of": said,
        "purpose_of": purpose_text,
        "state_of": lambda booking: desk(f"state_{booking.state}"),
    }
