"""Meetings as secretaries list them: read with every fault named, kept once, written out again."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import IO, Any

from openpyxl import Workbook
from sqlalchemy import select
from sqlalchemy.orm import Session

from delivery.organisation_life_words import kind_text
from library.errors import DocumentRefusedError
from office.bases import SHANGHAI
from office.errors import InvalidReportError
from office.models import Meeting, MeetingKind, Member, Organisation, OrganisationKind
from office.organisation_life.reading import KINDS
from office.organisation_life.recording import (
    LONGEST,
    MOST_PEOPLE,
    Again,
    Report,
    check,
    differs,
    hour_of,
    on_day,
    record,
)
from office.organisations import branch_of
from sheets import readers
from sheets.cells import for_print, head, put
from sheets.columns import Column, column_title, title_of
from sheets.readers import WrongCellError
from sheets.reading import Cell, Row
from sheets.tables import Fault, Table, table
from texts import say

NAME = "meetings"
PEOPLE = readers.whole(range(1, MOST_PEOPLE + 1))
SHORT = {
    "支委会": MeetingKind.COMMITTEE,
    "党员大会": MeetingKind.GENERAL,
    "支部大会": MeetingKind.GENERAL,
    "民主评议": MeetingKind.APPRAISAL,
    "谈心": MeetingKind.TALKS,
}
"""What secretaries write for short."""


def _kind(value: Cell) -> MeetingKind:
    """A kind of meeting by its name."""
    meant = {kind_text(kind): kind for kind in KINDS}
    found = (meant | SHORT).get(value) if isinstance(value, str) else None
    if found is None:
        choices = "、".join(meant)
        raise WrongCellError("not_choice", choices=choices, value=readers.shown(value))
    return found


COLUMNS = (
    Column("organisation", readers.text(80), needed=True, width=26),
    Column("kind", _kind, needed=True, width=18),
    Column("day", readers.day, needed=True, width=14),
    Column("at", readers.clock, width=10),
    Column("place", readers.text(LONGEST["place"]), width=20),
    Column("expected", PEOPLE, width=8),
    Column("present", PEOPLE, width=8),
    Column("theme", readers.text(LONGEST["theme"]), width=40),
)


@dataclass(frozen=True)
class MeetingRow:
    """A row that can be kept: the branch, and what is said of the meeting."""

    branch: Organisation
    report: Report


@dataclass
class Kept:
    """How many meetings a file brought, corrected, and only repeated."""

    created: int = 0
    changed: int = 0
    unchanged: int = 0


@dataclass
class _Places:
    """Organisations by code and by name; a name that two have names none."""

    known: dict[str, Organisation] = field(default_factory=dict)
    twice: set[str] = field(default_factory=set)


def parse(
    session: Session,
    sheets: Mapping[str, Sequence[Row]],
    *,
    today: date,
    only: Collection[int] | None = None,
) -> tuple[list[MeetingRow], list[Fault]]:
    """The meetings of the file, or all its faults; ``only`` are branches that may be written to.

    Raises DocumentRefusedError for a file without any.
    """
    if len(sheets.get(title_of(NAME), [])) < 2:
        raise DocumentRefusedError("import_no_meetings", sheet=title_of(NAME))
    read = table(NAME, sheets, COLUMNS)
    rows: list[MeetingRow] = []
    if not read.faults:
        places, seen = _places(session), set[tuple[int, MeetingKind, date]]()
        for number, values in read.records:
            row = _row(session, read, number, values, places, only, today)
            if row is None:
                continue
            key = (row.report.group_id or row.branch.id, values["kind"], values["day"])
            if key in seen:
                read.wrong(number, "day", "meeting_twice")
            seen.add(key)
            rows.append(row)
    return ([] if read.faults else rows), read.faults


def keep(
    session: Session, rows: Sequence[MeetingRow], *, now: datetime, by: Member | None = None
) -> Kept:
    """Write the meetings down; one that stands already is corrected, never doubled."""
    kept = Kept()
    for row in rows:
        place = row.report.group_id or row.branch.id
        before = on_day(session, place, row.report.kinds[0], row.report.day)
        if before is None:
            kept.created += 1
        elif differs(before, row.report):
            kept.changed += 1
        else:
            kept.unchanged += 1
        record(session, by, row.branch, row.report, now=now, again=Again.SAME)
    return kept


def write(meetings: Sequence[Meeting], file: IO[bytes]) -> None:
    """Write meetings as ``parse`` reads them."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = title_of(NAME)
    head(sheet, [(column_title(NAME, column.name), column.width) for column in COLUMNS])
    for row, meeting in enumerate(meetings, 2):
        for column, value in enumerate(_values(meeting), 1):
            put(sheet, row, column, value)
    for_print(sheet, header_row=1)
    book.save(file)


