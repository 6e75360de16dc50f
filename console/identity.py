"""Which browser writes: a cookie that only the server can read names its chat address."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlsplit

from fastapi import HTTPException, Request, Response
from fastapi.responses import RedirectResponse

from office import invitations
from office.database import Database
from office.models import Member

COOKIE = "zhibu"
A_YEAR = 365 * 24 * 3600


def address_of(request: Request, database: Database) -> str | None:
    """The chat address of the browser, or None for one that we do not know."""
    with database.reading() as session:
        return invitations.browser_address(session, request.cookies.get(COOKIE))


def remember(response: Response, token: str, *, secure: bool) -> None:
    """Give the browser its cookie."""
    response.set_cookie(
        COOKIE, token, max_age=A_YEAR, httponly=True, samesite="lax", secure=secure, path="/"
    )


def enter(
    database: Database, member_id: int | None, *, now: datetime, secure: bool
) -> RedirectResponse:
    """Open a browser session, of a member or of a guest (None), and lead it to the chat."""
    with database.writing() as session:
        member = session.get(Member, member_id) if member_id else None
        token = invitations.open_browser(session, now=now, member=member)
    response = RedirectResponse("/", 303)
    remember(response, token, secure=secure)
    return response


def same_origin(request: Request) -> None:
    """Refuse a form or a script of another site: every POST must come from our own pages."""
    origin = request.headers.get("origin")
    if origin is not None and urlsplit(origin).netloc != request.headers.get("host"):
        raise HTTPException(403)
