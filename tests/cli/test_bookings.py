"""``zhibu export``, ``report`` and ``feed``, run as a person runs them."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
from openpyxl import load_workbook

from office.database import Database
from office.models import CalendarFeed
from tests.cli.test_commands import zhibu
from tests.conftest import FrozenClock
from tests.console.conftest import book
from texts import say


def test_a_month_is_exported(small_district: Database, clock: FrozenClock, tmp_path: Path) -> None:
    book(small_district, clock)
    file = tmp_path / "m.xlsx"
    done = zhibu("export", "bookings", "--month", "2026-12", str(file), data=tmp_path)
    assert done.returncode == 0, done.stderr
    assert load_workbook(file).active["E3"].value == "星火党群服务中心"  # type: ignore[index]


@pytest.mark.parametrize("month", ["2026-13", "12", "2026-1", ""])
def test_a_month_that_is_none_is_refused(
    small_district: Database, tmp_path: Path, month: str
) -> None:
    done = zhibu("export", "bookings", "--month", month, str(tmp_path / "m.xlsx"), data=tmp_path)
    assert (done.returncode, say("cli.month_wrong") in done.stderr) == (1, True)
    assert not (tmp_path / "m.xlsx").exists()


def test_a_quarter_is_reported(
    small_district: Database, clock: FrozenClock, tmp_path: Path
) -> None:
    book(small_district, clock)
    done = zhibu("report", "bases", "--quarter", "2026Q4", "--json", data=tmp_path)
    rows = {row["base"]: row for row in json.loads(done.stdout)}
    assert (rows["J2"]["orders"], rows["J2"]["activities"], rows["J1"]["orders"]) == (1, 0, 0)
    shown = zhibu("report", "bases", "--quarter", "2026Q4", data=tmp_path).stdout
    assert "星火党群服务中心" in shown
    wrong = zhibu("report", "bases", "--quarter", "2026Q5", data=tmp_path)
    assert (wrong.returncode, say("cli.quarter_wrong") in wrong.stderr) == (1, True)


def test_a_feed_is_made_and_taken_back(small_district: Database, tmp_path: Path) -> None:
    for code in ("J1", "D1B1"):
        made = zhibu("feed", code, data=tmp_path)
        token = made.stdout.strip().rsplit("/", 1)[1].removesuffix(".ics")
        with small_district.reading() as session:
            hashed = hashlib.sha256(token.encode()).hexdigest()
            feed = session.query(CalendarFeed).filter_by(token_hash=hashed).one()
            assert feed.revoked_at is None
        assert zhibu("feed", code, "--revoke", data=tmp_path).returncode == 0
        with small_district.reading() as session:
            assert session.get_one(CalendarFeed, feed.id).revoked_at is not None
    unknown = zhibu("feed", "D1", data=tmp_path)
    assert say("cli.no_such_subject", subject="D1") in unknown.stderr
