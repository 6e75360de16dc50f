"""Plain text."""

from __future__ import annotations

import re

from library.encoding import decode


def lines(data: bytes) -> list[str]:
    """The lines, without the marks of a heading (##) that some texts have."""
    return [re.sub(r"^\s*#{1,6}\s+", "", line) for line in decode(data).splitlines()]
