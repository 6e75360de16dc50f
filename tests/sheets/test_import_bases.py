"""``zhibu import bases``: the template, faults with their place, all or nothing, clashes told."""

from __future__ import annotations

import json
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from delivery.clock import utc_now
from office import bases, bookings, members
from office.bases import SHANGHAI
from office.bookings import Wish
from office.database import Database
from office.models import ActivityBase, BookingEvent, Closure, EventKind, OutboxMessage
from sheets import template
from sheets.bases import Known, parse
from sheets.columns import SHEETS, column_title, title_of
from sheets.reading import read
from sheets.tables import Fault
from tests.cli.test_commands import Done, zhibu
from texts import say

BASE = {"code": "J101", "organisation": "D1", "name": "新馆", "address": "示例路1号"}
ROOM = {"base": "J101", "name": "展厅", "capacity": 40}
KNOWN = Known(
    organisations=frozenset({"D1"}),
    names={"红星纪念馆": "J1"},
    rooms={"J1": {"宣誓大厅": None, "宣誓厅东区": "宣誓大厅"}},
)


def workbook(file: Path, **rows: list[dict[str, Any]]) -> Path:
    """A file with these records by sheet."""
    book = Workbook()
    for name, records in rows.items():
        sheet = book.create_sheet(title_of(name))
        columns = [column.name for column in SHEETS[name]]
        sheet.append([column_title(name, column) for column in columns])
        for record in records:
            sheet.append([record.get(column) for column in columns])
    book.remove(book.worksheets[0])
    book.save(file)
    return file


def faults(file: Path, **rows: list[dict[str, Any]]) -> list[Fault]:
    rows = {"bases": [BASE], "rooms": [ROOM], **rows}
    return parse(read(workbook(file, **rows)), KNOWN)[1]


def run(file: Path, data: Path, *more: str) -> Done:
    return zhibu("import", "bases", str(file), *more, data=data)


def test_the_template_can_be_imported_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "t.xlsx"
    with file.open("wb") as out:
        template.write(out)
    rows, found = parse(read(file), KNOWN)
    assert found == []
    [row] = rows
    assert (row.code, row.rules["quota_per_month"], row.rules["has_guide"]) == ("J101", 2, True)
    assert row.hours == [(0, time(9), time(17))]
    assert [one.day for one in row.special_days] == [date(2027, 1, 1)]
    assert row.closures[0].starts_at == datetime(2027, 3, 1, 8, tzinfo=SHANGHAI)
    assert set(load_workbook(file).sheetnames) == {title_of(n) for n in (*SHEETS, "notes")}


@pytest.mark.parametrize(
    ("sheet", "record", "column", "key"),
    [
        ("bases", BASE | {"name": None}, "name", "needed"),
        ("bases", BASE | {"name": "馆" * 81}, "name", "too_long"),
        ("bases", BASE | {"name": "红星纪念馆"}, "name", "name_taken"),
        ("bases", BASE | {"organisation": "D9"}, "organisation", "organisation_unknown"),
        ("bases", BASE | {"days_ahead": 0}, "days_ahead", "not_whole"),
        ("bases", BASE | {"days_ahead": "很多"}, "days_ahead", "not_whole"),
        ("bases", BASE | {"days_ahead": 1.5}, "days_ahead", "not_whole"),
        ("bases", BASE | {"days_ahead": "=1+1"}, "days_ahead", "formula"),
        ("bases", BASE | {"approval": "也许"}, "approval", "not_choice"),
        ("bases", BASE | {"has_guide": "有"}, "has_guide", "not_choice"),
        ("bases", BASE | {"map_url": "http://a.example"}, "map_url", "not_https"),
        ("rooms", ROOM | {"capacity": 10**9}, "capacity", "not_whole"),
        ("rooms", ROOM | {"capacity_min": 50}, "capacity_min", "fewest_over_most"),
        ("rooms", ROOM | {"hall": "没有的厅"}, "hall", "hall_unknown"),
        ("rooms", ROOM | {"base": "J7"}, "base", "base_unknown"),
        ("hours", {"base": "J101", "weekday": "周八", "opens": "9:00", "closes": "17:00"},
         "weekday", "not_weekday"),
        ("hours", {"base": "J101", "weekday": "周一", "opens": "25:00", "closes": "17:00"},
         "opens", "not_clock"),
        ("days", {"base": "J101", "day": "2026-02-30"}, "day", "not_day"),
        ("days", {"base": "J101", "day": "2026-12-25", "opens": "9:00"}, "closes", "both_clocks"),
        ("menu", {"base": "J101", "title": "课", "minutes": 0}, "minutes", "not_whole"),
    ],
)  # fmt: skip
def test_a_fault_names_its_sheet_row_and_column(
    tmp_path: Path, sheet: str, record: dict[str, Any], column: str, key: str
) -> None:
    found = faults(tmp_path / "a.xlsx", **{sheet: [record]})
    places = {(one.sheet, one.row, one.column) for one in found}
    assert (title_of(sheet), 2, column_title(sheet, column)) in places
    begin = say(f"sheets.{key}", value="\0", most=0, least=0, choices="\0").split("\0")[0][:2]
    assert any(one.problem.startswith(begin) for one in found)


