"""The web application."""

from __future__ import annotations

import asyncio
import hmac
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

import uvicorn
from fastapi import Depends, FastAPI, Form, HTTPException, Query, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, StreamingResponse
from fastapi.staticfiles import StaticFiles
from fastapi.templating import Jinja2Templates
from pydantic import BaseModel, Field
from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.exceptions import HTTPException as StarletteHTTPException
from starlette.middleware.trustedhost import TrustedHostMiddleware
from telegram import Update

from bot.telegram_intake import store_update
from console.conversation import history
from console.identity import address_of, remember, same_origin
from console.live import Live
from delivery.bell import Bell, ring
from delivery.clock import Clock, utc_now
from office import inbox, invitations, members
from office.database import Database
from office.errors import InvitationError
from office.members import WEB
from office.models import InboxKind, Member, MemberState, Role
from office.organisations import branch_of
from settings import Settings
from texts import say

HERE = Path(__file__).parent
log = logging.getLogger(__name__)


class Said(BaseModel):
    """What the page sends: a text, or a pressed button; ``key`` makes sending it twice harmless."""

    key: str = Field(pattern=r"^[A-Za-z0-9-]{8,40}$")
    text: str = Field(default="", max_length=20_000)
    button: str | None = Field(default=None, pattern=r"^\d{1,12}:\d{1,3}$")


def current_address(request: Request) -> str:
    """The chat address of the browser; 401 for one that we do not know."""
    address = address_of(request, request.app.state.database)
    if address is None:
        raise HTTPException(401)
    return address


Address = Annotated[str, Depends(current_address)]


