"""The bookings of a month as a spreadsheet that can be printed. No member's name is in it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import IO

from openpyxl import Workbook
from openpyxl.styles import Font

from delivery.booking_words import purpose_text
from delivery.times import day_text
from office.bases import SHANGHAI
from office.models import Booking
from sheets.cells import FONT, for_print, head, put
from texts import say

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
COLUMNS = (
    ("number", 7),
    ("day", 16),
    ("start", 8),
    ("end", 8),
    ("base", 20),
    ("room", 14),
    ("branch", 26),
    ("people", 7),
    ("purpose", 30),
    ("state", 12),
)
HEADER_ROW = 2


def write(bookings: Sequence[Booking], month: str, file: IO[bytes]) -> None:
    """Write the bookings of the month "2026-12", in the order given."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = month
    title = sheet.cell(row=1, column=1)
    title.value = say("sheets.bookings_title", year=month[:4], month=int(month[5:]))
    title.font = Font(name=FONT, size=15, bold=True, color="8E1318")
    sheet.row_dimensions[1].height = 30
    sheet.merge_cells(start_row=1, end_row=1, start_column=1, end_column=len(COLUMNS))
    head(sheet, [(say(f"sheets.column_{name}"), width) for name, width in COLUMNS], row=HEADER_ROW)
    for row, booking in enumerate(bookings, HEADER_ROW + 1):
        for column, value in enumerate(_values(booking), 1):
            put(sheet, row, column, value)
    if bookings:
        sheet.auto_filter.ref = f"A{HEADER_ROW}:J{HEADER_ROW + len(bookings)}"
    for_print(sheet, header_row=HEADER_ROW)
    book.save(file)


def _values(booking: Booking) -> tuple[str | int, ...]:
    start = booking.starts_at.astimezone(SHANGHAI)
    end = booking.ends_at.astimezone(SHANGHAI)
    later = "" if end.date() == start.date() else f"{end.month}/{end.day} "
    return (
        booking.id,
        day_text(start.date()),
        f"{start:%H:%M}",
        f"{later}{end:%H:%M}",
        booking.base.name,
        booking.room.name,
        booking.organisation.name,
        booking.head_count,
        purpose_text(booking),
        say(f"desk.state_{booking.state}"),
    )
