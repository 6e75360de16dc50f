"""The post office: claims what is due for a recipient, sends it, settles it, one after the other.

The gateway calls it right after its commit, so that a reply waits for nobody; the worker calls it
for everything else. Both claim by the same conditional update, so a row is sent by one of them.
"""

from __future__ import annotations

import logging
import random
from collections.abc import Mapping
from datetime import timedelta

from delivery.channel import Channel, Letter, Outcome, Result
from delivery.clock import Clock
from delivery.queue import DeliveryQueue
from delivery.web import WebChannel
from office import members, outbox
from office.database import Database
from office.models import OutboxMessage, OutboxState

log = logging.getLogger(__name__)

TRIES = 8
FIRST_WAIT = timedelta(seconds=5)
LONGEST_WAIT = timedelta(hours=1)


class PostOffice:
    """Sends what stands in the outbox over the channels that are configured."""

    def __init__(
        self,
        database: Database,
        channels: Mapping[str, Channel],
        clock: Clock,
        queue: DeliveryQueue,
    ) -> None:
        self._database = database
        self._channels = channels
        self._clock = clock
        self._queue = queue

    def deliver(self, channel: str, address: str) -> int:
        """Send everything that is due for a recipient, in order; how many messages were settled.

        Returns at once if somebody else is sending to him: that one will find what is new.
        """
        count = 0
        while (row := self._claim(channel, address)) is not None:
            self._settle(row, self._send(row))
            count += 1
        way = self._channels.get(channel)
        if count and isinstance(way, WebChannel):
            way.settled()
        return count

    def _claim(self, channel: str, address: str) -> OutboxMessage | None:
        with self._database.writing() as session:
            return outbox.claim_next(session, channel, address, now=self._clock())

    def _send(self, row: OutboxMessage) -> Outcome:
        """Send with no transaction open."""
        channel = self._channels.get(row.channel)
        if channel is None:
            return Outcome(Result.PERMANENT, "no_such_channel")
        buttons = tuple((b["title"], f"{row.id}:{n}") for n, b in enumerate(row.buttons))
        return channel.send(Letter(row.address, row.text, buttons))

    def _settle(self, row: OutboxMessage, outcome: Outcome) -> None:
        now = self._clock()
        state = {
            Result.SENT: OutboxState.SENT,
            Result.PERMANENT: OutboxState.FAILED,
            Result.UNCERTAIN: OutboxState.UNCERTAIN,
            Result.TEMPORARY: OutboxState.FAILED if row.attempts >= TRIES else OutboxState.QUEUED,
        }[outcome.result]
        again_at = None
        if state == OutboxState.QUEUED:
            again_at = now + (outcome.retry_after or _wait(row.attempts))
        with self._database.writing() as session:
            outbox.settle(session, row.id, state, now=now, error=outcome.error, again_at=again_at)
            if outcome.unreachable:
                members.unreachable(session, row.channel, row.address)
        if again_at is not None:
            self._queue.put(row.channel, row.address, after=again_at - now)
        if outcome.result != Result.SENT:
            log.warning("outbox %d: %s (%s)", row.id, state, outcome.error)


def _wait(attempts: int) -> timedelta:
    """Exponential, with jitter, so that many do not come back at the same moment."""
    seconds = min(FIRST_WAIT.total_seconds() * 2 ** (attempts - 1), LONGEST_WAIT.total_seconds())
    return timedelta(seconds=seconds * random.uniform(0.5, 1.5))  # noqa: S311
