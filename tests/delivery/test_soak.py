"""Real workers, killed with SIGKILL: nothing is lost, and no more doubled than was killed.

A small version of ``make soak``, which does it with thousands of messages.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from office.database import Database
from tests.soak.runs import run


def test_killed_senders_lose_nothing_and_double_one_each_at_most(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ZHIBU_SENDERS", "2")
    came = run(database, tmp_path, messages=600, kills=4)
    assert (came.kills, came.lost) == (4, 0)
    assert came.doubled <= came.kills


def test_two_workers_double_nothing(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ZHIBU_SENDERS", "1")
    came = run(database, tmp_path, messages=200, kills=0, workers=2)
    assert (came.lost, came.doubled) == (0, 0)
