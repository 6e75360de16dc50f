"""What a mail address looks like; apart from the channel, whose library not all who ask need."""

from __future__ import annotations

import re

ADDRESS = re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")


def is_address(text: str) -> bool:
    """Whether a text is a mail address as members have them: ASCII, with a domain; 100 at most."""
    return len(text) <= 100 and ADDRESS.fullmatch(text) is not None
