"""What a person reads: message catalogues in Chinese, a file per room.

``say("bot.booking_done", day="…")`` takes the sentence ``booking_done`` of ``bot.yaml``.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml


@cache
def _catalogue(room: str) -> dict[str, Any]:
    text = (Path(__file__).parent / f"{room}.yaml").read_text(encoding="utf-8")
    loaded: dict[str, Any] = yaml.safe_load(text)
    return loaded


def say(key: str, **values: object) -> str:
    """The sentence with this key, its {places} filled. Raises KeyError for an unknown key."""
    room, _, name = key.partition(".")
    return str(_catalogue(room)[name]).format(**values).rstrip("\n")


def has(key: str) -> bool:
    """Whether there is such a sentence."""
    room, _, name = key.partition(".")
    return name in _catalogue(room)
