"""An item of study content for who got it: its page, its file, and "I have read it"."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Depends, Form, Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from sqlalchemy.orm import Session

from console.context import App, Here, known_address, member_at
from console.identity import same_origin
from delivery.links import Links
from office import study, study_receipts
from office.errors import NotFoundError
from office.models import Member, StudyItem

router = APIRouter()
Of = Annotated[int, Query(ge=0, lt=2**31)]
Key = Annotated[str, Query(max_length=40)]
SEEN = ("application/pdf", "image/", "audio/", "video/", "text/plain")
"""Beginnings of the media types that a browser may show by itself; others are saved."""


@router.get("/study/{item_id}", response_class=HTMLResponse)
def page(
    request: Request, here: App, item_id: int, of: Of = 0, key: Key = "", said: str = ""
) -> Any:
    """The item: its text, where its link leads, its file. Opening it is counted once."""
    with here.database.writing() as session:
        item, member = _item(request, here, session, item_id, of, key)
        secret, now = here.settings.secret, here.clock()
        study_receipts.note_opened(session, item, member, secret=secret, now=now)
        context = {
            "item": item,
            "key": f"of={of}&key={quote(key)}" if key else "",
            "said": said == "read",
        }
        return here.pages.TemplateResponse(request, "study.html", context, headers=_private())


@router.post("/study/{item_id}/read", dependencies=[Depends(same_origin)])
def read(
    request: Request,
    here: App,
    item_id: int,
    of: Annotated[int, Form(ge=0, lt=2**31)] = 0,
    key: Annotated[str, Form(max_length=40)] = "",
) -> Any:
    """Count that it was read."""
    with here.database.writing() as session:
        item, member = _item(request, here, session, item_id, of, key)
        study_receipts.note_read(
            session, item, member, secret=here.settings.secret, now=here.clock()
        )
    opened = f"of={of}&key={quote(key)}&" if key else ""
    return RedirectResponse(f"/study/{item_id}?{opened}said=read", 303)


@router.get("/study/{item_id}/file")
def file(request: Request, here: App, item_id: int, of: Of = 0, key: Key = "") -> Response:
    """The file, with the type that its content bore out; the browser guesses none."""
    with here.database.writing() as session:
        item, member = _item(request, here, session, item_id, of, key)
        study_receipts.note_opened(
            session, item, member, secret=here.settings.secret, now=here.clock()
        )
        if item.file is None:
            raise NotFoundError("no_such_study")
        content, media_type, name = item.file, item.file_type, item.file_name
    how = "inline" if media_type.startswith(SEEN) else "attachment"
    plain = f"study.{name.rpartition('.')[2]}"
    shown = f"{how}; filename=\"{plain}\"; filename*=UTF-8''{quote(name)}"
    headers = {"Content-Disposition": shown, **_private()}
    return Response(content, media_type=media_type, headers=headers)


def _item(
    request: Request, here: Here, session: Session, item_id: int, of: int, key: str
) -> tuple[StudyItem, Member]:
    """The item and whom it was sent to: by the address from the message, else by the browser."""
    links = Links(here.settings.public_url, here.settings.secret)
    if not 0 < item_id < 2**31:
        raise NotFoundError("no_such_study")
    member: Member | None
    if key:
        member = session.get(Member, of) if links.opens_study(key, item_id, of) else None
    else:
        member = member_at(session, known_address(request, here))
    item = study.readable(session, member, item_id, now=here.clock())
    if member is None:
        raise NotFoundError("no_such_study")
    return item, member


def _private() -> dict[str, str]:
    return {"Cache-Control": "private, no-store"}
