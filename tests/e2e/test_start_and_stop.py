"""Starting, stopping, and a process that dies."""

from __future__ import annotations

from pathlib import Path

import psutil
import pytest

from tests.e2e.stack import Stack, until

pytestmark = pytest.mark.e2e


def test_ctrl_c_stops_every_process(tmp_path: Path) -> None:
    stack = Stack(tmp_path / "data")
    stack.start()
    processes = stack.processes()
    assert set(processes) == {"rasa", "actions", "bot", "scheduler", "worker", "console"}
    assert stack.stop() == 0
    assert not [one for one in processes.values() if one.is_running() and one.status() != "zombie"]


def test_a_supervisor_that_is_killed_takes_its_processes_along(tmp_path: Path) -> None:
    stack = Stack(tmp_path / "data")
    stack.environment["ZHIBU_DEMO"] = "0"
    stack.start()
    processes = list(stack.processes().values())
    psutil.Process(processes[0].ppid()).kill()
    gone, alive = psutil.wait_procs(processes, timeout=20)
    assert alive == []
    assert len(gone) == 6
    assert stack.stop() != 0


def test_a_process_that_dies_is_started_again(stack: Stack) -> None:
    worker = stack.processes()["worker"]
    worker.kill()
    until(lambda: stack.processes().get("worker", worker).pid != worker.pid, 30)
