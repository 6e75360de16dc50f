"""What arrives from outside is cleaned before anything looks at it."""

from __future__ import annotations

import unicodedata

LONGEST = 300
"""Characters of a message that we read; a longer one is kindly sent back."""

LONGEST_LEDGER = 3000
"""Characters of a ledger that comes in one message."""


def clean(text: str) -> str:
    """Without control, format and zero-width characters, surrogates and needless white space.

    Emoji stay: whether a text has words in it, ``has_words`` says.
    """
    kept = (" " if char in "\n\r\t" else char for char in text)
    visible = (c for c in kept if unicodedata.category(c) not in {"Cc", "Cf", "Cs", "Co", "Cn"})
    return " ".join("".join(visible).split())


def clean_lines(text: str) -> str:
    """As ``clean``, with the lines kept apart and empty ones left out."""
    return "\n".join(filter(None, map(clean, text.splitlines())))


def has_words(text: str) -> bool:
    """Whether there is a letter, a Chinese character or a digit."""
    return any(char.isalnum() for char in text)


def spoken(text: str) -> str:
    """A typed text as Rasa may hear it: a leading slash would be taken for an intent."""
    return text.lstrip("/／ ")
