"""A keeper's sheet of bases: shown before it is saved, for his own bases only."""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from httpx import Response
from openpyxl import Workbook

from office.database import Database
from office.models import OutboxMessage
from settings import Settings
from sheets.columns import SHEETS, column_title, title_of
from sheets.reading import LIMIT_MB
from tests.conftest import FrozenClock
from tests.console.conftest import KEEPER, Enter, base_now, book
from tests.sheets.test_hostile import CASES
from texts import say

MINE = {"code": "J2", "organisation": "D1", "name": "清溪村史馆", "address": "清溪村1号"}
LATE = {"base": "J2", "weekday": "每天", "opens": "18:00", "closes": "20:00"}


def workbook(**rows: Mapping[str, str]) -> bytes:
    book = Workbook()
    for name, row in rows.items():
        sheet = book.create_sheet(title_of(name))
        for n, column in enumerate(SHEETS[name], 1):
            sheet.cell(row=1, column=n).value = column_title(name, column.name)
            sheet.cell(row=2, column=n).value = row.get(column.name)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def upload(page: TestClient, content: bytes, name: str = "bases.xlsx") -> Response:
    return page.post("/desk/sheet", files={"file": (name, content)})


def digest(shown: Response) -> str:
    return shown.text.split('name="digest" value="')[1].split('"')[0]


def test_what_would_change_and_clash_is_shown_and_then_saved(
    enter: Enter, here: Settings, small_district: Database, clock: FrozenClock
) -> None:
    book(small_district, clock)  # 14:00 to 16:00
    before = base_now(small_district)
    page = enter(KEEPER)
    mine = MINE | {"name": before.name, "address": before.address}
    shown = upload(page, workbook(bases=mine, hours=LATE))
    assert shown.status_code == 200
    assert say("desk.sheet_changes", what=say("sheets.what_hours")) in shown.text
    assert say("desk.preview_some", n=1) in shown.text
    assert "晨光社区第一网格党支部" in shown.text
    assert {row.closes for row in base_now(small_district).hours} == {
        row.closes for row in before.hours
    }
    saved = page.post("/desk/sheet/save", data={"digest": digest(shown)})
    assert (saved.status_code, saved.headers["location"]) == (303, "/desk/sheet?said=sheet")
    assert {row.opens.hour for row in base_now(small_district).hours} == {18}
    with small_district.reading() as session:
        told = [row.text for row in session.query(OutboxMessage)]
    assert any(say("booking_notices.clash_closed") in text for text in told)
    assert list((here.data_folder / "uploads").iterdir()) == []
    again = page.post("/desk/sheet/save", data={"digest": digest(shown)})
    assert say("desk.sheet_again") in again.text


def test_only_what_was_shown_is_saved(enter: Enter, small_district: Database) -> None:
    page = enter(KEEPER)
    base = base_now(small_district)
    mine = MINE | {"name": base.name, "address": base.address}
    first = upload(page, workbook(bases=mine, hours=LATE))
    upload(page, workbook(bases=mine))
    assert (
        say("desk.sheet_again")
        in page.post("/desk/sheet/save", data={"digest": digest(first)}).text
    )
    assert {row.opens.hour for row in base_now(small_district).hours} != {18}


@pytest.mark.parametrize("code", ["J3", "J99"])
def test_other_bases_are_refused_and_new_ones_too(
    enter: Enter, small_district: Database, code: str
) -> None:
    rooms = {"base": code, "name": "新房间", "capacity": "20"}
    row = MINE | {"code": code, "name": "别人的基地"}
    answer = upload(enter(KEEPER), workbook(bases=row, rooms=rooms))
    assert answer.status_code == 422
    assert say("desk.sheet_not_yours", codes=code) in answer.text
    assert 'name="digest"' not in answer.text


def test_faults_are_named_by_place(enter: Enter) -> None:
    answer = upload(enter(KEEPER), workbook(bases=MINE, hours=LATE | {"opens": "早上"}))
    assert answer.status_code == 422
    assert f"“{title_of('hours')}”第 2 行" in answer.text


@pytest.mark.parametrize("case", ["text", "old", "empty"])
def test_what_is_no_sheet_gets_one_clear_sentence(
    enter: Enter, here: Settings, tmp_path: Path, case: str
) -> None:
    make, code = CASES[case]
    file = tmp_path / "x.xlsx"
    make(file)
    answer = upload(enter(KEEPER), file.read_bytes(), '"><script>x</script>.xlsx')
    assert answer.status_code == 422
    assert answer.text.count('role="alert"') == 1
    if case == "empty":
        assert say("desk.sheet_unusable", limit=LIMIT_MB) in answer.text
    else:
        assert say(f"cli.{code}", file=say("desk.this_file")) in answer.text
    assert "<script>x" not in answer.text
    folder = here.data_folder / "uploads"
    assert not folder.exists() or list(folder.iterdir()) == []


@pytest.mark.parametrize("case", sorted(set(CASES) - {"text", "old", "empty", "500 MB"}))
def test_a_hostile_file_gets_one_clear_sentence(enter: Enter, tmp_path: Path, case: str) -> None:
    make, _ = CASES[case]
    file = tmp_path / "x.xlsx"
    make(file)
    answer = upload(enter(KEEPER), file.read_bytes())
    assert answer.status_code == 422
    assert answer.text.count('role="alert"') == 1
    assert say("desk.went_wrong") not in answer.text


def test_a_file_that_is_too_large_is_not_read(enter: Enter) -> None:
    answer = upload(enter(KEEPER), bytes((LIMIT_MB << 20) + 8192))
    assert say("desk.sheet_unusable", limit=LIMIT_MB) in answer.text


def test_no_file_at_all(enter: Enter) -> None:
    assert say("desk.sheet_missing") in enter(KEEPER).post("/desk/sheet", data={"x": "1"}).text
