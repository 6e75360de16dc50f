"""The post office: claims what is due, looks at it once more, sends it, settles it.

The gateway calls it for one recipient right after its commit, so that a reply waits for nobody;
the worker calls it for everybody. Both claim by one statement: a message is sent by one of them.
"""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from delivery.another_way import another_way
from delivery.channel import Channel, Letter, Outcome, Result
from delivery.clock import Clock
from delivery.journal import Journal
from delivery.last_look import to_send
from delivery.pacing import LIMITS, Chats
from delivery.queue import DeliveryQueue
from delivery.web import WebChannel
from office import claims, members, pace
from office.claims import Claimed
from office.database import Database
from office.models import OutboxState

log = logging.getLogger(__name__)

FIRST_WAIT = timedelta(seconds=5)
LONGEST_WAIT = timedelta(minutes=10)
TRIED_FOR = timedelta(days=1)
"""A message without an end of its own is given up after so long."""
BATCH = 100
PACED_BATCH = 8
"""Of a channel with a limit: whoever writes to us while he is in a batch waits for its end."""
SHIFT = 1.0
"""Seconds after which a channel lets others have their turn."""
LONGEST_BATCH = 20.0
"""Seconds after which what is left of a batch is given back: far within its lease."""
SHORT = timedelta(seconds=2)
"""So long a sender waits for a channel himself; for longer, the queue waits."""


class PostOffice:
    """Sends what stands in the outbox over the channels that are configured."""

    def __init__(
        self,
        database: Database,
        channels: Mapping[str, Channel],
        clock: Clock,
        queue: DeliveryQueue,
        journal: Journal | None = None,
    ) -> None:
        self._database = database
        self._channels = channels
        self._clock = clock
        self._queue = queue
        self._journal = journal
        self._chats = Chats()

    def deliver(self, channel: str, address: str | None = None) -> int:
        """Send what is due over a channel, to one recipient or to all; how many were dealt with.

        In order for each. Who is being written to by another process is left to that one, which
        will find what is new. To all: for a while only; then the queue is asked for the rest.
        """
        self._recover()
        count, end = 0, time.monotonic() + SHIFT
        while (after := self._rest_of(channel)) is None:
            batch = self._claim(channel, address)
            if not batch:
                return count
            done, after = self._send_all(batch, address)
            count += done
            if after is None and address is None and time.monotonic() > end:
                after = timedelta()
            if after is not None:
                break
        if after is not None:
            self._queue.put(channel, address, after=after)
        return count

    def _recover(self) -> None:
        """Settle first what an error of the database left unsettled: it must not go out again."""
        if self._journal is not None and self._journal.file.stat().st_size:
            with self._database.writing() as session:
                self._journal.settle(session, now=self._clock())
            self._journal.clear()

    def _rest_of(self, channel: str) -> timedelta | None:
        """How long a channel has to rest yet, if it is long."""
        with self._database.reading() as session:
            now = self._clock()
            until = pace.resting_until(session, channel, now=now)
        return until - now if until is not None and until - now > SHORT else None

    def _claim(self, channel: str, address: str | None) -> list[Claimed]:
        """What is to be sent next; empty where nothing is due."""
        limit = PACED_BATCH if channel in LIMITS else BATCH
        while True:
            with self._database.writing() as session:
                now = self._clock()
                batch = claims.claim(session, channel, now=now, limit=limit, address=address)
                rows = to_send(session, batch, now=now)
            if rows or not batch:
                break
        if self._journal is not None:
            self._journal.claimed(rows)
        return rows

    def _send_all(
        self, batch: Sequence[Claimed], address: str | None
    ) -> tuple[int, timedelta | None]:
        """Send and settle a batch: how many were dealt with; how long to wait, if not at all."""
        end = time.monotonic() + LONGEST_BATCH
        channel, sent, again = batch[0].channel, list[int](), list[datetime]()
        tried, after = 0, None
        for row in batch:
            if time.monotonic() > end or (after := self._wait_for_turn(row)) is not None:
                break
            outcome = self._send(row)
            tried += 1
            if outcome.result == Result.SENT:
                sent.append(row.id)
                if self._journal is not None:
                    self._journal.sent(row.id)
            elif outcome.retry_after is not None and channel in LIMITS:
                after = self._rest(row, outcome, outcome.retry_after)
                break
            elif (at := self._failed(row, outcome)) is not None:
                again.append(at)
        with self._database.writing() as session:
            claims.settle(session, sent, OutboxState.SENT, now=self._clock())
            claims.give_back(session, [row.id for row in batch[tried:]])
        if self._journal is not None:
            self._journal.clear()
        if again:
            self._queue.put(channel, address, after=min(again) - self._clock())
        way = self._channels.get(channel)
        if isinstance(way, WebChannel):
            way.settled()
        return tried, after

    def _wait_for_turn(self, row: Claimed) -> timedelta | None:
        """Wait until the channel and the chat may have the next message; how long, if too long."""
        limit = LIMITS.get(row.channel)
        if limit is None:
            return None
        with self._database.writing() as session:
            now = self._clock()
            slot = pace.next_slot(session, row.channel, limit.every, now=now)
        if slot - now > SHORT:
            return slot - now
        time.sleep((slot - now).total_seconds())
        self._chats.wait(row.address, limit.per_chat)
        return None

    def _send(self, row: Claimed) -> Outcome:
        """Send with no transaction open."""
        channel = self._channels.get(row.channel)
        if channel is None:
            return Outcome(Result.PERMANENT, "no_such_channel")
        buttons = tuple((b["title"], f"{row.id}:{n}") for n, b in enumerate(row.buttons))
        return channel.send(Letter(row.address, row.text, buttons, row.rule, row.picture))

    def _failed(self, row: Claimed, outcome: Outcome) -> datetime | None:
        """Settle what was not sent; when it is tried again, if it is."""
        now = self._clock()
        end = row.expires_at or row.created_at + TRIED_FOR
        again = outcome.result == Result.TEMPORARY and now < end
        at = min(now + (outcome.retry_after or _wait(row.attempts)), end)
        with self._database.writing() as session:
            if again:
                claims.try_again(session, row.id, at=at, error=outcome.error)
            else:
                uncertain = outcome.result == Result.UNCERTAIN
                state = OutboxState.UNCERTAIN if uncertain else OutboxState.FAILED
                claims.settle(session, [row.id], state, now=now, error=outcome.error)
            if outcome.unreachable:
                members.unreachable(session, row.channel, row.address)
            if outcome.result == Result.PERMANENT:
                another_way(session, row, now)
        log.warning("outbox %d: %s (%s)", row.id, outcome.result, outcome.error)
        return at if again else None

    def _rest(self, row: Claimed, outcome: Outcome, wanted: timedelta) -> timedelta:
        """Obey a messenger that wants nothing for a while: how long its channel rests."""
        self._failed(row, outcome)
        with self._database.writing() as session:
            now = self._clock()
            return pace.rest(session, row.channel, now + wanted, now=now) - now


def _wait(attempts: int) -> timedelta:
    """Exponential, with jitter, so that many do not come back at the same moment."""
    seconds = min(FIRST_WAIT.total_seconds() * 2 ** (attempts - 1), LONGEST_WAIT.total_seconds())
    return timedelta(seconds=seconds * random.uniform(0.5, 1.5))  # noqa: S311
