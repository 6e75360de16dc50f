"""The command line, run as a person runs it: what it prints, and one clear line where it cannot."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text

from office.database import Database
from settings import ROOT
from texts import say

Done = subprocess.CompletedProcess[str]


def zhibu(*arguments: str, data: Path, **environment: str) -> Done:
    """Run the command in a data folder of its own."""
    command = [str(Path(sys.executable).with_name("zhibu")), *arguments]
    quiet = {k: v for k, v in os.environ.items() if not k.startswith(("ZHIBU_", "TELEGRAM_"))}
    quiet |= {"ZHIBU_DATA": str(data), "NO_COLOR": "1", "COLUMNS": "200", **environment}
    return subprocess.run(
        command, cwd=ROOT, env=quiet, capture_output=True, text=True, timeout=120, check=False
    )


def free_port() -> int:
    """A port from which six on are free."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return min(int(probe.getsockname()[1]), 64_000)


@pytest.fixture
def data(small_district: Database, tmp_path: Path) -> Path:
    """A data folder with the demonstration in it."""
    assert (tmp_path / "zhibu.db").exists()
    return tmp_path


def test_due_lists_every_reminder_with_its_reason(data: Path) -> None:
    done = zhibu("due", "--from", "2026-12-01", "--to", "2026-12-31", "--json", data=data)
    rows: list[dict[str, Any]] = json.loads(done.stdout)
    assert done.returncode == 0
    assert [row["at"] for row in rows] == sorted(row["at"] for row in rows)
    meetings = [row for row in rows if row["rule"] == "work_meeting"]
    assert len(meetings) == 12
    assert meetings[0]["at"] == "2026-12-01T09:00+08:00"
    assert meetings[0]["channel"] == "web"
    assert "本地规定" in meetings[0]["reason"]
    assert any(row["rule"] == "political_birthday" for row in rows)


def test_invite_prints_a_link_and_a_code_to_scan(data: Path) -> None:
    done = zhibu("invite", "m0002", data=data, ZHIBU_PORT="21080")
    assert done.returncode == 0
    assert "http://127.0.0.1:21080/i/" in done.stdout
    assert "▀" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("invite", "M9999"), say("cli.no_such_member", number="M9999")),
        (("due", "--from", "tomorrow"), say("cli.date_wrong")),
        (("eval", "answers", "nowhere.jsonl"), say("cli.file_unreadable", file="nowhere.jsonl")),
        (
            ("up", "--only", "kitchen"),
            say(
                "cli.no_such_process",
                name="kitchen",
                names="rasa, actions, bot, scheduler, worker, console",
            ),
        ),
    ],
)
def test_a_mistake_gets_one_clear_line(
    data: Path, arguments: tuple[str, ...], sentence: str
) -> None:
    done = zhibu(*arguments, data=data)
    assert done.returncode == 1
    assert done.stderr.strip() == f"✗ {sentence}"


@pytest.mark.parametrize("command", [("up",), ("due",), ("invite", "M0001")])
@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("mysql://x", "database_url_wrong"),
        ("nonsense", "database_url_wrong"),
        ("postgresql+psycopg://nobody@127.0.0.1:9/none", "database_unreachable"),
    ],
)
def test_a_database_that_cannot_be_used_is_said_so(
    tmp_path: Path, command: tuple[str, ...], url: str, code: str
) -> None:
    done = zhibu(*command, data=tmp_path, DATABASE_URL=url, ZHIBU_PORT=str(free_port()))
    assert done.returncode == 1
    assert say(f"cli.{code}") in done.stderr
    assert "Traceback" not in done.stderr


def test_before_the_first_start_a_command_says_what_is_missing(tmp_path: Path) -> None:
    done = zhibu("due", data=tmp_path)
    assert done.returncode == 1
    assert done.stderr.strip() == f"✗ {say('cli.database_not_ready')}"


def test_a_corrupt_database_file_is_left_as_it_is(tmp_path: Path) -> None:
    broken = b"this is no database, but perhaps somebody wants it back" * 50
    (tmp_path / "zhibu.db").write_bytes(broken)
    done = zhibu("up", data=tmp_path, ZHIBU_PORT=str(free_port()))
    assert done.returncode == 1
    assert say("cli.database_corrupt") in done.stderr
    assert (tmp_path / "zhibu.db").read_bytes() == broken


def test_a_database_of_a_newer_program_is_left_as_it_is(data: Path) -> None:
    engine = create_engine(f"sqlite:///{data / 'zhibu.db'}")
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()
    done = zhibu("up", data=data, ZHIBU_PORT=str(free_port()))
    assert done.returncode == 1
    assert say("cli.database_newer") in done.stderr


def test_a_port_in_use_is_named_with_the_way_out(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = zhibu("up", "--only", "console", data=tmp_path, ZHIBU_PORT=str(port))
    assert done.returncode == 1
    assert str(port) in done.stderr
    assert "ZHIBU_PORT" in done.stderr
    assert not (tmp_path / "zhibu.db").exists()


def test_doctor_finds_what_is_missing_and_says_what_to_do(tmp_path: Path) -> None:
    done = zhibu("doctor", "--json", data=tmp_path, QUEUE_URL="amqp://x")
    findings = {one["what"]: one for one in json.loads(done.stdout)}
    assert done.returncode == 1
    assert findings[say("cli.doc_queue")]["health"] == "bad"
    assert findings[say("cli.doc_queue")]["remedy"]
    assert findings[say("cli.doc_migrated")]["health"] == "bad"
    assert findings[say("cli.doc_process", name="rasa")]["health"] == "idle"


def test_every_command_explains_itself_with_an_example() -> None:
    for command in ("up", "doctor", "invite", "ask", "chat", "due", "eval answers"):
        done = zhibu(*command.split(), "--help", data=ROOT / "var")
        assert done.returncode == 0
        assert f"zhibu {command}" in done.stdout
