"""How the bases were used in a quarter: of bases, never of persons."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Query, Request
from fastapi.responses import HTMLResponse

from console.context import Address, App, member_at
from office import access
from office.bookings import quarters

router = APIRouter()


@router.get("/desk/report", response_class=HTMLResponse)
def report(
    request: Request,
    here: App,
    address: Address,
    quarter: Annotated[str, Query(max_length=6)] = "",
) -> Any:
    """The report of the bases that one keeps; who keeps none finds no such page."""
    with here.database.reading() as session:
        me = member_at(session, address)
        kept = access.bases_kept(session, me)
        if not kept:
            raise HTTPException(404)
        chosen = quarters.parse(quarter) or quarters.of(here.clock())
        rows = quarters.usage_of(session, kept, chosen)
        context = {
            "me": me,
            "quarter": chosen,
            "rows": rows,
            "most": max((row.activities for row in rows), default=0) or 1,
            "most_people": max((row.attendance for row in rows), default=0) or 1,
        }
        return here.pages.TemplateResponse(request, "desk/report.html", context)
