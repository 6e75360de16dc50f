"""Rasa's SQL tracker store without what made a turn slow: fsyncs and replaying the whole dialogue.

A tracker is kept in memory after it was saved. One Rasa process holds a conversation at a time, so
the kept copy is the newest; with several processes set ``keep: 0`` in endpoints.yml.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import Any

from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import SQLTrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker
from sqlalchemy import event

LONGEST = 400
"""Events; a longer conversation is read again from its last session: each turn carries all."""


class CachedTrackerStore(SQLTrackerStore):
    """SQL tracker store with a cache of the conversations used last."""

    def __init__(
        self,
        domain: Domain | None = None,
        dialect: str = "sqlite",
        db: str = "rasa.db",
        event_broker: EventBroker | None = None,
        keep: int = 500,
        **kwargs: Any,
    ) -> None:
        self._kept: OrderedDict[str, DialogueStateTracker] = OrderedDict()
        self._keep = int(keep)
        super().__init__(domain=domain, dialect=dialect, db=db, event_broker=event_broker, **kwargs)
        if dialect == "sqlite":
            event.listen(self.engine, "connect", _relax)
            self.engine.dispose()

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        """The conversation's tracker, from memory if we have it."""
        kept = self._kept.get(sender_id)
        if kept is not None and len(kept.events) < LONGEST:
            self._kept.move_to_end(sender_id)
            return kept
        return await super().retrieve(sender_id)  # its last session only

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Write the new events and keep the tracker."""
        await super().save(tracker)
        if self._keep:
            self._kept[tracker.sender_id] = tracker
            self._kept.move_to_end(tracker.sender_id)
            while len(self._kept) > self._keep:
                self._kept.popitem(last=False)


def _relax(connection: Any, _: Any) -> None:
    """A dialogue lost in a power cut costs a member one repeated sentence: no fsync per turn."""
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=OFF")
    cursor.execute("PRAGMA busy_timeout=5000")
    cursor.close()
