"""Ledgers and their tasks as a spreadsheet."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import IO

from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.worksheet.worksheet import Worksheet

from delivery.times import day_text
from office import tasks
from office.bases import SHANGHAI
from office.models import Ledger, Task, TaskState
from sheets.cells import FONT, for_print, head, put
from texts import say

LEDGERS = (
    *(("branch", 24), ("day", 16), ("place", 16), ("present", 9), ("theme", 20)),
    *(("progress", 36), ("problems", 30), ("causes", 26), ("tasks", 8)),
)
TASKS = (
    *(("branch", 24), ("day", 16), ("title", 40), ("owner", 14), ("due", 16)),
    *(("state", 10), ("closed", 16)),
)
HEADER_ROW = 2


def write(ledgers: Sequence[Ledger], period: str, today: date, file: IO[bytes]) -> None:
    """Write the ledgers in the order given, and the tasks that they handed out on a second sheet.

    ``period`` is named in the titles; tasks are late as of the local day ``today``.
    """
    book = Workbook()
    first = book.active
    assert isinstance(first, Worksheet)
    _sheet(first, "ledgers", LEDGERS, [_ledger(one) for one in ledgers], period)
    rows = [_task(one, task, today) for one in ledgers for task in one.tasks]
    _sheet(book.create_sheet(), "tasks", TASKS, rows, period)
    book.save(file)


def state_of(task: Task, today: date) -> str:
    """在办, 过期, 已完成 or 不做了."""
    return say(f"ledger.state_{'late' if tasks.is_late(task, today) else task.state}")


def _sheet(
    sheet: Worksheet,
    name: str,
    columns: Sequence[tuple[str, int]],
    rows: Sequence[Sequence[str | int]],
    period: str,
) -> None:
    sheet.title = say(f"ledger.sheet_{name}")
    title = sheet.cell(row=1, column=1)
    title.value = say("ledger.sheet_title", period=period)
    title.font = Font(name=FONT, size=15, bold=True, color="8E1318")
    sheet.row_dimensions[1].height = 30
    sheet.merge_cells(start_row=1, end_row=1, start_column=1, end_column=len(columns))
    titles = [(say(f"ledger.column_{key}"), width) for key, width in columns]
    head(sheet, titles, row=HEADER_ROW)
    for number, values in enumerate(rows, HEADER_ROW + 1):
        for column, value in enumerate(values, 1):
            put(sheet, number, column, value)
    for_print(sheet, header_row=HEADER_ROW)


def _ledger(ledger: Ledger) -> tuple[str | int, ...]:
    return (
        ledger.meeting.organisation.name,
        day_text(ledger.held_on),
        ledger.place,
        ledger.present,
        ledger.theme,
        ledger.progress,
        ledger.problems,
        ledger.causes,
        sum(task.state != TaskState.DROPPED for task in ledger.tasks),
    )


def _task(ledger: Ledger, task: Task, today: date) -> tuple[str | int, ...]:
    closed = day_text(task.closed_at.astimezone(SHANGHAI).date()) if task.closed_at else ""
    return (
        ledger.meeting.organisation.name,
        day_text(ledger.held_on),
        task.title,
        task.owner_name,
        day_text(task.due_on) if task.due_on else "",
        state_of(task, today),
        closed,
    )
