"""Letters that go into a folder instead of to a network: where no gateway is set up, in a trial."""

from __future__ import annotations

import json
import os
from datetime import datetime
from pathlib import Path

from delivery.channel import Letter, Outcome, Result
from delivery.clock import Clock
from office.bases import SHANGHAI


class FileChannel:
    """Adds each letter as a line of JSON to ``<folder>/<channel>.jsonl``, readable by its owner."""

    def __init__(self, folder: Path, channel: str, clock: Clock) -> None:
        self._file = folder / f"{channel}.jsonl"
        self._clock = clock

    def send(self, letter: Letter) -> Outcome:
        """Write one letter; a full disk or a missing folder is a temporary failure."""
        line = json.dumps(
            {
                "at": _local(self._clock()),
                "to": letter.address,
                "rule": letter.rule,
                "text": letter.text,
            },
            ensure_ascii=False,
        )
        try:
            self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            descriptor = os.open(self._file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
            with os.fdopen(descriptor, "a", encoding="utf-8") as stream:
                stream.write(f"{line}\n")
        except OSError:
            return Outcome(Result.TEMPORARY, "file_not_written")
        return Outcome(Result.SENT)


def _local(moment: datetime) -> str:
    return moment.astimezone(SHANGHAI).isoformat(timespec="seconds")
