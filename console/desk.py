"""What the pages of the desk share: finding what one may work on, and reading forms."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Annotated

from fastapi import Depends, HTTPException, Request
from sqlalchemy import select
from sqlalchemy.orm import Session

from office import access, bases
from office.access import Action
from office.bases import SHANGHAI
from office.errors import NotFoundError
from office.models import ActivityBase, Member, Organisation, OrganisationKind

MOST_BYTES = 64 * 1024
DAY = timedelta(days=1)


def base_kept(session: Session, member: Member, code: str) -> ActivityBase:
    """The base with this code, if the member keeps it; to others it does not exist."""
    base = bases.by_code(session, code)
    if base is None or not access.keeps(session, member, base):
        raise NotFoundError("no_such_base")
    return base


def branch_led(session: Session, member: Member, code: str) -> Organisation:
    """The branch with this code, if the member leads it; to others it does not exist."""
    branch = session.scalar(
        select(Organisation).where(
            Organisation.code == code, Organisation.kind == OrganisationKind.BRANCH
        )
    )
    if branch is None or not access.may(session, member, Action.SHARE_BOOKINGS, branch.id):
        raise NotFoundError("no_such_organisation")
    return branch


def day_of(now: datetime) -> datetime:
    """The beginning of the local day."""
    return datetime.combine(now.astimezone(SHANGHAI).date(), time(), SHANGHAI)


def month_at(text: str, now: datetime) -> tuple[datetime, datetime]:
    """The local month "2026-12", or the present one if the text is none; half open."""
    try:
        start = datetime.strptime(text, "%Y-%m").replace(tzinfo=SHANGHAI)
        if not 2000 <= start.year <= 2100:
            raise ValueError
    except ValueError:
        start = day_of(now).replace(day=1)
    return start, (start + 32 * DAY).replace(day=1)


async def _fields(request: Request) -> dict[str, str]:
    """The fields of a form, as texts without blanks around them."""
    if int(request.headers.get("content-length") or 0) > MOST_BYTES:
        raise HTTPException(413)
    form = await request.form(max_files=0, max_fields=300)
    return {name: str(value).strip() for name, value in form.items()}


Fields = Annotated[dict[str, str], Depends(_fields)]
