"""A branch for its secretary: its next work meeting, its organisation life, a month's bookings."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse
from sqlalchemy.orm import Session

from console.context import Address, App, member_at
from console.desk import DAY, branch_led, day_of, month_at
from console.life_table import year_lines
from delivery.meeting_words import about, readers_line
from office import access, feeds, meetings
from office.access import Action
from office.bases import SHANGHAI
from office.bookings import lists
from office.models import Member, Organisation
from office.organisation_life import branches_at

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
        today = day_of(here.clock()).date()
        (life,) = branches_at(session, today, ids=[led.id])
        context = {
            "me": me,
            "branch": led,
            "start": start,
            "month": f"{start:%Y-%m}",
            "before": f"{start - DAY:%Y-%m}",
            "after": f"{end:%Y-%m}",
            "bookings": lists.between(session, start, end, branch_id=led.id),
            "feeds": feeds.live(session, led),
            "meeting": coming_meeting(session, me, led, here.clock()),
            "year": today.year,
            "lines": year_lines(life, today.year, today),
            "said": said,
        }
        return here.pages.TemplateResponse(request, "desk/branch.html", context)


def coming_meeting(
    session: Session, me: Member, led: Organisation, now: datetime
) -> list[str] | None:
    """The branch's next work meeting, its agenda and who has acknowledged it, in lines.

    None for who does not convene it; empty where none is planned.
    """
    if not access.may(session, me, Action.CONVENE, led.id):
        return None
    meeting = meetings.next_work_meeting(session, led.id, now=now)
    if meeting is None:
        return []
    today = now.astimezone(SHANGHAI).date()
    return [*about(session, meeting, today).splitlines(), readers_line(session, meeting)]
