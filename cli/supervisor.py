"""Starts the processes, waits until they answer, revives one that died, stops them together."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from delivery.bell import Bell
from office.errors import ZhibuError
from settings import ROOT, Settings

FIRST_PAUSE = 1.0
LONGEST_PAUSE = 30.0
STEADY_AFTER = 60.0
STOP_WITHIN = 8.0


@dataclass
class Child:
    """One process; ``port`` is where it answers once it is ready, if it serves one."""

    name: str
    port: int | None
    log: Path
    host: str = "127.0.0.1"
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    pause: float = FIRST_PAUSE
    again_at: float = field(default=0.0)

    def start(self) -> None:
        """Start the process with its output in its log."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as out:
            self.process = subprocess.Popen(  # noqa: S603
                [sys.executable, "-m", "cli.run", self.name],
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                start_new_session=True,
                env={"MALLOC_ARENA_MAX": "2"}  # threads of glibc else keep memory for themselves
                | os.environ
                | {"ZHIBU_DATA_IN_USE": str(self.log.parents[1])},
            )
        self.started = time.monotonic()

    def ready(self) -> bool:
        """Whether the process lives and its port, if any, takes connections."""
        alive = self.process is not None and self.process.poll() is None
        return alive and (self.port is None or is_listening(self.port, self.host))


class Supervisor:
    """The processes of one installation."""

    def __init__(self, settings: Settings, names: tuple[str, ...]) -> None:
        ports = {
            "rasa": settings.rasa_port,
            "actions": settings.actions_port,
            "console": settings.port,
        }
        logs = settings.data_folder / "logs"
        console = "127.0.0.1" if settings.host == "0.0.0.0" else settings.host  # noqa: S104
        hosts = {"console": console}
        self.children = [
            Child(n, ports.get(n), logs / f"{n}.log", hosts.get(n, "127.0.0.1")) for n in names
        ]
        bells = {"bot": Bell.GATEWAY, "console": Bell.WEB_CHAT}
        self._bells = {n: settings.bell_port + bells[n] for n in names if n in bells}
        self._stopping = threading.Event()

    def check_ports(self) -> None:
        """Raise ZhibuError for a port that somebody else uses."""
        for child in self.children:
            if child.port is not None and is_listening(child.port, child.host):
                raise ZhibuError("port_in_use", port=child.port, name=child.name)
        for name, port in self._bells.items():
            if not is_free(port):
                raise ZhibuError("port_in_use", port=f"{port}/udp", name=name)

    def start(self) -> None:
        """Start everything; SIGINT and SIGTERM stop it."""
        for name in (signal.SIGINT, signal.SIGTERM):
            signal.signal(name, self._stop)
        for child in self.children:
            child.start()

    def wait_until_ready(self, at_most: float) -> None:
        """Return when all are ready; raise ZhibuError naming one that died or took too long."""
        end = time.monotonic() + at_most
        while not self._stopping.is_set():
            waiting = [child for child in self.children if not child.ready()]
            if not waiting:
                return
            dead = next((c for c in waiting if c.process and c.process.poll() is not None), None)
            if dead is not None or time.monotonic() > end:
                late = dead or waiting[0]
                self.stop()
                raise ZhibuError("process_failed", name=late.name, log=late.log)
            time.sleep(0.1)

    def watch(self) -> None:
        """Keep everything running until told to stop; a process that dies again and again rests."""
        while not self._stopping.wait(0.5):
            now = time.monotonic()
            for child in self.children:
                if child.process is None or child.process.poll() is None:
                    continue
                if not child.again_at:
                    steady = now - child.started > STEADY_AFTER
                    child.pause = FIRST_PAUSE if steady else min(child.pause * 2, LONGEST_PAUSE)
                    child.again_at = now + child.pause
                elif now >= child.again_at:
                    child.again_at = 0.0
                    child.start()
        self.stop()

    def stop(self) -> None:
        """Ask every process to end, then insist."""
        self._stopping.set()
        living = [c.process for c in self.children if c.process and c.process.poll() is None]
        for process in living:
            process.terminate()
        end = time.monotonic() + STOP_WITHIN
        for process in living:
            try:
                process.wait(max(0.1, end - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        self._stopping.set()


def is_listening(port: int, host: str = "127.0.0.1") -> bool:
    """Whether something takes connections at this port."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.settimeout(0.5)
        return probe.connect_ex((host, port)) == 0


def is_free(port: int) -> bool:
    """Whether datagrams to this port of loopback would be ours."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
