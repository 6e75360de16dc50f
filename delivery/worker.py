"""The worker process: huey's consumer over our queue."""

from __future__ import annotations

from delivery.channels import open_channels
from delivery.clock import utc_now
from delivery.post import PostOffice
from delivery.queue import DeliveryQueue, open_huey
from office.database import Database
from settings import Settings


def run(settings: Settings, workers: int = 2) -> None:
    """Serve the queue until SIGINT or SIGTERM; a message under way is finished first."""
    database = Database(settings.database_url)
    queue = DeliveryQueue(open_huey(settings.queue_url, settings.data_folder))
    queue.serve(PostOffice(database, open_channels(settings), utc_now, queue).deliver)
    consumer = queue.huey.create_consumer(
        workers=workers, initial_delay=0.05, max_delay=0.5, periodic=False, graceful_signal="TERM"
    )
    consumer.run()
