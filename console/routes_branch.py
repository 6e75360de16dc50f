"""A branch for its secretary: its bookings of a month, the file of them, and its feed."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from console.context import Address, App, member_at
from console.desk import DAY, branch_led, month_at
from office import feeds
from office.bookings import lists

router = APIRouter()


@router.get("/desk/branches/{code}", response_class=HTMLResponse)
def branch(
    request: Request,
    here: App,
    address: Address,
    code: str,
    month: Annotated[str, Query(max_length=7)] = "",
    said: str = "",
) -> Any:
    """The branch's page."""
    start, end = month_at(month, here.clock())
    with here.database.reading() as session:
        me = member_at(session, address)
        led = branch_led(session, me, code)
        context = {
            "me": me,
            "branch": led,
            "start": start,
            "month": f"{start:%Y-%m}",
            "before": f"{start - DAY:%Y-%m}",
            "after": f"{end:%Y-%m}",
            "bookings": lists.between(session, start, end, branch_id=led.id),
            "feeds": feeds.live(session, led),
            "said": said,
        }
        return here.pages.TemplateResponse(request, "desk/branch.html", context)
