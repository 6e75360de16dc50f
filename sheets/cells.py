"""How our spreadsheets look, and how a text is kept from being a formula."""

from __future__ import annotations

from collections.abc import Sequence

from openpyxl.cell.cell import Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.header_footer import HeaderFooterItem, _HeaderFooterPart
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

THIN = Side(style="thin", color="C9BFB5")
FRAME = Border(left=THIN, right=THIN, top=THIN, bottom=THIN)
HEADER = PatternFill("solid", fgColor="B3191F")
FONT = "Microsoft YaHei"
NOT_IN_A_CELL = dict.fromkeys([*range(9), 11, 12, *range(14, 32), 0xFFFE, 0xFFFF])
LONGEST = 32_000


def put(sheet: Worksheet, row: int, column: int, value: str | float | None) -> Cell:
    """Write a value into a cell. A text stays a text even if it begins with = + - or @."""
    cell = sheet.cell(row=row, column=column)
    assert isinstance(cell, Cell)
    if isinstance(value, str):
        cell.value = value.translate(NOT_IN_A_CELL)[:LONGEST]
        cell.data_type = "s"
        cell.quotePrefix = value.startswith(("=", "+", "-", "@", "\t", "\r"))
    else:
        cell.value = value
    cell.font = Font(name=FONT, size=11)
    cell.border = FRAME
    cell.alignment = Alignment(vertical="center", wrap_text=True)
    return cell


def head(sheet: Worksheet, columns: Sequence[tuple[str, float]], *, row: int = 1) -> None:
    """Write the header, (title, width in characters) of each column; it stays while one scrolls."""
    for n, (title, width) in enumerate(columns, 1):
        cell = put(sheet, row, n, title)
        cell.font = Font(name=FONT, size=11, bold=True, color="FFFFFF")
        cell.fill = HEADER
        cell.alignment = Alignment(vertical="center", horizontal="center", wrap_text=True)
        sheet.column_dimensions[get_column_letter(n)].width = width
    sheet.row_dimensions[row].height = 26
    sheet.freeze_panes = f"A{row + 1}"


def for_print(sheet: Worksheet, *, header_row: int) -> None:
    """Landscape on A4, as wide as the page, the header on every page, numbered."""
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth = 1
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_title_rows = f"{header_row}:{header_row}"
    sheet.page_margins.left = sheet.page_margins.right = 0.4
    sheet.HeaderFooter.oddFooter = HeaderFooterItem(center=_HeaderFooterPart("&P / &N"))
