"""The month's sheet, written and read back."""

from __future__ import annotations

import io
from datetime import timedelta

from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from office.bookings import lists
from office.database import Database
from sheets.bookings import COLUMNS, write
from tests.conftest import FrozenClock
from tests.console.conftest import MEMBER, book, member
from tests.office.bookings.world import DAY
from texts import say


def read_back(database: Database) -> Worksheet:
    out = io.BytesIO()
    with database.reading() as session:
        found = lists.between(session, DAY.replace(day=1), DAY.replace(day=31))
        write(found, "2026-12", out)
    sheet = load_workbook(out).active
    assert isinstance(sheet, Worksheet)
    return sheet


def test_a_month_is_written_to_be_read_and_printed(
    small_district: Database, clock: FrozenClock
) -> None:
    book(small_district, clock)
    book(small_district, clock, code="J1", starts_at=DAY + timedelta(hours=10))
    sheet = read_back(small_district)
    rows = list(sheet.iter_rows(min_row=2, values_only=True))
    assert [str(title) for title in rows[0]] == [say(f"sheets.column_{n}") for n, _ in COLUMNS]
    assert [(row[2], row[3], row[4], row[7]) for row in rows[1:]] == [
        ("10:00", "12:00", "红星纪念馆", 20),
        ("14:00", "16:00", "星火党群服务中心", 20),
    ]
    assert sheet.freeze_panes == "A3"
    assert sheet.print_title_rows in {"2:2", "$2:$2"}
    assert sheet.page_setup.orientation == "landscape"
    assert sheet.column_dimensions["G"].width == dict(COLUMNS)["branch"]
    assert member(small_district, MEMBER).name not in str(rows)


def test_no_text_becomes_a_formula(small_district: Database, clock: FrozenClock) -> None:
    for n, sign in enumerate("=+-@"):
        purpose = f"{sign}HYPERLINK(1)"
        book(small_district, clock, starts_at=DAY + timedelta(days=n, hours=9), purpose=purpose)
    sheet = read_back(small_district)
    for row, sign in enumerate("=+-@", 3):
        cell = sheet.cell(row=row, column=9)
        assert (cell.value, cell.data_type) == (f"{sign}HYPERLINK(1)", "s")
        assert cell.quotePrefix


def test_signs_that_a_sheet_cannot_hold_are_left_out(
    small_district: Database, clock: FrozenClock
) -> None:
    book(small_district, clock, purpose="党课\x00\x0b\x1b结束")
    assert read_back(small_district).cell(row=3, column=9).value == "党课结束"


def test_an_empty_month_is_a_sheet_too(small_district: Database) -> None:
    assert read_back(small_district).max_row == 2
