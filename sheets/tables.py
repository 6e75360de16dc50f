"""From rows of cells to records by column name, and every fault with its place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sheets.columns import SHEETS, Column, column_title, title_of
from sheets.readers import WrongCellError, shown
from sheets.reading import Cell, Row
from texts import say


@dataclass(frozen=True)
class Fault:
    """What is wrong with a cell, and what would do. Row 0 is the whole sheet."""

    sheet: str
    row: int
    column: str
    problem: str


@dataclass
class Table:
    """The records of a sheet, each with the number of its row."""

    name: str
    records: list[tuple[int, dict[str, Any]]] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    def wrong(self, row: int, column: str, key: str, **detail: object) -> None:
        """Note a fault; ``column`` is a name of ours."""
        title = column_title(self.name, column)
        problem = say(f"sheets.{key}", **detail)
        self.faults.append(Fault(title_of(self.name), row, title, problem))


def table(
    name: str, sheets: Mapping[str, Sequence[Row]], shape: Sequence[Column] | None = None
) -> Table:
    """Read one sheet, of a file of bases where no ``shape`` is given; a missing one is empty."""
    found = Table(name)
    rows = sheets.get(title_of(name), [])
    if not rows:
        return found
    columns = {column_title(name, column.name): column for column in shape or SHEETS[name]}
    titles = [shown(cell).strip() if cell is not None else "" for cell in rows[0].cells]
    header = rows[0].number
    for title in titles:
        if title and title not in columns:
            problem = say("sheets.unknown_column")
            found.faults.append(Fault(title_of(name), header, title, problem))
    for title, column in columns.items():
        if column.needed and title not in titles:
            problem = say("sheets.missing_column")
            found.faults.append(Fault(title_of(name), header, title, problem))
    if found.faults:
        return found
    for row in rows[1:]:
        record = {}
        cells = dict(zip(titles, row.cells, strict=False))
        for title, column in columns.items():
            try:
                value = _checked(cells.get(title))
                if value is not None:
                    record[column.name] = column.read(value)
                elif column.needed:
                    raise WrongCellError("needed")
            except WrongCellError as error:
                found.wrong(row.number, column.name, error.key, **error.detail)
        found.records.append((row.number, record))
    return found


def _checked(value: Cell) -> Cell:
    if isinstance(value, dict) and "formula" in value:
        raise WrongCellError("formula")
    if isinstance(value, dict) and "error" in value:
        raise WrongCellError("bad_cell", value=value["error"])
    return value
