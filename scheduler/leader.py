"""Of any number of schedulers one works: the one that holds the lease in the database."""

from __future__ import annotations

import logging
import os
import secrets
import socket
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from delivery.clock import Clock
from office import leadership
from office.database import Database
from office.leadership import Seen

log = logging.getLogger(__name__)

SCHEDULER = "scheduler"
RENEWALS = 3
"""The lease is renewed so many times before it would run out."""


class Leader:
    """This process as a candidate: it leads, or waits for whoever does to be gone."""

    def __init__(self, database: Database, clock: Clock, lease: timedelta) -> None:
        self._database, self._clock, self._lease = database, clock, lease
        self.name = f"{socket.gethostname()[:50]}:{os.getpid()}:{secrets.token_hex(4)}"
        self._until: datetime | None = None
        self._seen: Seen | None = None

    @property
    def every(self) -> timedelta:
        """How often ``step`` is to be called."""
        return self._lease / RENEWALS

    @property
    def leads(self) -> bool:
        """Whether the lease is ours now; not, once it could not be renewed in time."""
        return self._until is not None and self._clock() < self._until

    def step(self) -> bool:
        """Renew the lease, or take it where nobody holds it; whether leading begins with this."""
        led, now = self.leads, self._clock()
        with self._database.writing() as session:
            held = leadership.renew_or_take(
                session, SCHEDULER, self.name, now=now, lease=self._lease, seen=self._seen
            )
            other = None if held else leadership.current(session, SCHEDULER)
        self._until = now + self._lease if held else None
        if other is None:
            self._seen = None
        elif self._seen is None or (self._seen.holder, self._seen.until) != (
            other.holder,
            other.until,
        ):
            self._seen = Seen(other.holder, other.until, since=now)
        if self.leads != led:
            log.info("leading" if self.leads else "another scheduler leads")
        return self.leads and not led

    def run(self, job: Callable[..., object], *args: Any) -> None:
        """Do a job if we lead."""
        if self.leads:
            job(*args)

    def give_up(self) -> None:
        """Let another scheduler lead at once."""
        self._until = None
        with self._database.writing() as session:
            leadership.give_up(session, SCHEDULER, self.name)
