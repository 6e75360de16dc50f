"""Calendar files: of a booking for who may see it, and feeds for who knows their address."""

from __future__ import annotations

from typing import Annotated, Any

import segno
from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from markupsafe import Markup

from console import calendar_file
from console.context import Address, App, known_address, member_at
from console.desk import base_kept, branch_led
from console.identity import same_origin
from delivery.links import Links
from office import bookings, feeds
from office.bookings import lists, steps
from office.models import ActivityBase

router = APIRouter()


@router.api_route("/feeds/{token}.ics", methods=["GET", "HEAD"])
def feed(here: App, token: str) -> Response:
    """The feed with this address; 404 once it was taken back."""
    now = here.clock()
    with here.database.reading() as session:
        subject = feeds.subject_of(session, token)
        of_base = isinstance(subject, ActivityBase)
        found = lists.for_calendar(
            session,
            now - calendar_file.KEPT,
            base_id=subject.id if of_base else None,
            branch_id=None if of_base else subject.id,
        )
        body = calendar_file.of_feed(subject, found)
    return Response(
        body, media_type=calendar_file.MEDIA_TYPE, headers={"Cache-Control": "private, max-age=300"}
    )


@router.get("/bookings/{booking_id}.ics")
def one(request: Request, here: App, booking_id: int, key: str = "") -> Response:
    """The file of one booking, for who may see it or has the address from the chat."""
    with here.database.reading() as session:
        if key and Links(here.settings.public_url, here.settings.secret).opens(key, booking_id):
            booking = steps.find(session, booking_id)
        else:
            address = known_address(request, here)
            booking = bookings.by_id(session, member_at(session, address), booking_id)
        changes = bookings.history(session, booking)
        body = calendar_file.of_booking(booking, changes[-1].at if changes else booking.created_at)
    headers = {"Content-Disposition": f'attachment; filename="booking-{booking_id}.ics"'}
    return Response(body, media_type=calendar_file.MEDIA_TYPE, headers=headers)


@router.post("/desk/feeds", dependencies=[Depends(same_origin)], response_class=HTMLResponse)
def change(
    request: Request,
    here: App,
    address: Address,
    of: Annotated[str, Form(pattern="^(base|branch)$")],
    code: Annotated[str, Form(max_length=20)],
    step: Annotated[str, Form(pattern="^(make|revoke)$")],
) -> Any:
    """Make an address and show it this once, or take all of them back."""
    with here.database.writing() as session:
        me = member_at(session, address)
        find = base_kept if of == "base" else branch_led
        subject = find(session, me, code)
        name = subject.name
        back = f"/desk/{'bases' if of == 'base' else 'branches'}/{code}"
        if step == "revoke":
            feeds.revoke(session, me, subject, now=here.clock())
            return RedirectResponse(f"{back}?said=feeds_revoked", 303)
        token = feeds.make(session, me, subject, now=here.clock())
    link = f"{here.settings.public_url}/feeds/{token}.ics"
    code_to_scan = Markup(segno.make(link).svg_inline(omitsize=True, dark="#1f1b18"))  # noqa: S704 - made by us
    context = {"me": me, "name": name, "link": link, "qr": code_to_scan, "back": back}
    return here.pages.TemplateResponse(request, "desk/feed.html", context)
