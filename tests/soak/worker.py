"""The worker as a soak starts it: the project's own, its only channel the way to the receiver.

``python -m tests.soak.worker PORT``; everything else comes from the environment. With port 0 the
letters go nowhere, at once: to measure what we take ourselves.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping

import settings
from delivery import worker
from delivery.channel import Channel, Letter, Outcome, Result
from settings import Settings
from tests.soak.receiver import ToReceiver

CHANNEL = "web"  # which knows no quiet hours: a soak runs at any hour


class Nowhere:
    """Takes every letter and does nothing with it."""

    def send(self, letter: Letter) -> Outcome:
        """Sent."""
        return Outcome(Result.SENT)


def main() -> None:
    """Serve until it is ended."""
    port = int(sys.argv[1])

    def channels(_: Settings) -> Mapping[str, Channel]:
        return {CHANNEL: ToReceiver(port) if port else Nowhere()}

    worker.run(settings.load(), channels)


if __name__ == "__main__":
    main()
