"""Pictures beside a message, drawn by ourselves from the values that its outbox row holds."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from delivery.pictures import greeting
from texts import say

log = logging.getLogger(__name__)

GREETING = "greeting"
Values = Mapping[str, Any]


@dataclass(frozen=True)
class Kind:
    """How a kind of picture is drawn (as PNG), and said in words."""

    draw: Callable[[Values], bytes]
    alt: Callable[[Values], str]


def of_greeting(name: str, admitted_on: date, years: int) -> dict[str, Any]:
    """What an outbox row holds of the picture of a greeting."""
    return {
        "kind": GREETING,
        "name": name,
        "admitted_on": admitted_on.isoformat(),
        "years": years,
    }


def drawn(picture: Values | None) -> bytes | None:
    """The picture as PNG; None where there is none or it cannot be drawn: the text goes alone."""
    kind = KINDS.get(str(picture["kind"])) if picture else None
    if picture is None or kind is None:
        return None
    try:
        return kind.draw(picture)
    except (KeyError, ValueError, OSError):
        log.exception("a picture of kind %s cannot be drawn", picture["kind"])
        return None


def alt_of(picture: Values) -> str:
    """What the picture shows, for who cannot see it; empty for a kind that we do not know."""
    kind = KINDS.get(str(picture.get("kind")))
    return kind.alt(picture) if kind else ""


def _greeting(values: Values) -> bytes:
    day = date.fromisoformat(values["admitted_on"])
    return greeting.draw(str(values["name"]), day, int(values["years"]))


def _greeting_alt(values: Values) -> str:
    return say("greetings.picture_alt", name=values["name"], years=values["years"])


KINDS: Mapping[str, Kind] = {GREETING: Kind(_greeting, _greeting_alt)}
"""Every kind of picture that an outbox row may ask for."""
