"""One of several schedulers leads; another takes over when it dies, whatever the clocks say."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from delivery.links import Links
from delivery.queue import DeliveryQueue, open_huey
from office import leadership
from office.database import Database
from office.models import OutboxMessage
from scheduler.leader import SCHEDULER, Leader
from scheduler.process import make_scheduler
from settings import ROOT
from tests.conftest import FrozenClock

LEASE = timedelta(seconds=45)


def test_one_leads_and_another_when_it_stops_renewing(
    database: Database, clock: FrozenClock
) -> None:
    first, second = (Leader(database, clock, LEASE) for _ in range(2))
    assert first.step()
    assert not second.step()
    for _ in range(10):
        clock.move(seconds=15)
        assert not first.step()  # it leads already
        assert not second.step()
        assert (first.leads, second.leads) == (True, False)
    clock.move(seconds=44)
    assert not second.step()
    clock.move(seconds=1)
    assert not first.leads  # by its own clock, before it could renew
    assert second.step()
    assert not first.step()
    assert (first.leads, second.leads) == (False, True)
    second.give_up()
    assert first.step()


def test_a_clock_ahead_takes_the_lease_once_and_keeps_nobody_waiting_when_it_dies(
    database: Database, clock: FrozenClock
) -> None:
    ahead = FrozenClock(clock() + timedelta(hours=1))
    right, wrong = Leader(database, clock, LEASE), Leader(database, ahead, LEASE)
    assert right.step()
    assert wrong.step()
    for _ in range(20):
        clock.move(seconds=15)
        ahead.move(seconds=15)
        assert not right.step()
        wrong.step()
        assert (right.leads, wrong.leads) == (False, True)
    waited = 0  # the dead one's lease runs for another hour by the clock of the other
    while not right.step():
        clock.move(seconds=15)
        waited += 15
    assert waited <= 60


def test_a_clock_that_goes_back_loses_nothing(database: Database, clock: FrozenClock) -> None:
    leader = Leader(database, clock, LEASE)
    leader.step()
    clock.move(days=-1)
    leader.step()
    assert leader.leads
    clock.move(seconds=45)
    assert not leader.leads


def test_only_the_leader_does_the_jobs(
    sqlite_database: Database, clock: FrozenClock, tmp_path: Path
) -> None:
    first, second = (Leader(sqlite_database, clock, LEASE) for _ in range(2))
    first.step()
    second.step()
    done: list[str] = []
    first.run(done.append, "first")
    second.run(done.append, "second")
    clock.move(seconds=45)
    first.run(done.append, "too late")
    assert done == ["first"]
    queue = DeliveryQueue(open_huey(None, tmp_path))
    jobs = make_scheduler(
        sqlite_database, queue, first, Links("https://zhibu.example", "secret"), clock
    ).get_jobs()
    assert all(job.func == first.run for job in jobs if job.id != "lead")
    lead = next(job for job in jobs if job.id == "lead")
    assert lead.trigger.interval == timedelta(seconds=15)


@pytest.fixture
def two_processes(district: Database, tmp_path: Path) -> Iterator[list[subprocess.Popen[bytes]]]:
    """Two real schedulers with folders of their own on one database, with a lease of 3 seconds."""
    url = district.engine.url.render_as_string(hide_password=False)
    running = []
    for name in ("one", "two"):
        environment = os.environ | {
            "ZHIBU_DATA": str(tmp_path / name),
            "DATABASE_URL": url,
            "ZHIBU_LEASE_SECONDS": "3",
        }
        line = [sys.executable, "-m", "cli.run", "scheduler"]
        with (tmp_path / f"{name}.log").open("wb") as log:
            running.append(
                subprocess.Popen(line, cwd=ROOT, env=environment, stdout=log, stderr=log)
            )
    yield running
    for process in running:
        process.kill()
        process.wait()


def leading(database: Database) -> int | None:
    """The process id of the leader."""
    with database.reading() as session:
        lease = leadership.current(session, SCHEDULER)
    return int(lease.holder.split(":")[1]) if lease else None


def wait_for(database: Database, pids: set[int]) -> int:
    """Wait until one of these leads, and give it."""
    end = time.monotonic() + 40
    while time.monotonic() < end:
        pid = leading(database)
        if pid in pids:
            return pid
        time.sleep(0.2)
    raise AssertionError("none of them leads")


@pytest.mark.e2e
def test_another_takes_over_after_kill_9_and_plans_nothing_twice(
    district: Database, two_processes: list[subprocess.Popen[bytes]]
) -> None:
    by_pid = {process.pid: process for process in two_processes}
    leader = wait_for(district, set(by_pid))
    os.kill(leader, signal.SIGKILL)
    other = wait_for(district, set(by_pid) - {leader})
    by_pid[other].send_signal(signal.SIGTERM)
    assert by_pid[other].wait(20) == 0
    assert leading(district) is None  # it gave the lease up when it was stopped
    with district.reading() as session:
        keys = [row.dedupe_key for row in session.query(OutboxMessage)]
    assert len(keys) == len(set(keys))
