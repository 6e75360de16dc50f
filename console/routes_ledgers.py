"""Ledgers at the desk: the list of a month, one to read and correct, files, and the board."""

from __future__ import annotations

import io
from datetime import date
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, HTTPException, Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from console.context import Address, App, member_at
from console.desk import DAY, Fields, month_at
from console.identity import same_origin
from console.ledger_form import entry_from, fields_of
from office import access, ledgers, progress
from office.access import Action
from office.bases import SHANGHAI
from office.errors import InvalidLedgerError
from office.models import Task
from sheets import ledger_document
from sheets import ledgers as ledger_sheet
from sheets.bookings import MEDIA_TYPE
from texts import say

router = APIRouter()
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
Month = Annotated[str, Query(max_length=7)]


@router.get("/desk/ledgers", response_class=HTMLResponse)
def of_month(
    request: Request, here: App, address: Address, month: Month = "", said: str = ""
) -> Any:
    """The ledgers of the branches that one leads, and the meetings that have none."""
    start, end = month_at(month, here.clock())
    with here.database.reading() as session:
        me = member_at(session, address)
        led = access.branches_led(session, me, Action.KEEP_LEDGER)
        if not led:
            raise HTTPException(404)
        ids = [one.id for one in led]
        context = {
            "me": me,
            "start": start,
            "month": f"{start:%Y-%m}",
            "before": f"{start - DAY:%Y-%m}",
            "after": f"{end:%Y-%m}",
            "ledgers": ledgers.between(session, ids, start.date(), end.date()),
            "missing": ledgers.missing(session, ids, start, min(end, here.clock())),
            "state": lambda task: ledger_sheet.state_of(task, _today(here)),
            "said": said,
        }
        return here.pages.TemplateResponse(request, "desk/ledgers.html", context)


@router.get("/desk/ledgers.{kind}")
def file(here: App, address: Address, kind: Literal["xlsx", "docx"], month: Month = "") -> Response:
    """The month's ledgers as a spreadsheet, or as a document to print."""
    start, end = month_at(month, here.clock())
    with here.database.reading() as session:
        me = member_at(session, address)
        led = access.branches_led(session, me, Action.KEEP_LEDGER)
        if not led:
            raise HTTPException(404)
        found = ledgers.between(session, (one.id for one in led), start.date(), end.date())
        made = io.BytesIO()
        if kind == "docx":
            ledger_document.write(found, _today(here), made)
        else:
            period = say("ledger.period_month", year=start.year, month=start.month)
            ledger_sheet.write(found, period, _today(here), made)
    headers = {"Content-Disposition": f'attachment; filename="ledgers-{start:%Y-%m}.{kind}"'}
    media = WORD if kind == "docx" else MEDIA_TYPE
    return Response(made.getvalue(), media_type=media, headers=headers)


@router.get("/desk/ledgers/{ledger_id}", response_class=HTMLResponse)
def one(request: Request, here: App, address: Address, ledger_id: int, said: str = "") -> Any:
    """One ledger to read and correct; to who does not keep it there is none."""
    return _page(request, here, address, ledger_id, said=said)


@router.post("/desk/ledgers/{ledger_id}", dependencies=[Depends(same_origin)])
def correct(request: Request, here: App, address: Address, ledger_id: int, fields: Fields) -> Any:
    """Put what the form says in the place of what was recorded."""
    try:
        entry = entry_from(fields)
        with here.database.writing() as session:
            ledgers.correct(
                session, member_at(session, address), ledger_id, entry, now=here.clock()
            )
    except InvalidLedgerError as error:
        detail = dict(error.detail)
        if "part" in detail:
            detail["name"] = say(f"ledger.part_{detail['part']}")
        problem = say(f"ledger.{error.code}", **detail)
        return _page(request, here, address, ledger_id, problem=problem, fields=fields)
    return RedirectResponse(f"/desk/ledgers/{ledger_id}?said=ledger_corrected", 303)


@router.get("/desk/progress", response_class=HTMLResponse)
def board(request: Request, here: App, address: Address) -> Any:
    """How far the branches are (赛进度): of organisations, never of persons."""
    with here.database.reading() as session:
        me = member_at(session, address)
        rows = progress.board(session, me, now=here.clock())
        if not rows:
            raise HTTPException(404)
        context = {
            "me": me,
            "rows": rows,
            "most": max((row.counts.all for row in rows), default=0) or 1,
            "year": _today(here).year,
        }
        return here.pages.TemplateResponse(request, "desk/progress.html", context)


def _today(here: App) -> date:
    return here.clock().astimezone(SHANGHAI).date()


def _page(
    request: Request,
    here: App,
    address: str,
    ledger_id: int,
    *,
    said: str = "",
    problem: str = "",
    fields: dict[str, str] | None = None,
) -> Any:
    with here.database.reading() as session:
        me = member_at(session, address)
        ledger = ledgers.find(session, me, ledger_id)

        def state(task_id: str) -> str:
            task = session.get(Task, int(task_id)) if task_id.isdigit() else None
            mine = task is not None and task.ledger_id == ledger.id
            return ledger_sheet.state_of(task, _today(here)) if task and mine else ""

        context = {
            "me": me,
            "ledger": ledger,
            "branch": ledger.meeting.organisation,
            "form": fields or fields_of(ledgers.entry_of(ledger)),
            "state": state,
            "longest": ledgers.LONGEST,
            "today": _today(here).isoformat(),
            "month": f"{ledger.held_on:%Y-%m}",
            "said": said,
            "problem": problem,
        }
        return here.pages.TemplateResponse(
            request, "desk/ledger.html", context, status_code=409 if problem else 200
        )
