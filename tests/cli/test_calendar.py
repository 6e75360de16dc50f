"""``zhibu calendar``: days are set, shown with their reason, and taken back."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli.main import app
from office.database import Database


@pytest.fixture
def zhibu(small_district: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    monkeypatch.setenv("ZHIBU_DATA", str(tmp_path))
    return CliRunner()


def day_of_list(zhibu: CliRunner, code: str, day: str) -> dict[str, object]:
    result = zhibu.invoke(app, ["calendar", "list", code, "--month", day[:7], "--json"])
    assert result.exit_code == 0, result.output
    return next(one for one in json.loads(result.stdout) if one["day"] == day)


def test_days_are_set_shown_and_taken_back(zhibu: CliRunner, small_district: Database) -> None:
    with small_district.reading() as session:
        from office.models import Organisation

        top = session.query(Organisation).filter_by(parent_id=None).one().code
        below = session.query(Organisation).filter(Organisation.parent_id.is_not(None)).first()
        assert below is not None
        branch = below.code
    day = "2026-12-05"
    plain = {"worked": False, "provisional": False, "set_here": None, "note": ""}
    assert day_of_list(zhibu, branch, day) == {"day": day, **plain}
    done = zhibu.invoke(app, ["calendar", "set", top, day, "--work", "--note", "调休"])
    assert done.exit_code == 0, done.output
    assert "上班" in done.stdout
    assert day_of_list(zhibu, branch, day)["set_here"] is False
    assert day_of_list(zhibu, top, day) == {
        "day": day, "worked": True, "provisional": False, "set_here": True, "note": "调休"
    }  # fmt: skip
    assert "调休" in zhibu.invoke(app, ["calendar", "list", top, "--month", "2026-12"]).stdout
    assert zhibu.invoke(app, ["calendar", "unset", top, day]).exit_code == 0
    assert day_of_list(zhibu, top, day)["set_here"] is None
    assert day_of_list(zhibu, top, "2031-10-06")["provisional"] is True


@pytest.mark.parametrize(
    "arguments",
    [
        ["set", "D1", "2026-13-01", "--off"],
        ["set", "D1", "2026-12-01"],
        ["unset", "nowhere", "2026-12-01"],
        ["set", "D1", "1900-01-01", "--off"],
        ["list", "D1", "--month", "12月"],
    ],
)
def test_what_cannot_be_is_said_in_a_line(zhibu: CliRunner, arguments: list[str]) -> None:
    result = zhibu.invoke(app, ["calendar", *arguments])
    assert result.exit_code == 1
    assert "Traceback" not in result.output
