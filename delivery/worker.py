"""The worker: huey's consumer over our queue, with as many sending processes as are set.

Each sends one message at a time, so that one which is killed doubles one at most. huey starts a
sending process again that has died; it first settles what the journal of the dead one says.
"""

from __future__ import annotations

import signal
from collections.abc import Callable, Mapping
from pathlib import Path

from delivery.channel import Channel
from delivery.channels import open_channels
from delivery.clock import utc_now
from delivery.dispatch import dispatch
from delivery.journal import Journal
from delivery.parent import end_with_parent
from delivery.post import PostOffice
from delivery.queue import DeliveryQueue, open_huey
from office.database import Database
from settings import Settings

Channels = Callable[[Settings], Mapping[str, Channel]]


def run(settings: Settings, channels: Channels = open_channels) -> None:
    """Serve the queue until SIGINT or SIGTERM; a message under way is finished first."""
    queue = DeliveryQueue(open_huey(settings.queue_url, settings.data_folder))
    alone = settings.senders == 1  # needs no process of its own

    @queue.huey.on_startup()  # type: ignore[untyped-decorator]
    def begin() -> None:
        if not alone:
            end_with_parent(signal.SIGKILL)  # its journal is taken over
        start_sending(settings, queue, channels)

    consumer = queue.huey.create_consumer(
        workers=settings.senders,
        worker_type="thread" if alone else "process",
        initial_delay=0.05,
        max_delay=0.5,
        periodic=False,
        graceful_signal="TERM",
        health_check_interval=1,
    )
    consumer.run()


def start_sending(settings: Settings, queue: DeliveryQueue, channels: Channels) -> None:
    """Make a sender of this process: open what it needs, and take over from those that died."""
    database = Database(settings.database_url)
    folder = settings.data_folder / "sending"
    journal = Journal.begin(folder)
    recover(database, folder)
    queue.serve(PostOffice(database, channels(settings), utc_now, queue, journal).deliver)
    dispatch(database, queue, now=utc_now())


def recover(database: Database, folder: Path) -> None:
    """Settle what processes that died had sent, and give back what they had not."""
    for journal in Journal.left(folder):
        with database.writing() as session:
            journal.settle(session, now=utc_now())
