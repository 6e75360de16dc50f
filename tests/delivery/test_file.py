"""Letters in files: what a trial shows of gateways that it has not."""

from __future__ import annotations

import json
import stat
from pathlib import Path

from delivery.channel import Letter, Result
from delivery.file import FileChannel
from tests.conftest import FrozenClock


def test_each_letter_is_a_line_that_only_its_owner_reads(tmp_path: Path) -> None:
    channel = FileChannel(tmp_path / "letters", "sms", FrozenClock())
    for text in ("一", "二\n三"):
        assert channel.send(Letter("10012345678", text, rule="r")).result == Result.SENT
    file = tmp_path / "letters" / "sms.jsonl"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    lines = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    assert [line["text"] for line in lines] == ["一", "二\n三"]
    assert lines[0]["at"] == "2026-11-23T10:00:00+08:00"


def test_a_folder_that_cannot_be_written_is_a_fault_that_passes(tmp_path: Path) -> None:
    (tmp_path / "letters").write_text("a file is in the way")
    outcome = FileChannel(tmp_path / "letters", "sms", FrozenClock()).send(Letter("1", "x"))
    assert (outcome.result, outcome.error) == (Result.TEMPORARY, "file_not_written")
