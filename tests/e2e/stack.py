"""The whole assistant as `make run` starts it, in a data folder and on ports of its own."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import psutil

from office.database import Database
from settings import ROOT

T = TypeVar("T")
STARTS_WITHIN = 300.0
"""Seconds; the first start of a fresh checkout trains the model and embeds the cards."""


def free_block(size: int = 5) -> int:
    """The first of so many neighbouring ports that nobody uses."""
    for first in range(21_000, 60_000, 97):
        if all(_is_free(first + n) for n in range(size)):
            return first
    raise RuntimeError("no free ports")


def _is_free(port: int) -> bool:
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
        with socket.socket(socket.AF_INET, kind) as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                return False
    return True


def until(found: Callable[[], T], seconds: float) -> T:
    """What the call returns as soon as it is true; TimeoutError if it never is."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if result := found():
            return result
        time.sleep(0.1)
    raise TimeoutError(f"not within {seconds} s")


class Stack:
    """A running assistant."""

    def __init__(self, folder: Path, **environment: str) -> None:
        self.folder = folder
        self.port = free_block()
        self.environment = {
            key: value
            for key, value in os.environ.items()
            if not key.startswith(("ZHIBU_", "TELEGRAM_", "DATABASE_", "QUEUE_", "WEBHOOK_"))
        } | {
            "ZHIBU_DATA": str(folder),
            "ZHIBU_PORT": str(self.port),
            "NO_COLOR": "1",
            "COLUMNS": "200",
            **environment,
        }
        self._process: subprocess.Popen[bytes] | None = None
        self.url = f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> Path:
        """What the supervisor printed."""
        return self.folder / "up.log"

    def start(self) -> float:
        """Start everything and wait until the address is printed; the seconds that it took."""
        began = time.monotonic()
        self.folder.mkdir(parents=True, exist_ok=True)
        with self.log.open("wb") as out:
            self._process = subprocess.Popen(
                [self.command, "up"],
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
            )
        until(self._started, STARTS_WITHIN)
        return time.monotonic() - began

    @property
    def command(self) -> str:
        """The command as a user calls it."""
        return str(Path(sys.executable).with_name("zhibu"))

    def _started(self) -> bool:
        if self._process is None or self._process.poll() is not None:
            raise RuntimeError(self.log.read_text())
        return self.url in self.log.read_text()

    def stop(self) -> int:
        """Press Ctrl-C; the exit code."""
        if self._process is None:
            return 0
        self._process.send_signal(signal.SIGINT)
        code = self._process.wait(30)
        self._process = None
        return code

    def processes(self) -> dict[str, psutil.Process]:
        """The living processes by name."""
        if self._process is None:
            return {}
        found = {}
        for child in psutil.Process(self._process.pid).children():
            if child.status() == psutil.STATUS_ZOMBIE:
                continue
            line = " ".join(child.cmdline())
            name = re.search(r"cli\.run (\w+)", line)
            found["rasa" if "rasa run" in line else name[1] if name else line] = child
        return found

    def memory(self) -> int:
        """Resident bytes of all processes, the supervisor among them."""
        if self._process is None:
            return 0
        whole = psutil.Process(self._process.pid)
        return sum(one.memory_info().rss for one in [whole, *whole.children(recursive=True)])

    def database(self) -> Database:
        """The database that the processes share."""
        return Database(f"sqlite:///{self.folder / 'zhibu.db'}")

    def run(self, *arguments: str, said: str | None = None) -> subprocess.CompletedProcess[str]:
        """Run a command against this assistant."""
        return subprocess.run(
            [self.command, *arguments],
            cwd=ROOT,
            env=self.environment,
            input=said,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
