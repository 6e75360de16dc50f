"""A keeper brings his bases to what a spreadsheet says: what it would do is shown first.

The file of each member waits in the data folder between the look and the saving, one at a time. The
page holds its digest, so that what is saved is what was shown.
"""

from __future__ import annotations

import hashlib
import io
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, HTTPException, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from sqlalchemy.orm import Session

from console.context import Address, App, Here, changing, member_at
from console.identity import same_origin
from console.routes_rules import Hit, hit_of
from console.words import desk, sentence
from library.errors import DocumentRefusedError
from office import access
from office.bookings import imports
from office.bookings.imports import Applied, BaseRow
from office.errors import InvalidRuleError, NotFoundError, ZhibuError
from office.models import Member
from sheets import template
from sheets.bases import known, parse
from sheets.bookings import MEDIA_TYPE
from sheets.columns import name_of
from sheets.reading import LIMIT_MB, read
from sheets.tables import Fault

router = APIRouter()
MOST_SHOWN = 50
ONE_AT_A_TIME = threading.Lock()
"""Reading a file takes memory of its own."""


@dataclass(frozen=True)
class Shown:
    """What a file would do, as the page shows it."""

    digest: str
    changed: list[tuple[str, str]]
    """Name of each base that would change, and what of it."""
    unchanged: int
    hits: list[Hit]


async def _upload(request: Request) -> bytes | None:
    """The file of the form; None where none was chosen."""
    length = request.headers.get("content-length", "")
    if not length.isdigit():
        raise HTTPException(411)
    if int(length) > (LIMIT_MB << 20) + 4096:
        return b""
    async with request.form(max_files=1, max_fields=5) as form:
        file = form.get("file")
        return None if file is None or isinstance(file, str) else await file.read()


Upload = Annotated[bytes | None, Depends(_upload)]


@router.get("/desk/sheet", response_class=HTMLResponse)
def page(request: Request, here: App, address: Address, said: str = "") -> Any:
    """Where a file is chosen."""
    with here.database.reading() as session:
        return _page(request, here, _keeper(session, address), said=said)


@router.get("/desk/sheet/template.xlsx")
def empty(here: App, address: Address) -> Response:
    """The template to fill in."""
    with here.database.reading() as session:
        _keeper(session, address)
    out = io.BytesIO()
    template.write(out)
    headers = {"Content-Disposition": 'attachment; filename="bases.xlsx"'}
    return Response(out.getvalue(), media_type=MEDIA_TYPE, headers=headers)


@router.post("/desk/sheet", dependencies=[Depends(same_origin)])
def look(request: Request, here: App, address: Address, content: Upload) -> Any:
    """Show what the file would change and which bookings would clash; nothing is changed."""
    with here.database.reading() as session:
        me = _keeper(session, address)
    faults: list[Fault] = []
    shown, problem = None, ""
    try:
        if content is None:
            raise DocumentRefusedError("sheet_missing")
        if not content:
            raise DocumentRefusedError("sheet_unusable", limit=LIMIT_MB)
        kept = _file_of(here, me)
        kept.parent.mkdir(exist_ok=True)
        kept.write_bytes(content)
        with here.database.trying() as session:
            rows, faults = _rows(session, _keeper(session, address), kept)
            if not faults:
                applied = _apply(session, _keeper(session, address), rows, here)
                shown = _shown(content, rows, applied)
    except ZhibuError as error:
        problem = _sentence(error)
    if shown is None:
        _file_of(here, me).unlink(missing_ok=True)
    return _page(request, here, me, shown=shown, faults=faults, problem=problem)


@router.post("/desk/sheet/save", dependencies=[Depends(same_origin)])
def save(
    request: Request,
    here: App,
    address: Address,
    digest: Annotated[str, Form(max_length=64)] = "",
) -> Any:
    """Do what was shown, all or nothing, and tell the owners of what clashes."""
    with here.database.reading() as session:
        me = _keeper(session, address)
    kept = _file_of(here, me)
    try:
        content = kept.read_bytes() if kept.is_file() else b""
        if not content or _digest(content) != digest:
            raise DocumentRefusedError("sheet_again")
        with changing(here) as session:
            keeper = _keeper(session, address)
            rows, faults = _rows(session, keeper, kept)
            if faults:
                raise DocumentRefusedError("sheet_again")
            _apply(session, keeper, rows, here)
    except ZhibuError as error:
        return _page(request, here, me, problem=_sentence(error))
    kept.unlink(missing_ok=True)
    return RedirectResponse("/desk/sheet?said=sheet", 303)


def _keeper(session: Session, address: str) -> Member:
    """Who keeps a base; to others there is no such page."""
    me = member_at(session, address)
    if not access.bases_kept(session, me):
        raise NotFoundError("no_such_base")
    return me


def _file_of(here: Here, me: Member) -> Path:
    return here.settings.data_folder / "uploads" / f"{me.id}.xlsx"


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _rows(session: Session, me: Member, file: Path) -> tuple[list[BaseRow], list[Fault]]:
    """The bases of the file, or its faults. Raises DocumentRefusedError."""
    with ONE_AT_A_TIME:
        sheets = read(file)
    rows, faults = parse(sheets, known(session))
    mine = {base.code for base in access.bases_kept(session, me)}
    others = [row.code for row in rows if row.code not in mine]
    if others:
        raise DocumentRefusedError("sheet_not_yours", codes="、".join(others[:5]))
    return rows, faults


def _apply(session: Session, me: Member, rows: list[BaseRow], here: Here) -> Applied:
    try:
        return imports.apply(session, me, rows, now=here.clock())
    except InvalidRuleError as error:
        raise DocumentRefusedError(
            "sheet_rule", what=name_of(str(error.detail.get("rule")))
        ) from error


def _shown(content: bytes, rows: list[BaseRow], applied: Applied) -> Shown:
    names = {row.code: row.name for row in rows}
    return Shown(
        digest=_digest(content),
        changed=[
            (names[code], "、".join(map(name_of, applied.what[code]))) for code in applied.changed
        ],
        unchanged=len(applied.unchanged),
        hits=[hit_of(clash) for clash in applied.clashes],
    )


def _sentence(error: ZhibuError) -> str:
    error.detail.setdefault("file", desk("this_file"))
    return sentence(error)


def _page(
    request: Request,
    here: Here,
    me: Member,
    *,
    shown: Shown | None = None,
    faults: list[Fault] | None = None,
    said: str = "",
    problem: str = "",
) -> Any:
    context = {
        "me": me,
        "shown": shown,
        "faults": (faults or [])[:MOST_SHOWN],
        "more_faults": max(len(faults or []) - MOST_SHOWN, 0),
        "said": said,
        "problem": problem,
    }
    status = 422 if problem or faults else 200
    return here.pages.TemplateResponse(request, "desk/sheet.html", context, status_code=status)
