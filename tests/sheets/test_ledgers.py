"""Ledgers as a spreadsheet and as a Word document ready to print."""

from __future__ import annotations

import io
import zipfile
from datetime import date

import docx
import openpyxl
import pytest
from docx.oxml.ns import qn

from office import ledgers, tasks
from office.database import Database
from office.models import Ledger
from sheets import ledger_document
from sheets import ledgers as sheet
from tests.conftest import NOW
from tests.office.ledger_world import SECRETARY, branch, entry, who

TODAY = date(2026, 12, 1)


@pytest.fixture
def found(small_district: Database) -> list[Ledger]:
    """Two ledgers: one task of the first is late, one done; the second has none."""
    with small_district.writing() as session:
        me, here = who(session, SECRETARY), branch(session).id
        first = ledgers.record(
            session, me, here, entry(session, progress="=1+1\n第二行\x0b"), now=NOW
        )
        tasks.done(session, who(session, SECRETARY), first.tasks[1].id, now=NOW)
        second = entry(session, held_on=date(2026, 11, 10), tasks=())
        made = [first, ledgers.record(session, me, here, second, now=NOW)]
        for one in made:
            assert one.meeting.organisation.name
        return made


def test_the_spreadsheet_has_ledgers_and_tasks(found: list[Ledger]) -> None:
    made = io.BytesIO()
    sheet.write(found, "2026年11月", TODAY, made)
    book = openpyxl.load_workbook(made)
    assert book.sheetnames == ["台账", "任务"]
    rows = [[cell.value for cell in row] for row in book["台账"].iter_rows()]
    assert rows[0][0] == "工作例会台账（2026年11月）"
    assert rows[1][:5] == ["支部", "时间", "地点", "到会人数", "主题"]
    assert rows[2][:5] == [
        "晨光社区第一网格党支部",
        "11月20日（周五）",
        "党员活动室",
        8,
        "冬季走访",
    ]
    cell = book["台账"]["F3"]
    assert (cell.value, cell.data_type) == ("=1+1\n第二行", "s")
    listed = [[cell.value for cell in row] for row in book["任务"].iter_rows(min_row=3)]
    assert [(row[2], row[5]) for row in listed] == [
        ("走完剩下 6 户", "过期"),
        ("更新台账", "已完成"),
    ]
    assert book["任务"].page_setup.paperSize == 9  # A4


def test_the_document_is_ready_to_print(found: list[Ledger]) -> None:
    made = io.BytesIO()
    ledger_document.write(found, TODAY, made)
    read = docx.Document(made)
    section = read.sections[0]
    assert (round(section.page_width.cm, 1), round(section.page_height.cm, 1)) == (21.0, 29.7)
    assert round(section.left_margin.cm, 1) == 2.5
    texts = [paragraph.text for paragraph in read.paragraphs]
    assert texts.count("晨光社区第一网格党支部工作例会台账") == 2
    assert sum("记录人：" in text and "支部书记：" in text for text in texts) == 2
    assert "本次例会没有派任务。" in texts
    cells = [cell.text for row in read.tables[0].rows for cell in row.cells]
    assert cells[:4] == ["时间", "11月20日（周五）", "地点", "党员活动室"]
    assert cells[4:8] == ["到会人数", "8 人", "主题", "冬季走访"]
    assert cells[9] == "=1+1\n第二行"
    assert [cell.text for cell in read.tables[1].rows[1].cells][1] == "走完剩下 6 户"
    for paragraph in read.paragraphs:
        for run in paragraph.runs:
            fonts = run._element.rPr.rFonts.get(qn("w:eastAsia")) if run.text else "仿宋"
            assert fonts in {"仿宋", "宋体"}
    assert zipfile.ZipFile(made).testzip() is None


def test_nothing_is_said_to_be_nothing() -> None:
    made = io.BytesIO()
    ledger_document.write([], TODAY, made)
    assert "没有台账" in docx.Document(made).paragraphs[0].text
