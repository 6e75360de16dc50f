"""Ledgers at the desk: read, corrected, taken away as files; the board."""

from __future__ import annotations

import io
from datetime import date

import docx
import openpyxl
import pytest

from office import ledgers
from office.database import Database
from office.models import Ledger, Task
from tests.conftest import NOW
from tests.console.conftest import ADMINISTRATOR, MEMBER, OTHER_SECRETARY, SECRETARY, Enter
from tests.office.ledger_world import branch, entry, who


@pytest.fixture
def ledger(small_district: Database) -> Ledger:
    with small_district.writing() as session:
        return ledgers.record(
            session, who(session, SECRETARY), branch(session).id, entry(session), now=NOW
        )


def form_of(ledger: Ledger, **other: str) -> dict[str, str]:
    first, second = (str(task.id) for task in ledger.tasks)
    return {
        "held_on": "2026-11-20",
        "present": "8",
        "place": "党员活动室",
        "theme": "冬季走访",
        "progress": "走访了 32 户",
        "problems": "还有 6 户没走到",
        "causes": "白天家里没人",
        "tasks": "4",
        "task_0_id": first,
        "task_0_title": "走完剩下 6 户",
        "task_0_owner": "",
        "task_0_due": "2026-12-30",
        "task_1_id": second,
        "task_1_title": "",
        **other,
    }


def test_the_month_with_what_is_missing(ledger: Ledger, enter: Enter) -> None:
    page = enter(SECRETARY).get("/desk/ledgers").text
    assert "冬季走访" in page
    assert "还没记台账的例会" in page
    assert f"/desk/ledgers/{ledger.id}" in page
    assert "这个月还没有台账" in enter(SECRETARY).get("/desk/ledgers?month=2026-08").text
    assert "/desk/ledgers" in enter(SECRETARY).get("/desk").text


@pytest.mark.parametrize("number", [MEMBER, None])
def test_who_leads_no_branch_finds_nothing(ledger: Ledger, enter: Enter, number: str) -> None:
    for path in ("", ".xlsx", ".docx", f"/{ledger.id}"):
        assert enter(number).get(f"/desk/ledgers{path}").status_code in {401, 404}
    assert enter(number).get("/desk/progress").status_code in {401, 404}


def test_another_branch_sees_the_board_and_not_the_ledger(ledger: Ledger, enter: Enter) -> None:
    page = enter(OTHER_SECRETARY)
    assert page.get(f"/desk/ledgers/{ledger.id}").status_code == 404
    assert page.post(f"/desk/ledgers/{ledger.id}", data=form_of(ledger)).status_code == 404
    assert "冬季走访" not in page.get("/desk/ledgers").text
    board = page.get("/desk/progress").text
    assert "晨光社区第一网格党支部" in board
    assert "完成 0，在办 2，过期 0" in board
    assert "清溪村党支部" not in board


def test_a_ledger_is_corrected(ledger: Ledger, enter: Enter, small_district: Database) -> None:
    page = enter(ADMINISTRATOR)
    assert 'value="走完剩下 6 户"' in page.get(f"/desk/ledgers/{ledger.id}").text
    changed = form_of(ledger, present="9", task_2_title="清理楼道", task_2_owner="<b>李芳")
    done = page.post(f"/desk/ledgers/{ledger.id}", data=changed)
    assert done.status_code == 303
    shown = page.get(done.headers["location"]).text
    assert "已改好" in shown
    assert "&lt;b&gt;李芳" in shown
    with small_district.reading() as session:
        found = session.get_one(Ledger, ledger.id)
        assert found.present == 9
        states = {task.title: (task.state, task.due_on) for task in found.tasks}
    assert states["走完剩下 6 户"] == ("open", date(2026, 12, 30))
    assert states["更新台账"][0] == "dropped"
    assert states["清理楼道"] == ("open", None)


@pytest.mark.parametrize(
    ("wrong", "problem"),
    [
        ({"held_on": "2026-11-31"}, "没有这一天"),
        ({"held_on": "2027-01-01"}, "这一天还没到"),
        ({"present": "0"}, "至少是 1 人"),
        ({"present": "很多"}, "至少是 1 人"),
        ({"place": ""}, "还没说在哪里开的"),
        ({"progress": "长" * 2001}, "最多记 2000 个字"),
        ({"task_0_due": "2026-11-01"}, "比开会还早"),
    ],
)
def test_what_cannot_be_is_said_and_what_was_typed_stays(
    ledger: Ledger, enter: Enter, wrong: dict[str, str], problem: str
) -> None:
    given = form_of(ledger, theme="改过的主题") | wrong
    answer = enter(SECRETARY).post(f"/desk/ledgers/{ledger.id}", data=given)
    assert answer.status_code == 409
    assert problem in answer.text
    assert "改过的主题" in answer.text


def test_a_task_of_another_branch_is_not_taken(
    ledger: Ledger, enter: Enter, small_district: Database
) -> None:
    with small_district.writing() as session:
        other = ledgers.record(
            session,
            who(session, ADMINISTRATOR),
            branch(session, "D1B2").id,
            entry(session),
            now=NOW,
        )
        foreign = other.tasks[0].id
    form = form_of(ledger, task_0_id=str(foreign), task_0_title="偷来的")
    assert enter(SECRETARY).post(f"/desk/ledgers/{ledger.id}", data=form).status_code == 303
    with small_district.reading() as session:
        assert session.get_one(Task, foreign).title == "走完剩下 6 户"


def test_files_to_take_away(ledger: Ledger, enter: Enter) -> None:
    page = enter(SECRETARY)
    word = page.get("/desk/ledgers.docx?month=2026-11")
    assert "ledgers-2026-11.docx" in word.headers["content-disposition"]
    assert "冬季走访" in [
        cell.text
        for row in docx.Document(io.BytesIO(word.content)).tables[0].rows
        for cell in row.cells
    ]
    excel = page.get("/desk/ledgers.xlsx?month=2026-11")
    assert openpyxl.load_workbook(io.BytesIO(excel.content))["任务"]["C3"].value == "走完剩下 6 户"
    assert page.get("/desk/ledgers.pdf").status_code == 422
