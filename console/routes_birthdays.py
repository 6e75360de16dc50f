"""The political birthdays of a branch for its secretary, and dates that are to be put right."""

from __future__ import annotations

from datetime import date
from typing import Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from console.context import Address, App, Here, member_at
from console.desk import Fields, branch_led
from console.identity import same_origin
from console.words import sentence
from office import birthdays
from office.bases import SHANGHAI
from office.errors import InvalidDateError, NotAllowedError, NotFoundError, ZhibuError

router = APIRouter()


@router.get("/desk/branches/{code}/birthdays", response_class=HTMLResponse)
def register(request: Request, here: App, address: Address, code: str, said: str = "") -> Any:
    """The register: what is not sure first, then the year from January on."""
    return _page(request, here, address, code, said=said)


@router.post("/desk/branches/{code}/birthdays", dependencies=[Depends(same_origin)])
def change(request: Request, here: App, address: Address, code: str, fields: Fields) -> Any:
    """Enter a confirmed date, or mark one as doubtful; what cannot be is said on the page."""
    now = here.clock()
    number, step = fields.get("number", ""), fields.get("step", "")
    try:
        with here.database.writing() as session:
            me = member_at(session, address)
            branch_led(session, me, code)
            if step == "doubt":
                birthdays.doubt(session, me, number, now=now)
            else:
                day, today = _day(fields.get("day", "")), now.astimezone(SHANGHAI).date()
                birthdays.confirm(session, me, number, day, today=today, now=now)
    except (NotFoundError, NotAllowedError):
        raise
    except ZhibuError as error:
        return _page(request, here, address, code, problem=sentence(error))
    done = "doubted" if step == "doubt" else "confirmed_date"
    return RedirectResponse(f"/desk/branches/{code}/birthdays?said={done}", 303)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InvalidDateError("admission_date_missing") from None


def _page(
    request: Request, here: Here, address: str, code: str, *, said: str = "", problem: str = ""
) -> Any:
    with here.database.reading() as session:
        me = member_at(session, address)
        branch = branch_led(session, me, code)
        context = {
            "me": me,
            "branch": branch,
            "unsure": birthdays.unsure(session, branch),
            "register": birthdays.register(session, branch),
            "today": here.clock().astimezone(SHANGHAI).date(),
            "said": said,
            "problem": problem,
        }
        return here.pages.TemplateResponse(
            request, "desk/birthdays.html", context, status_code=409 if problem else 200
        )
