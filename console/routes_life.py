"""Organisation life at the desk: a branch's year as a file, and a committee over its branches."""

from __future__ import annotations

import io
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import HTMLResponse

from console.context import Address, App, member_at
from console.desk import branch_led, day_of
from console.life_table import IN_COMMITTEE, branch_today
from delivery.organisation_life_words import kind_text
from office import access
from office.errors import NotFoundError
from office.organisation_life import branches_at
from office.organisation_life.reading import meetings_of_year
from office.organisations import descendants
from sheets.bookings import MEDIA_TYPE
from sheets.meetings import write, write_template

router = APIRouter()


@router.get("/desk/branches/{code}/meetings.xlsx")
def meetings_file(
    here: App,
    address: Address,
    code: str,
    year: Annotated[int, Query(ge=2000, le=2100)] = 0,
) -> Response:
    """The branch's meetings of a year, as they can be imported."""
    out = io.BytesIO()
    with here.database.reading() as session:
        led = branch_led(session, member_at(session, address), code)
        year = year or day_of(here.clock()).year
        write(meetings_of_year(session, year, descendants(session, led.id)), out)
    return _file(out, f"meetings-{year}.xlsx")


@router.get("/desk/meetings-template.xlsx")
def template(here: App, address: Address) -> Response:
    """The empty sheet."""
    out = io.BytesIO()
    with here.database.reading() as session:
        if not access.branches_led(session, member_at(session, address)):
            raise NotFoundError("no_such_organisation")
    write_template(out)
    return _file(out, "meetings.xlsx")


@router.get("/desk/committees/{code}", response_class=HTMLResponse)
def committee(request: Request, here: App, address: Address, code: str) -> Any:
    """How the branches of a committee stand today: organisations, never persons."""
    today = day_of(here.clock()).date()
    with here.database.reading() as session:
        me = member_at(session, address)
        led = {one.code: one for one in access.committees_led(session, me)}
        if code not in led:
            raise NotFoundError("no_such_organisation")
        ids = descendants(session, led[code].id)
        context = {
            "me": me,
            "committee": led[code],
            "today": today,
            "kinds": [kind_text(kind) for kind in IN_COMMITTEE],
            "rows": [branch_today(one, today) for one in branches_at(session, today, ids=ids)],
            "said": "",
        }
        return here.pages.TemplateResponse(request, "desk/committee.html", context)


def _file(out: io.BytesIO, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(out.getvalue(), media_type=MEDIA_TYPE, headers=headers)