def write_template(file: IO[bytes]) -> None:
    """Write the sheet with its header and one example."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = title_of(NAME)
    head(sheet, [(column_title(NAME, column.name), column.width) for column in COLUMNS])
    example: tuple[str | int, ...] = ("D1B1", kind_text(MeetingKind.GENERAL), "2026-11-20", "14:00")
    example += ("活动室", 30, 25, "讨论发展对象")
    for column, value in enumerate(example, 1):
        put(sheet, 2, column, value)
    notes = book.create_sheet(title_of("notes"))
    notes.column_dimensions["A"].width = 90
    for row, line in enumerate(say("sheets.meetings_notes").splitlines(), 1):
        put(notes, row, 1, line)
    book.save(file)


def _values(meeting: Meeting) -> tuple[str | int | None, ...]:
    start, hour = meeting.starts_at.astimezone(SHANGHAI), hour_of(meeting)
    return (
        meeting.organisation.code,
        kind_text(meeting.kind),
        f"{start:%Y-%m-%d}",
        f"{hour:%H:%M}" if hour else None,
        meeting.place or None,
        meeting.expected,
        meeting.present,
        meeting.theme or None,
    )


def _places(session: Session) -> _Places:
    found = _Places()
    all_of_them = session.scalars(select(Organisation)).all()
    for one in all_of_them:
        if one.name in found.known:
            found.twice.add(one.name)
        found.known[one.name] = one
    found.known |= {one.code: one for one in all_of_them}  # a code goes before a name
    return found


def _row(
    session: Session,
    read: Table,
    number: int,
    values: Mapping[str, Any],
    places: _Places,
    only: Collection[int] | None,
    today: date,
) -> MeetingRow | None:
    written = values["organisation"].strip()
    place = None if written in places.twice else places.known.get(written)
    if place is None:
        key = "organisation_twice" if written in places.twice else "organisation_unknown"
        read.wrong(number, "organisation", key, value=written)
        return None
    in_group = place.kind == OrganisationKind.GROUP
    branch = branch_of(session, place.id)
    if branch.kind != OrganisationKind.BRANCH:
        read.wrong(number, "organisation", "meeting_not_branch", value=written)
        return None
    if in_group and values["kind"] != MeetingKind.GROUP:
        read.wrong(number, "kind", "meeting_of_group", kind=kind_text(MeetingKind.GROUP))
        return None
    if only is not None and branch.id not in only:
        read.wrong(number, "organisation", "meeting_not_yours", value=written)
        return None
    report = Report(
        kinds=[values["kind"]],
        day=values["day"],
        at=values.get("at"),
        expected=values.get("expected"),
        present=values.get("present"),
        theme=values.get("theme", ""),
        place=values.get("place", ""),
        group_id=place.id if in_group else None,
    )
    try:
        check(report, today)
    except InvalidReportError as error:
        column = "present" if error.code == "meeting_too_many" else "day"
        read.wrong(number, column, error.code)
        return None
    return MeetingRow(branch, report)
