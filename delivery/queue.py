"""The task queue: huey carries (channel, address) or a channel; the rows are the truth.

SQLite in a file of its own by default; redis://… or postgresql://… where one machine is too small.
No results, retries or locks of huey's own: what a lost task should have sent is found again by the
dispatch job.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from huey import Huey, PostgresHuey, RedisHuey, SqliteHuey

from office.errors import ZhibuError

NAME = "zhibu"


def open_huey(url: str | None, data_folder: Path) -> Huey:
    """The queue that a URL names; raises ZhibuError for one that we cannot use."""
    if url is None:
        return SqliteHuey(NAME, filename=str(data_folder / "queue.db"), results=False)
    scheme, _, rest = url.partition(":")
    if scheme in {"redis", "rediss"}:
        return RedisHuey(NAME, url=url, results=False)
    if scheme.partition("+")[0] in {"postgresql", "postgres"}:
        return PostgresHuey(NAME, dsn=f"postgresql:{rest}", results=False)
    raise ZhibuError("queue_url_wrong")


Deliver = Callable[[str, str | None], object]
"""What is done with a recipient (channel, address), or with all of a channel (address None)."""


class DeliveryQueue:
    """Where it is put that something is due, and where the worker takes it from."""

    def __init__(self, huey: Huey) -> None:
        self.huey = huey
        self._deliver: Deliver | None = None
        self._task = huey.task(name="deliver")(self._run)

    def serve(self, deliver: Deliver) -> None:
        """Say what the worker does."""
        self._deliver = deliver

    def put(
        self, channel: str, address: str | None = None, *, after: timedelta = timedelta()
    ) -> None:
        """Ask that what is due for a recipient, or a channel, be sent, now or after a while."""
        if after > timedelta():
            self._task.schedule((channel, address), delay=after.total_seconds())
        else:
            self._task(channel, address)

    def waiting(self) -> int:
        """How many tasks wait that are due."""
        return int(self.huey.pending_count())

    def _run(self, channel: str, address: str | None) -> None:
        if self._deliver is None:
            raise RuntimeError("this process puts recipients into the queue and serves none")
        self._deliver(channel, address)
