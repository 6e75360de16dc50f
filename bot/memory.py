"""Memory of a process that runs long: what it used to get ready, and how often it is tidied."""

from __future__ import annotations

import ctypes
import gc
import sys
from contextlib import suppress


def give_back() -> None:
    """Return freed memory to the system: glibc else keeps it as long as the process lives."""
    gc.collect()
    if sys.platform == "linux":
        with suppress(AttributeError):  # another C library than glibc
            ctypes.CDLL(None).malloc_trim(0)


def spare() -> None:
    """Tidy up less often, and never look again at what is there now: it stays anyhow.

    A search makes some thousand objects; going through all cards and modules for them costs more
    than the search. To be called when all is loaded.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
