"""The web application: what all pages share, and the routes of each part."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import uvicorn
from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse
from fastapi.staticfiles import StaticFiles
from fastapi.templating import Jinja2Templates
from starlette.exceptions import HTTPException as StarletteHTTPException
from starlette.middleware.trustedhost import TrustedHostMiddleware

from console import (
    routes_base,
    routes_birthdays,
    routes_branch,
    routes_chat,
    routes_desk,
    routes_entry,
    routes_feeds,
    routes_ledgers,
    routes_life,
    routes_pictures,
    routes_report,
    routes_rules,
    routes_sheet,
    routes_study,
    routes_study_desk,
    routes_telegram,
)
from console.context import Here
from console.live import Live
from console.words import for_templates
from delivery.clock import Clock, utc_now
from delivery.queue import DeliveryQueue, open_huey
from office.database import Database
from office.errors import NotAllowedError, NotFoundError
from settings import Settings

HERE = Path(__file__).parent
PARTS = (
    routes_chat,
    routes_pictures,
    routes_entry,
    routes_telegram,
    routes_feeds,
    routes_desk,
    routes_base,
    routes_sheet,
    routes_rules,
    routes_branch,
    routes_life,
    routes_birthdays,
    routes_report,
    routes_ledgers,
    routes_study,
    routes_study_desk,
)


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
    pages = Jinja2Templates(directory=HERE / "templates")
    pages.env.globals.update(for_templates())
    queue = DeliveryQueue(open_huey(settings.queue_url, settings.data_folder))
    app.state.here = Here(settings, database, clock, live, pages, queue)
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=sorted(hosts - {"", "0.0.0.0"}))  # noqa: S104
    app.mount("/static", StaticFiles(directory=HERE / "static"), name="static")
    app.middleware("http")(guard)

    @app.get("/health")
    def health() -> dict[str, str]:
        return {"status": "ok"}

    for part in PARTS:
        app.include_router(part.router)
    for refusal in (StarletteHTTPException, NotFoundError, NotAllowedError):
        app.add_exception_handler(refusal, sorry)
    return app


async def guard(request: Request, call_next: Any) -> Any:
    """What every answer forbids the browser."""
    response = await call_next(request)
    response.headers["Content-Security-Policy"] = "default-src 'self'; frame-ancestors 'none'"
    response.headers["X-Content-Type-Options"] = "nosniff"
    # Not no-referrer: with it browsers send "Origin: null" with our own forms.
    response.headers["Referrer-Policy"] = "same-origin"
    if request.url.path.startswith("/desk"):
        response.headers["Cache-Control"] = "no-store"
    return response


def sorry(request: Request, error: Exception) -> Response:
    """A page for people, JSON for scripts. What one may not see does not exist."""
    status, detail = 404, "Not Found"
    if isinstance(error, StarletteHTTPException):
        status, detail = error.status_code, error.detail
    if "text/html" not in request.headers.get("accept", ""):
        return JSONResponse({"detail": detail}, status)
    pages: Jinja2Templates = request.app.state.here.pages
    why = {401: "unknown", 404: "not_found"}.get(status, "refused")
    return pages.TemplateResponse(request, "sorry.html", {"why": why}, status_code=status)


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
