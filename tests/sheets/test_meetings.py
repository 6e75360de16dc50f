"""Meetings by spreadsheet: every fault with its place, all or nothing, nothing doubled."""

from __future__ import annotations

import json
from datetime import date, time
from pathlib import Path

import pytest
from openpyxl import Workbook

from library.errors import DocumentRefusedError
from office.database import Database
from office.models import Meeting, MeetingKind
from office.organisation_life.reading import meetings_of_year
from office.organisation_life.recording import hour_of
from sheets.columns import column_title, title_of
from sheets.meetings import COLUMNS, NAME, MeetingRow, keep, parse, write, write_template
from sheets.reading import read
from sheets.tables import Fault
from tests.cli.test_commands import zhibu
from tests.conftest import NOW
from texts import say

TODAY = date(2026, 11, 23)
ROW = ("D1B1", "党课", "2026-11-20", "14:00", "活动室", 24, 20, "学习党章")


def workbook(file: Path, *rows: tuple[object, ...]) -> Path:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = title_of(NAME)
    sheet.append([column_title(NAME, column.name) for column in COLUMNS])
    for row in rows:
        sheet.append(list(row))
    book.save(file)
    return file


def parsed(
    database: Database, file: Path, *, only: list[int] | None = None
) -> tuple[list[MeetingRow], list[Fault]]:
    with database.reading() as session:
        return parse(session, read(file), today=TODAY, only=only)


def imported(database: Database, file: Path) -> tuple[int, int, int]:
    with database.writing() as session:
        rows, faults = parse(session, read(file), today=TODAY)
        assert not faults
        kept = keep(session, rows, now=NOW)
        return kept.created, kept.changed, kept.unchanged


def lessons(database: Database) -> list[Meeting]:
    with database.reading() as session:
        return session.query(Meeting).filter_by(kind=MeetingKind.LESSON).all()


def test_a_file_is_kept_once_and_corrected_by_the_next(district: Database, tmp_path: Path) -> None:
    named = ("石榴村党支部", "支委会", "2026-11-02", None, None, None, None, None)
    group = ("D1B1G2", "党小组会", "2026-11-03", None, None, None, 7, None)
    file = workbook(tmp_path / "a.xlsx", ROW, named, group)
    assert imported(district, file) == (3, 0, 0)
    assert imported(district, file) == (0, 0, 3)
    (lesson,) = lessons(district)
    assert (lesson.expected, lesson.present, hour_of(lesson)) == (24, 20, time(14))
    better = workbook(tmp_path / "b.xlsx", (*ROW[:6], 21, ROW[7]), named, group)
    assert imported(district, better) == (0, 1, 2)
    assert [one.present for one in lessons(district)] == [21]


def test_what_is_written_out_can_be_read_in_again(small_district: Database, tmp_path: Path) -> None:
    imported(small_district, workbook(tmp_path / "a.xlsx", ROW))
    file = tmp_path / "out.xlsx"
    with small_district.reading() as session, file.open("wb") as stream:
        meetings = meetings_of_year(session, 2026)
        write(meetings, stream)
    assert imported(small_district, file) == (0, 0, len(meetings))


def test_the_template_can_be_read(small_district: Database, tmp_path: Path) -> None:
    file = tmp_path / "t.xlsx"
    with file.open("wb") as stream:
        write_template(stream)
    rows, faults = parsed(small_district, file)
    assert (len(rows), faults) == (1, [])


@pytest.mark.parametrize(
    ("column", "value", "key", "detail"),
    [
        ("organisation", "D9", "organisation_unknown", {"value": "D9"}),
        ("organisation", "D1", "meeting_not_branch", {"value": "D1"}),
        ("organisation", "1号楼党小组", "organisation_twice", {"value": "1号楼党小组"}),
        ("organisation", "D1B1G1", "meeting_of_group", {"kind": "党小组会"}),
        ("organisation", None, "needed", {}),
        ("day", "2026-12-24", "meeting_future", {}),
        ("day", "昨天", "not_day", {"value": "昨天"}),
        ("day", "=TODAY()", "formula", {}),
        ("at", "下午", "not_clock", {"value": "下午"}),
        ("present", 25, "meeting_too_many", {}),
        ("present", 0, "not_whole", {"least": 1, "most": 10_000, "value": "0"}),
        ("theme", "长" * 201, "too_long", {"most": 200}),
    ],
)
def test_every_fault_names_row_and_column(
    small_district: Database,
    tmp_path: Path,
    column: str,
    value: object,
    key: str,
    detail: dict[str, object],
) -> None:
    names = [one.name for one in COLUMNS]
    wrong = [*ROW]
    wrong[names.index(column)] = value  # type: ignore[call-overload]
    rows, faults = parsed(small_district, workbook(tmp_path / "a.xlsx", tuple(wrong), tuple(wrong)))
    assert rows == []
    first = faults[0]
    assert (first.sheet, first.row) == (title_of(NAME), 2)
    assert first.problem == say(f"sheets.{key}", **detail)
    expected = "kind" if key == "meeting_of_group" else column
    assert first.column == column_title(NAME, expected)


def test_a_wrong_kind_lists_the_right_ones(small_district: Database, tmp_path: Path) -> None:
    _, faults = parsed(small_district, workbook(tmp_path / "a.xlsx", (ROW[0], "团课", *ROW[2:])))
    assert "支部党员大会、支部委员会会议" in faults[0].problem


def test_the_same_meeting_twice_in_a_file_is_named(
    small_district: Database, tmp_path: Path
) -> None:
    _, faults = parsed(small_district, workbook(tmp_path / "a.xlsx", ROW, ROW))
    assert [(one.row, one.problem) for one in faults] == [(3, say("sheets.meeting_twice"))]


def test_only_ones_own_branches_where_that_is_said(
    small_district: Database, tmp_path: Path
) -> None:
    _, faults = parsed(small_district, workbook(tmp_path / "a.xlsx", ROW), only=[999])
    assert faults[0].problem == say("sheets.meeting_not_yours", value="D1B1")


def test_a_file_without_meetings_is_refused(small_district: Database, tmp_path: Path) -> None:
    with pytest.raises(DocumentRefusedError):
        parsed(small_district, workbook(tmp_path / "a.xlsx"))


def test_the_commands(small_district: Database, tmp_path: Path) -> None:
    file = workbook(tmp_path / "a.xlsx", ROW)

    def run(*more: str) -> dict[str, int]:
        done = zhibu("import", "meetings", str(file), "--json", *more, data=tmp_path)
        assert done.returncode == 0, done.stderr
        return dict(json.loads(done.stdout))

    assert run("--dry-run") == {"dry_run": True, "created": 1, "changed": 0, "unchanged": 0}
    assert lessons(small_district) == []
    assert run()["created"] == 1
    out = tmp_path / "out.xlsx"
    done = zhibu("export", "meetings", str(out), "--branch", "D1B1", data=tmp_path)
    assert done.returncode == 0, done.stderr
    assert out.stat().st_size > 1000
    workbook(file, (*ROW[:2], "2099-01-01", *ROW[3:]))
    wrong = zhibu("import", "meetings", str(file), data=tmp_path)
    assert wrong.returncode == 1
    assert "第 2 行" in wrong.stderr
