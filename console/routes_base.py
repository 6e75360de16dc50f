"""A base for its keepers: calendar, what comes, its files and its feed."""

from __future__ import annotations

import io
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Query, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse

from console.context import Address, App, member_at
from console.desk import DAY, base_kept, branch_led, day_of, month_at
from console.words import desk
from office import access, bookings, feeds
from office.bases import SHANGHAI
from office.bookings import lists
from office.bookings.clashes import clashes
from office.models import Booking, BookingState
from sheets.bookings import MEDIA_TYPE, write

router = APIRouter()
LONGEST_VIEW = 62 * DAY
CLASSES = {
    BookingState.HELD: "held",
    BookingState.OFFERED: "held",
    BookingState.CONFIRMED: "confirmed",
}
"""How a booking looks in the calendar; every other one is over."""
Month = Annotated[str, Query(max_length=7)]
Code = Annotated[str, Query(max_length=20)]


@router.get("/desk/bases/{code}", response_class=HTMLResponse)
def base(request: Request, here: App, address: Address, code: str, said: str = "") -> Any:
    """The base's page."""
    now = here.clock()
    with here.database.reading() as session:
        me = member_at(session, address)
        kept = base_kept(session, me, code)
        today = day_of(now)
        context = {
            "me": me,
            "base": kept,
            "part": "base",
            "today": today.date().isoformat(),
            "month": f"{today:%Y-%m}",
            "coming": bookings.at_base(session, kept, now, today + 31 * DAY),
            "clashes": clashes(session, kept, now=now),
            "feeds": feeds.live(session, kept),
            "said": said,
        }
        return here.pages.TemplateResponse(request, "desk/base.html", context)


@router.get("/desk/bases/{code}/events")
def events(
    here: App,
    address: Address,
    code: str,
    start: Annotated[datetime, Query()],
    end: Annotated[datetime, Query()],
) -> JSONResponse:
    """What the calendar shows of [start, end), in local time; of whom is on the booking's page."""
    first, last = (_local(moment) for moment in (start, end))
    if not first < last <= first + LONGEST_VIEW:
        raise HTTPException(422)
    with here.database.reading() as session:
        kept = base_kept(session, member_at(session, address), code)
        found = [_event(one) for one in bookings.at_base(session, kept, first, last)]
        rooms = {room.id: room.name for room in kept.rooms}
        found += [
            {
                "id": f"closure-{closure.id}",
                "start": _iso(closure.starts_at),
                "end": _iso(closure.ends_at),
                "title": desk("closed_in", room=rooms.get(closure.room_id or 0, "")).strip(),
                "classNames": ["closed"],
            }
            for closure in kept.closures
            if closure.starts_at < last and closure.ends_at > first
        ]
    return JSONResponse(found)


@router.get("/desk/bookings.xlsx")
def sheet(
    here: App, address: Address, month: Month = "", base: Code = "", branch: Code = ""
) -> Response:
    """A month's bookings as a spreadsheet: of a base, of a branch, or of all bases one keeps."""
    start, end = month_at(month, here.clock())
    with here.database.reading() as session:
        me = member_at(session, address)
        if branch:
            led = branch_led(session, me, branch)
            found = lists.between(session, start, end, branch_id=led.id)
        else:
            kept = [base_kept(session, me, base)] if base else access.bases_kept(session, me)
            if not kept:
                raise HTTPException(404)
            found = lists.between(session, start, end, base_ids=[one.id for one in kept])
        out = io.BytesIO()
        write(found, f"{start:%Y-%m}", out)
    name = f"bookings-{start:%Y-%m}.xlsx"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(out.getvalue(), media_type=MEDIA_TYPE, headers=headers)


def _event(booking: Booking) -> dict[str, Any]:
    return {
        "id": booking.id,
        "start": _iso(booking.starts_at),
        "end": _iso(booking.ends_at),
        "title": f"{booking.organisation.name} · {booking.room.name}",
        "classNames": [CLASSES.get(BookingState(booking.state), "over")],
        "extendedProps": {"href": f"/desk/bookings/{booking.id}"},
    }


def _local(moment: datetime) -> datetime:
    """A moment that the calendar sends; it knows no time zone and means ours."""
    return moment.replace(tzinfo=SHANGHAI)


def _iso(moment: datetime) -> str:
    return moment.astimezone(SHANGHAI).strftime("%Y-%m-%dT%H:%M:%S")
