"""Ledgers as a Word document that is ready to print: A4, one ledger a page or more."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import IO, Any

import docx
from docx.document import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK
from docx.oxml.ns import qn
from docx.shared import Cm, Pt
from docx.table import Table, _Cell

from delivery.times import day_text
from office.models import Ledger, TaskState
from sheets.cells import NOT_IN_A_CELL
from sheets.ledgers import state_of
from texts import say

BODY, TITLE = "仿宋", "宋体"
"""Fonts by name, as official documents have them; every office suite in Chinese has both."""
SIZE = Pt(12)
WIDTHS = (Cm(2.6), Cm(5.4), Cm(2.6), Cm(5.4))
PARTS = ("progress", "problems", "causes")
TASK_COLUMNS = (("number", 1.2), ("title", 7.0), ("owner", 2.6), ("due", 3.2), ("state", 2.0))


def write(ledgers: Sequence[Ledger], today: date, file: IO[bytes]) -> None:
    """Write the ledgers in the order given; tasks are late as of the local day ``today``."""
    made = docx.Document()
    _page(made)
    for number, ledger in enumerate(ledgers):
        if number:
            made.paragraphs[-1].add_run().add_break(WD_BREAK.PAGE)
        _ledger(made, ledger, today)
    if not ledgers:
        _paragraph(made, say("ledger.document_none"))
    made.save(file)


def _page(made: Document) -> None:
    """A4, margins as usual for letters, and the body font also for Chinese characters."""
    section = made.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.5)
    section.top_margin = section.bottom_margin = Cm(2.2)
    style: Any = made.styles["Normal"]
    style.font.name, style.font.size = BODY, SIZE
    style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), BODY)


def _ledger(made: Document, ledger: Ledger, today: date) -> None:
    title = say("ledger.document_title", branch=ledger.meeting.organisation.name)
    _paragraph(made, title, font=TITLE, size=Pt(20), bold=True, centred=True)
    table = made.add_table(rows=0, cols=4)
    _frame(table)
    present = say("ledger.document_present", n=ledger.present)
    _row(table, ("day", day_text(ledger.held_on)), ("place", ledger.place))
    _row(table, ("present", present), ("theme", ledger.theme))
    for part in PARTS:
        cells = _added(table)
        _put(cells[0], say(f"ledger.column_{part}"), bold=True)
        _put(cells[1].merge(cells[3]), getattr(ledger, part))
    _paragraph(made, say("ledger.sheet_tasks"), bold=True)
    _tasks(made, ledger, today)
    _paragraph(made, "")
    _paragraph(made, say("ledger.document_signed"))


def _tasks(made: Document, ledger: Ledger, today: date) -> None:
    listed = [task for task in ledger.tasks if task.state != TaskState.DROPPED]
    if not listed:
        _paragraph(made, say("ledger.document_no_tasks"))
        return
    table = made.add_table(rows=1, cols=len(TASK_COLUMNS))
    _frame(table)
    for cell, (name, _) in zip(table.rows[0].cells, TASK_COLUMNS, strict=True):
        _put(cell, say(f"ledger.column_{name}"), bold=True)
    for number, task in enumerate(listed, 1):
        due = day_text(task.due_on) if task.due_on else ""
        values = (str(number), task.title, task.owner_name, due, state_of(task, today))
        for cell, value in zip(_added(table), values, strict=True):
            _put(cell, value)
    for row in table.rows:
        for cell, (_, width) in zip(row.cells, TASK_COLUMNS, strict=True):
            cell.width = Cm(width)


def _frame(table: Table) -> None:
    table.style = "Table Grid"
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False


def _row(table: Table, *pairs: tuple[str, str]) -> None:
    cells = _added(table)
    for cell, width in zip(cells, WIDTHS, strict=True):
        cell.width = width
    for n, (name, value) in enumerate(pairs):
        _put(cells[2 * n], say(f"ledger.column_{name}"), bold=True)
        _put(cells[2 * n + 1], value)


def _added(table: Table) -> Sequence[_Cell]:
    """The cells of a new row (python-docx does not say what ``add_row`` gives)."""
    table.add_row()  # type: ignore[no-untyped-call]
    return table.rows[-1].cells


def _put(cell: _Cell, text: str, *, bold: bool = False) -> None:
    """Each line a paragraph of its own; without what no document keeps."""
    lines = text.translate(NOT_IN_A_CELL).splitlines() or [""]
    for number, line in enumerate(lines):
        paragraph = cell.paragraphs[0] if number == 0 else cell.add_paragraph()
        paragraph.paragraph_format.space_after = Pt(2)
        _write(paragraph, line, BODY, SIZE, bold=bold)


def _paragraph(
    made: Document,
    text: str,
    *,
    font: str = BODY,
    size: Pt = SIZE,
    bold: bool = False,
    centred: bool = False,
) -> None:
    paragraph = made.add_paragraph()
    if centred:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _write(paragraph, text.translate(NOT_IN_A_CELL), font, size, bold=bold)


def _write(paragraph: Any, text: str, font: str, size: Pt, *, bold: bool) -> None:
    run = paragraph.add_run(text)
    run.font.name, run.font.size, run.font.bold = font, size, bold
    run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)
