"""The post office: claims what is due for a recipient, sends it, settles it, one after the other.

The gateway calls it right after its commit, so that a reply waits for nobody; the worker calls it
for everything else. Both claim by the same conditional update, so a row is sent by one of them.
"""

from __future__ import annotations

import logging
import random
from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from delivery.channel import Channel, Letter, Outcome, Result
from delivery.clock import Clock
from delivery.queue import DeliveryQueue
from delivery.still_true import still_true
from delivery.web import WebChannel
from office import members, outbox
from office.database import Database
from office.models import Member, OutboxMessage, OutboxState
from office.outbox import Button, Draft

log = logging.getLogger(__name__)

FIRST_WAIT = timedelta(seconds=5)
LONGEST_WAIT = timedelta(minutes=10)
TRIED_FOR = timedelta(days=1)
"""A message without an end of its own is given up after so long."""


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
            outcome = self._send(row)
            self._settle(row, outcome)
            count += 1
            if outcome.result == Result.TEMPORARY:
                break  # what comes later waits its turn
        way = self._channels.get(channel)
        if count and isinstance(way, WebChannel):
            way.settled()
        return count

    def _claim(self, channel: str, address: str) -> OutboxMessage | None:
        with self._database.writing() as session:
            now = self._clock()
            while (row := outbox.claim_next(session, channel, address, now=now)) is not None:
                if still_true(session, row):
                    break
                outbox.settle(session, row.id, OutboxState.EXPIRED, now=now, error="overtaken")
            return row

    def _send(self, row: OutboxMessage) -> Outcome:
        """Send with no transaction open."""
        channel = self._channels.get(row.channel)
        if channel is None:
            return Outcome(Result.PERMANENT, "no_such_channel")
        buttons = tuple((b["title"], f"{row.id}:{n}") for n, b in enumerate(row.buttons))
        return channel.send(Letter(row.address, row.text, buttons, row.rule, row.picture))

    def _settle(self, row: OutboxMessage, outcome: Outcome) -> None:
        now = self._clock()
        state = {
            Result.SENT: OutboxState.SENT,
            Result.PERMANENT: OutboxState.FAILED,
            Result.UNCERTAIN: OutboxState.UNCERTAIN,
            Result.TEMPORARY: OutboxState.QUEUED if now < _end(row) else OutboxState.FAILED,
        }[outcome.result]
        again_at = None
        if state == OutboxState.QUEUED:
            again_at = now + (outcome.retry_after or _wait(row.attempts))
        with self._database.writing() as session:
            outbox.settle(session, row.id, state, now=now, error=outcome.error, again_at=again_at)
            if outcome.unreachable:
                members.unreachable(session, row.channel, row.address)
            if outcome.result == Result.PERMANENT:
                _another_way(session, row, now)
        if again_at is not None:
            self._queue.put(row.channel, row.address, after=again_at - now)
        if outcome.result != Result.SENT:
            log.warning("outbox %d: %s (%s)", row.id, state, outcome.error)


def _end(row: OutboxMessage) -> datetime:
    """Until when a message is tried."""
    return row.expires_at or row.created_at + TRIED_FOR


def _another_way(session: Session, row: OutboxMessage, now: datetime) -> None:
    """A reminder that its channel refused goes to its member by the next best one."""
    member = session.get(Member, row.member_id) if row.member_id else None
    if member is None or row.reply_to is not None:
        return
    way = members.way_after(session, member, row.channel, row.address)
    if way is None:
        return
    channel, address = way
    draft = Draft(
        dedupe_key=f"{row.dedupe_key}:{channel}",
        rule=row.rule,
        reason=row.reason,
        channel=channel,
        address=address,
        member_id=member.id,
        text=row.text,
        buttons=[Button(**button) for button in row.buttons],
        picture=row.picture,
        not_before=now,
        expires_at=row.expires_at,
    )
    outbox.put(session, draft, now=now)


def _wait(attempts: int) -> timedelta:
    """Exponential, with jitter, so that many do not come back at the same moment."""
    seconds = min(FIRST_WAIT.total_seconds() * 2 ** (attempts - 1), LONGEST_WAIT.total_seconds())
    return timedelta(seconds=seconds * random.uniform(0.5, 1.5))  # noqa: S311
