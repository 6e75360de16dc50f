"""The template of a file of bases: every sheet with header and example, and how to fill it in."""

from __future__ import annotations

from typing import IO

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font

from sheets.cells import FONT, head, put
from sheets.columns import SHEETS, column_title, title_of
from texts import say

EXAMPLES: dict[str, dict[str, str | int]] = {
    "bases": {
        "code": "J101",
        "organisation": "D1",
        "name": "示例党群服务中心",
        "address": "示例路1号",
        "has_guide": say("sheets.word_yes"),
        "equipment": "投影、音响",
        "quota_per_month": 2,
        "approval": say("sheets.approval_keeper"),
    },
    "rooms": {"base": "J101", "name": "报告厅", "capacity_min": 5, "capacity": 80},
    "hours": {"base": "J101", "weekday": "周一", "opens": "09:00", "closes": "17:00"},
    "days": {"base": "J101", "day": "2027-01-01", "note": "元旦"},
    "closures": {
        "base": "J101",
        "room": "报告厅",
        "from_day": "2027-03-01",
        "from_time": "08:00",
        "to_day": "2027-03-03",
        "to_time": "18:00",
        "reason": "检修",
    },
    "menu": {"base": "J101", "title": "重温入党誓词", "minutes": 30, "description": "在报告厅"},
}


def write(file: IO[bytes]) -> None:
    """Write the template."""
    book = Workbook()
    notes = book.active
    assert notes is not None
    notes.title = title_of("notes")
    notes.column_dimensions["A"].width = 90
    for row, line in enumerate(say("sheets.notes").splitlines(), 1):
        cell = notes.cell(row=row, column=1)
        cell.value = line
        cell.font = Font(name=FONT, size=12)
        cell.alignment = Alignment(wrap_text=True, vertical="center")
    for name, columns in SHEETS.items():
        sheet = book.create_sheet(title_of(name))
        head(sheet, [(column_title(name, column.name), column.width) for column in columns])
        for n, column in enumerate(columns, 1):
            put(sheet, 2, n, EXAMPLES[name].get(column.name))
    book.active = book.worksheets.index(book[title_of("bases")])
    book.save(file)
