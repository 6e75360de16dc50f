"""Streams answers to open pages: one bell wakes all, each looks for rows it does not have."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import datetime, timedelta

from console.conversation import Bubble, newer
from delivery.bell import Bell, Listener
from office.database import Database

POLL = 2.0
BEAT = 15.0
LOOK_BACK = timedelta(seconds=10)


class Live:
    """The open pages."""

    def __init__(self, database: Database, bell_port: int) -> None:
        self._database = database
        self._bell_port = bell_port
        self._changed = asyncio.Condition()
        self._rings = 0
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Listen for the bell."""
        listener = await Listener.open(self._bell_port, Bell.WEB_CHAT)
        self._task = asyncio.create_task(self._listen(listener))

    async def stop(self) -> None:
        """Stop listening."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def answers(self, address: str, since: datetime) -> AsyncIterator[Bubble | None]:
        """What is sent to an address from a moment on, as it comes; None as a sign of life.

        It looks back a little, for what another process settles late, and says nothing twice.
        """
        quiet, seen = 0.0, set[int | None]()
        while True:
            heard = self._rings  # before looking: a ring during the look must not be missed
            found = await asyncio.to_thread(self._newer, address, since - LOOK_BACK)
            new = [bubble for bubble in found if bubble.id not in seen]
            seen = {bubble.id for bubble in found}
            for bubble in new:
                since = max(since, bubble.at)
                yield bubble
            quiet = 0.0 if new else quiet
            async with self._changed:
                try:
                    while self._rings == heard:
                        await asyncio.wait_for(self._changed.wait(), POLL)
                except TimeoutError:
                    quiet += POLL
            if quiet >= BEAT:
                quiet = 0.0
                yield None

    def _newer(self, address: str, since: datetime) -> list[Bubble]:
        with self._database.reading() as session:
            return newer(session, address, since)

    async def _listen(self, listener: Listener) -> None:
        try:
            while True:
                await listener.wait(60)
                async with self._changed:
                    self._rings += 1
                    self._changed.notify_all()
        finally:
            listener.close()
