"""The chat: its page, what was said, what is said now, and the answers as they come."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, StreamingResponse
from pydantic import BaseModel, Field

from console.context import Address, App
from console.conversation import history
from console.identity import address_of, enter, same_origin
from delivery.bell import Bell, ring
from office import access, inbox, members
from office.members import WEB
from office.models import InboxKind
from office.organisations import branch_of

router = APIRouter()


class Said(BaseModel):
    """What the page sends: a text, or a pressed button; ``key`` makes sending it twice harmless."""

    key: str = Field(pattern=r"^[A-Za-z0-9-]{8,40}$")
    text: str = Field(default="", max_length=20_000)
    button: str | None = Field(default=None, pattern=r"^\d{1,12}:\d{1,3}$")


@router.get("/", response_class=HTMLResponse)
def chat(request: Request, here: App) -> Any:
    """The chat of the browser's member, or of a new guest."""
    address = address_of(request, here.database)
    if address is None:
        if here.settings.demo:
            return RedirectResponse("/demo", 303)
        return enter(here.database, None, now=here.clock(), secure=here.secure)
    with here.database.reading() as session:
        member = members.by_contact(session, WEB, address)
        branch = branch_of(session, member.organisation_id).name if member else ""
        works = bool(access.bases_kept(session, member) or access.branches_led(session, member))
    context = {"member": member, "branch": branch, "demo": here.settings.demo, "works": works}
    return here.pages.TemplateResponse(request, "chat.html", context)


@router.get("/api/history")
def past(here: App, address: Address) -> JSONResponse:
    """The last messages of both sides."""
    with here.database.reading() as session:
        bubbles = [bubble.model_dump(mode="json") for bubble in history(session, address)]
    return JSONResponse(bubbles)


@router.post("/api/messages", dependencies=[Depends(same_origin)], status_code=202)
def receive(said: Said, here: App, address: Address) -> dict[str, bool]:
    """Store what the member says and wake the gateway."""
    kind = InboxKind.TEXT if said.button is None else InboxKind.BUTTON
    with here.database.writing() as session:
        stored = inbox.store(
            session,
            channel=WEB,
            update_id=f"{address}:{said.key}",
            address=address,
            kind=kind,
            text=said.text if said.button is None else said.button,
            now=here.clock(),
        )
    ring(here.settings.bell_port, Bell.GATEWAY)
    return {"stored": stored is not None}


@router.get("/api/events")
async def events(
    request: Request,
    here: App,
    address: Address,
    since: Annotated[int, Query(ge=0, lt=2**52)] = 0,
) -> StreamingResponse:
    """Answers from a moment on (milliseconds since 1970), or after the last one received."""
    seen = request.headers.get("last-event-id", "")
    start = int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 15 else since
    moment = datetime.fromtimestamp(start / 1000, UTC) if start else here.clock()

    async def stream() -> AsyncIterator[str]:
        yield ": hello\n\n"
        async for bubble in here.live.answers(address, moment):
            if bubble is None:
                yield ": beat\n\n"
            else:
                sent = int(bubble.at.timestamp() * 1000)
                yield f"id: {sent}\ndata: {bubble.model_dump_json()}\n\n"

    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(stream(), media_type="text/event-stream", headers=headers)
