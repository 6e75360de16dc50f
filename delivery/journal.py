"""What a sending process has claimed and sent and not yet settled, in a small file of its own.

A batch is settled by one statement at its end. A process that is killed in between has written down
each message right after it was sent, so that at most the one under way is sent twice: what has been
written is kept by the system when the process dies. Only a machine that loses power may forget it.
"""

from __future__ import annotations

import fcntl
import os
import secrets
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from office import claims
from office.claims import Claimed
from office.models import OutboxState

CLAIMED, SENT = "claimed", "sent"


class Journal:
    """One process's file; locked as long as the process lives."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self._descriptor = os.open(file, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)

    @classmethod
    def begin(cls, folder: Path) -> Journal:
        """A new one in a folder."""
        folder.mkdir(parents=True, exist_ok=True)
        journal = cls(folder / f"{os.getpid()}-{secrets.token_hex(4)}.journal")
        journal.lock()
        return journal

    @classmethod
    def left(cls, folder: Path) -> Iterator[Journal]:
        """Those of processes that have died; each is removed when it has been dealt with."""
        for file in sorted(folder.glob("*.journal")):
            with suppress(FileNotFoundError):  # somebody else was quicker
                journal = cls(file)
                if journal.lock():
                    yield journal
                    file.unlink(missing_ok=True)
                journal.close()

    def lock(self) -> bool:
        """Take it; False if its process lives."""
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def claimed(self, rows: Sequence[Claimed]) -> None:
        """These were claimed, by one lease."""
        if rows:
            lease = rows[0].leased_until.isoformat()
            self._write(f"{CLAIMED} {lease} {' '.join(str(row.id) for row in rows)}\n")

    def sent(self, message_id: int) -> None:
        """This one is out."""
        self._write(f"{SENT} {message_id}\n")

    def clear(self) -> None:
        """All is settled."""
        os.ftruncate(self._descriptor, 0)

    def settle(self, session: Session, *, now: datetime) -> None:
        """Settle what was sent, and give back what was not."""
        given_back: list[tuple[datetime, list[int]]] = []
        sent: list[int] = []
        for line in self.file.read_text(encoding="ascii").splitlines():
            kind, *rest = line.split()
            if kind == SENT:
                sent.append(int(rest[0]))
            else:
                given_back.append((datetime.fromisoformat(rest[0]), [int(one) for one in rest[1:]]))
        claims.settle(session, sent, OutboxState.SENT, now=now)
        for lease, ids in given_back:
            claims.give_back(session, ids, leased_until=lease)

    def close(self) -> None:
        """Let it go."""
        os.close(self._descriptor)

    def _write(self, line: str) -> None:
        os.write(self._descriptor, line.encode("ascii"))