def test_rows_are_held_against_each_other(tmp_path: Path) -> None:
    hours = {"base": "J101", "weekday": "周一", "opens": "09:00", "closes": "12:00"}
    closure = {
        "base": "J101", "room": "地下室", "from_day": date(2026, 12, 2), "from_time": time(9),
        "to_day": date(2026, 12, 1), "to_time": time(9),
    }  # fmt: skip
    found = faults(
        tmp_path / "a.xlsx",
        bases=[BASE, BASE],
        rooms=[ROOM, ROOM],
        hours=[hours, hours | {"weekday": "每天", "opens": "11:00"}],
        closures=[closure],
    )
    assert {(one.sheet, one.row) for one in found} == {
        (title_of("bases"), 3),
        (title_of("rooms"), 3),
        (title_of("hours"), 3),
        (title_of("closures"), 2),
    }
    assert len([one for one in found if one.sheet == title_of("closures")]) == 2


def test_a_column_that_nobody_knows_is_named(tmp_path: Path) -> None:
    file = workbook(tmp_path / "a.xlsx", bases=[BASE], rooms=[ROOM])
    book = load_workbook(file)
    book[title_of("rooms")].cell(row=1, column=9).value = "颜色"
    book.save(file)
    [fault] = parse(read(file), KNOWN)[1]
    assert (fault.sheet, fault.row, fault.column) == (title_of("rooms"), 1, "颜色")


def j1(database: Database) -> ActivityBase:
    with database.reading() as session:
        base = next(base for base in bases.all_bases(session) if base.code == "J1")
        assert base.hours is not base.special_days is not base.closures  # read them
        return base


def shorter_hours(file: Path, base: ActivityBase) -> Path:
    """A file by which J1 is open in the mornings only, and closed on a day."""
    row = {"code": "J1", "organisation": "D1", "name": base.name, "address": base.address}
    hours = {"base": "J1", "weekday": "每天", "opens": time(8), "closes": time(9)}
    closure = {
        "base": "J1", "from_day": "2027-05-01", "from_time": "00:00", "to_day": "2027-05-02",
        "to_time": "00:00", "reason": "布展",
    }  # fmt: skip
    return workbook(file, bases=[row], hours=[hours], closures=[closure])


def test_clashes_are_foreseen_then_told_and_a_second_time_nothing_changes(
    small_district: Database, tmp_path: Path
) -> None:
    with small_district.writing() as session:
        base = bases.by_code(session, "J1")
        one = members.by_number(session, "M0002")
        assert base is not None
        assert one is not None
        now = utc_now()
        today = now.astimezone(SHANGHAI).date()
        days = (today + timedelta(days=ahead) for ahead in range(2, 20))
        gaps = (gap for day in days for gap in bases.free_times(session, base, day, 15, now=now))
        start = next(gap.starts_at for gap in gaps).replace(hour=10)
        wish = Wish(base, start, start + timedelta(hours=1), 15, "主题党日")
        booking = bookings.book(session, one, wish, request_key="k", now=now)
    file = shorter_hours(tmp_path / "a.xlsx", j1(small_district))
    before = len(j1(small_district).closures)

    tried = run(file, tmp_path, "--dry-run", "--json")
    told = json.loads(tried.stdout)
    assert set(told["changed"]["J1"]) == {"hours", "closures"}
    assert booking.id in [clash["booking"] for clash in told["clashes"]]
    assert len(j1(small_district).closures) == before

    done = run(file, tmp_path)
    assert done.returncode == 0, done.stderr
    assert say("sheets.what_hours") in done.stdout
    assert "晨光社区第一网格党支部" in done.stdout
    assert {(row.opens, row.closes) for row in j1(small_district).hours} == {(time(8), time(9))}
    with small_district.reading() as session:
        clashed = session.query(BookingEvent).filter_by(booking_id=booking.id, kind=EventKind.CLASH)
        assert clashed.one().told_at is not None
        assert session.query(OutboxMessage).filter(OutboxMessage.rule == "booking").count() >= 2
    assert json.loads(run(file, tmp_path, "--json").stdout)["unchanged"] == ["J1"]


def test_one_fault_and_nothing_is_changed(small_district: Database, tmp_path: Path) -> None:
    file = shorter_hours(tmp_path / "a.xlsx", j1(small_district))
    book = load_workbook(file)
    book[title_of("hours")].append(["J1", "周九", "08:00", "09:00"])
    book.save(file)
    with small_district.reading() as session:
        closures = session.query(Closure).count()
    done = run(file, tmp_path)
    assert done.returncode == 1
    where = say("sheets.not_weekday", value="周九")
    assert f"“开放时间”第 3 行“星期”：{where}" in done.stderr
    assert "Traceback" not in done.stderr
    with small_district.reading() as session:
        assert session.query(Closure).count() == closures


def test_a_new_base_is_there_at_once(small_district: Database, tmp_path: Path) -> None:
    file = workbook(tmp_path / "a.xlsx", bases=[BASE], rooms=[ROOM])
    assert run(file, tmp_path).returncode == 0
    with small_district.reading() as session:
        base = bases.by_code(session, "J101")
        assert base is not None
        assert [(room.name, room.capacity) for room in base.rooms] == [("展厅", 40)]
