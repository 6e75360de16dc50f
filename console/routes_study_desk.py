"""Study content at the desk: written, sent to chosen organisations, counted, withdrawn."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from sqlalchemy.orm import Session

from console.context import Address, App, Here, member_at
from console.identity import same_origin
from console.words import sentence
from office import access, study, study_receipts
from office.bases import SHANGHAI
from office.errors import InvalidStudyError, NotAllowedError, NotFoundError, ZhibuError
from office.models import Member, StudyState
from office.study import Draft
from office.study_files import MOST_MB, StudyFile, accept

router = APIRouter()
MOST_TARGETS = 500


class Written:
    """What the form holds."""

    def __init__(self) -> None:
        self.fields: dict[str, str] = {}
        self.targets: list[int] = []
        self.file: tuple[str, bytes] | None = None


async def _written(request: Request) -> Written:
    """The form with its file; 413 for more than a file may have."""
    length = request.headers.get("content-length", "")
    if not length.isdigit() or int(length) > (MOST_MB << 20) + 65536:
        raise HTTPException(413)
    written = Written()
    async with request.form(max_files=1, max_fields=MOST_TARGETS) as form:
        for name, value in form.multi_items():
            if not isinstance(value, str):
                written.file = (
                    (value.filename or "", await value.read()) if value.filename else None
                )
            elif name == "target":
                written.targets += [int(value)] if value.isascii() and value.isdigit() else []
            else:
                written.fields[name] = value.replace("\r\n", "\n").strip()
    return written


@router.get("/desk/study", response_class=HTMLResponse)
def overview(request: Request, here: App, address: Address, said: str = "") -> Any:
    """What was sent, and where a new item is written."""
    with here.database.reading() as session:
        return _overview(request, here, session, member_at(session, address), said=said)


@router.post("/desk/study", dependencies=[Depends(same_origin)])
def create(
    request: Request, here: App, address: Address, written: Annotated[Written, Depends(_written)]
) -> Any:
    """Plan the item; what cannot be sent is said on the page, which keeps what was written."""
    fields = written.fields
    try:
        draft = Draft(
            title=fields.get("title", ""),
            text=fields.get("text", ""),
            link=fields.get("link", ""),
            send_at=_moment(fields.get("send_at", ""), here.clock()),
            file=_file(written),
        )
        with here.database.writing() as session:
            me = member_at(session, address)
            sender = _sender(session, me, written.targets)
            item = study.create(session, me, sender, draft, written.targets, now=here.clock())
            number = item.id
    except (NotFoundError, NotAllowedError):
        raise
    except ZhibuError as error:
        with here.database.reading() as session:
            me = member_at(session, address)
            return _overview(request, here, session, me, problem=sentence(error), written=written)
    return RedirectResponse(f"/desk/study/{number}?said=study_planned", 303)


@router.get("/desk/study/{item_id}", response_class=HTMLResponse)
def item(request: Request, here: App, address: Address, item_id: int, said: str = "") -> Any:
    """One item, and how many have opened and read it, by organisation."""
    with here.database.reading() as session:
        me = member_at(session, address)
        found = study.managed(session, me, item_id)
        rows = study_receipts.counts(session, found)
        context = {
            "me": me,
            "item": found,
            "rows": rows,
            "may_withdraw": found.state != StudyState.WITHDRAWN,
            "said": said,
            "problem": "",
        }
        return here.pages.TemplateResponse(request, "desk/study_item.html", context)


@router.post("/desk/study/{item_id}/withdraw", dependencies=[Depends(same_origin)])
def withdraw(here: App, address: Address, item_id: int) -> Any:
    """Take it back."""
    with here.database.writing() as session:
        study.withdraw(session, member_at(session, address), item_id, now=here.clock())
    return RedirectResponse(f"/desk/study/{item_id}?said=study_withdrawn", 303)


def _sender(session: Session, me: Member, targets: list[int]) -> int:
    """The highest organisation that the member speaks for and that all targets stand below."""
    from_here = access.study_senders(session, me)
    if not from_here:
        raise NotFoundError("no_such_organisation")
    if not targets:
        raise InvalidStudyError("study_no_target")
    return study.sender_of(session, [one.id for one in from_here], targets)


def _moment(text: str, now: datetime) -> datetime:
    if not text:
        return now
    try:
        return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)
    except ValueError:
        raise InvalidStudyError("study_time") from None


def _file(written: Written) -> StudyFile | None:
    return accept(*written.file) if written.file else None


def _overview(
    request: Request,
    here: Here,
    session: Session,
    me: Member,
    *,
    said: str = "",
    problem: str = "",
    written: Written | None = None,
) -> Any:
    places = access.study_senders(session, me)
    if not places:
        raise HTTPException(404)
    context = {
        "me": me,
        "places": places[:MOST_TARGETS],
        "items": study.sent_by(session, [one.id for one in places]),
        "form": written or Written(),
        "most": MOST_MB,
        "said": said,
        "problem": problem,
    }
    return here.pages.TemplateResponse(
        request, "desk/study.html", context, status_code=409 if problem else 200
    )
