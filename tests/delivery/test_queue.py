"""The task queue, by each engine that a URL can name."""

from __future__ import annotations

import os
import threading
import time
import uuid
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from delivery import queue as module
from delivery.queue import DeliveryQueue, open_huey
from office.errors import ZhibuError


def url_of(kind: str, request: pytest.FixtureRequest) -> str | None:
    """The queue URL of a kind; skips by name where there is no such server."""
    if kind == "sqlite":
        return None
    if kind == "redis":
        url = os.environ.get("TEST_REDIS_URL")
        if not url:
            pytest.skip("TEST_REDIS_URL is not set: Redis is not tested")
        return url
    return str(request.getfixturevalue("postgresql_url"))


@pytest.fixture(params=["sqlite", "redis", "postgresql"])
def queue(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[DeliveryQueue]:
    monkeypatch.setattr(module, "NAME", f"zhibu-test-{uuid.uuid4().hex[:8]}")
    queue = DeliveryQueue(open_huey(url_of(request.param, request), tmp_path))
    yield queue
    queue.huey.flush()
    queue.huey.storage.close()


# huey leaves the connections of its PostgreSQL workers to the garbage collector.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_the_worker_gets_what_was_put_now_and_later(queue: DeliveryQueue) -> None:
    delivered: list[tuple[str, str]] = []
    arrived = threading.Event()

    def deliver(channel: str, address: str) -> None:
        delivered.append((channel, address))
        if len(delivered) == 2:
            arrived.set()

    queue.serve(deliver)
    queue.put("web", "later", after=timedelta(seconds=1))
    queue.put("web", "now")
    consumer = queue.huey.create_consumer(
        workers=1, initial_delay=0.01, max_delay=0.05, periodic=False
    )
    consumer.start()
    try:
        assert arrived.wait(15)
    finally:
        consumer.stop(graceful=True)
        time.sleep(0.1)
    assert delivered == [("web", "now"), ("web", "later")]


def test_a_process_that_serves_nothing_says_so(tmp_path: Path) -> None:
    queue = DeliveryQueue(open_huey(None, tmp_path))
    queue.put("web", "a")
    task = queue.huey.dequeue()
    with pytest.raises(RuntimeError, match="serves none"):
        task.execute()


@pytest.mark.parametrize("url", ["amqp://x", "nonsense", ""])
def test_a_queue_url_that_we_cannot_use_is_refused(url: str, tmp_path: Path) -> None:
    with pytest.raises(ZhibuError) as raised:
        open_huey(url, tmp_path)
    assert raised.value.code == "queue_url_wrong"