def make_app(settings: Settings, database: Database, clock: Clock = utc_now) -> FastAPI:
    """The application over an open database."""
    live = Live(database, settings.bell_port)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        await live.start()
        yield
        await live.stop()

    app = FastAPI(lifespan=lifespan, docs_url=None, redoc_url=None, openapi_url=None)
    hosts = {"127.0.0.1", "localhost", settings.host}
    hosts |= {
        urlsplit(url).hostname or "" for url in (settings.public_url, settings.webhook_url) if url
    }
    app.state.database = database
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=sorted(hosts - {"", "0.0.0.0"}))  # noqa: S104
    app.mount("/static", StaticFiles(directory=HERE / "static"), name="static")
    pages = Jinja2Templates(directory=HERE / "templates")
    pages.env.globals["say"] = lambda key: say(f"console.{key}")
    secure = settings.public_url.startswith("https://")

    @app.middleware("http")
    async def guard(request: Request, call_next: Any) -> Any:
        response = await call_next(request)
        response.headers["Content-Security-Policy"] = "default-src 'self'; frame-ancestors 'none'"
        response.headers["X-Content-Type-Options"] = "nosniff"
        # Not no-referrer: with it browsers send "Origin: null" with our own forms.
        response.headers["Referrer-Policy"] = "same-origin"
        return response

    @app.exception_handler(StarletteHTTPException)
    def sorry(request: Request, error: StarletteHTTPException) -> Response:
        """A page for people, JSON for scripts."""
        if "text/html" not in request.headers.get("accept", ""):
            return JSONResponse({"detail": error.detail}, error.status_code)
        known = "not_found" if error.status_code == 404 else "refused"
        return pages.TemplateResponse(
            request, "sorry.html", {"why": known}, status_code=error.status_code
        )

    @app.get("/health")
    def health() -> dict[str, str]:
        return {"status": "ok"}

    @app.get("/", response_class=HTMLResponse)
    def chat(request: Request) -> Any:
        address = address_of(request, database)
        if address is None:
            if settings.demo:
                return RedirectResponse("/demo", 303)
            return _enter(None)
        with database.reading() as session:
            member = members.by_contact(session, WEB, address)
            branch = branch_of(session, member.organisation_id).name if member else ""
        context = {"member": member, "branch": branch, "demo": settings.demo}
        return pages.TemplateResponse(request, "chat.html", context)

    def _enter(member_id: int | None) -> Response:
        with database.writing() as session:
            member = session.get(Member, member_id) if member_id else None
            token = invitations.open_browser(session, now=clock(), member=member)
        response = RedirectResponse("/", 303)
        remember(response, token, secure=secure)
        return response

    @app.get("/demo", response_class=HTMLResponse)
    def demo(request: Request) -> Any:
        if not settings.demo:
            raise HTTPException(404)
        with database.reading() as session:
            people = demo_people(session)
        return pages.TemplateResponse(request, "demo.html", {"branches": people})

    @app.post("/demo", dependencies=[Depends(same_origin)])
    def enter_demo(number: Annotated[str, Form(max_length=20)] = "") -> Response:
        if not settings.demo:
            raise HTTPException(404)
        with database.reading() as session:
            member = members.by_number(session, number) if number else None
        return _enter(member.id if member else None)

    @app.get("/i/{token}", response_class=HTMLResponse)
    def invitation(request: Request, token: str) -> Any:
        # Only the button redeems: a preview that opens the link must not use it up.
        return pages.TemplateResponse(request, "bind.html", {"token": token, "failed": False})

    @app.post("/i/{token}", dependencies=[Depends(same_origin)])
    def accept(request: Request, token: str) -> Any:
        try:
            with database.writing() as session:
                member = invitations.redeem(session, token, WEB, None, now=clock())
        except InvitationError:
            context = {"token": "", "failed": True}
            return pages.TemplateResponse(request, "bind.html", context, status_code=410)
        return _enter(member.id)

    @app.get("/api/history")
    def past(address: Address) -> JSONResponse:
        with database.reading() as session:
            bubbles = [bubble.model_dump(mode="json") for bubble in history(session, address)]
        return JSONResponse(bubbles)

    @app.post("/api/messages", dependencies=[Depends(same_origin)], status_code=202)
    def receive(said: Said, address: Address) -> dict[str, bool]:
        kind = InboxKind.TEXT if said.button is None else InboxKind.BUTTON
        with database.writing() as session:
            stored = inbox.store(
                session,
                channel=WEB,
                update_id=f"{address}:{said.key}",
                address=address,
                kind=kind,
                text=said.text if said.button is None else said.button,
                now=clock(),
            )
        ring(settings.bell_port, Bell.GATEWAY)
        return {"stored": stored is not None}

    @app.get("/api/events")
    async def events(
        request: Request, address: Address, since: Annotated[int, Query(ge=0, lt=2**52)] = 0
    ) -> StreamingResponse:
        """Answers from a moment on (milliseconds since 1970), or after the last one received."""
        seen = request.headers.get("last-event-id", "")
        start = int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 15 else since
        moment = datetime.fromtimestamp(start / 1000, UTC) if start else clock()

        async def stream() -> AsyncIterator[str]:
            yield ": hello\n\n"
            async for bubble in live.answers(address, moment):
                if bubble is None:
                    yield ": beat\n\n"
                else:
                    sent = int(bubble.at.timestamp() * 1000)
                    yield f"id: {sent}\ndata: {bubble.model_dump_json()}\n\n"

        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        return StreamingResponse(stream(), media_type="text/event-stream", headers=headers)

    @app.post("/telegram/webhook")
    async def webhook(request: Request) -> dict[str, str]:
        given = request.headers.get("X-Telegram-Bot-Api-Secret-Token", "")
        known = hmac.compare_digest(given.encode(), settings.webhook_secret.encode())
        if not (settings.webhook_url and known):
            raise HTTPException(403)
        update = Update.de_json(await request.json())
        if update is None:
            return {}
        if await asyncio.to_thread(store_update, database, update, clock):
            ring(settings.bell_port, Bell.GATEWAY)
        query = update.callback_query
        # The answer may be a call: it takes the waiting mark off the pressed button.
        return {"method": "answerCallbackQuery", "callback_query_id": query.id} if query else {}

    return app


def demo_people(session: Session) -> list[dict[str, Any]]:
    """A few members of each branch for the demonstration, those with a role first."""
    roles: dict[int, str] = {}
    for member_id, kind in session.execute(select(Role.member_id, Role.kind)):
        roles[member_id] = kind
    shown: dict[str, list[dict[str, str]]] = {}
    people = session.scalars(
        select(Member).where(Member.state == MemberState.ACTIVE).order_by(Member.number)
    )
    for member in sorted(people, key=lambda one: (one.id not in roles, one.number)):
        branch = branch_of(session, member.organisation_id)
        seats = shown.setdefault(f"{branch.code} {branch.name}", [])
        role = roles.get(member.id, "member" if member.full_since else "probationary")
        if len(seats) < 5 or (role == "probationary" and all(s["role"] != role for s in seats)):
            seats.append({"number": member.number, "name": member.name, "role": role})
    return [
        {"name": name.partition(" ")[2], "people": seats} for name, seats in sorted(shown.items())
    ]


def run(settings: Settings) -> None:
    """Serve the pages until SIGTERM or SIGINT."""
    app = make_app(settings, Database(settings.database_url))
    uvicorn.run(
        app,
        host=settings.host,
        port=settings.port,
        log_level="warning",
        access_log=False,
        timeout_graceful_shutdown=2,
    )
