"""How a browser becomes somebody's: the demonstration's page of people, and the one-time link."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, HTTPException, Request, Response
from fastapi.responses import HTMLResponse
from sqlalchemy import select
from sqlalchemy.orm import Session

from console.context import App
from console.identity import enter, same_origin
from office import invitations, members
from office.errors import InvitationError
from office.members import WEB
from office.models import Member, MemberState, Role
from office.organisations import branch_of

router = APIRouter()


@router.get("/demo", response_class=HTMLResponse)
def demo(request: Request, here: App) -> Any:
    """The people of the demonstration; 404 outside it."""
    if not here.settings.demo:
        raise HTTPException(404)
    with here.database.reading() as session:
        people = demo_people(session)
    return here.pages.TemplateResponse(request, "demo.html", {"branches": people})


@router.post("/demo", dependencies=[Depends(same_origin)])
def enter_demo(here: App, number: Annotated[str, Form(max_length=20)] = "") -> Response:
    """Become one of them."""
    if not here.settings.demo:
        raise HTTPException(404)
    with here.database.reading() as session:
        member = members.by_number(session, number) if number else None
    return enter(here.database, member.id if member else None, now=here.clock(), secure=here.secure)


@router.get("/i/{token}", response_class=HTMLResponse)
def invitation(request: Request, here: App, token: str) -> Any:
    """Only the button redeems: a preview that opens the link must not use it up."""
    return here.pages.TemplateResponse(request, "bind.html", {"token": token, "failed": False})


@router.post("/i/{token}", dependencies=[Depends(same_origin)])
def accept(request: Request, here: App, token: str) -> Any:
    """Redeem the link and bind the browser."""
    try:
        with here.database.writing() as session:
            member = invitations.redeem(session, token, WEB, None, now=here.clock())
    except InvitationError:
        context = {"token": "", "failed": True}
        return here.pages.TemplateResponse(request, "bind.html", context, status_code=410)
    return enter(here.database, member.id, now=here.clock(), secure=here.secure)


@router.get("/m/{token}", response_class=HTMLResponse)
def mail(request: Request, here: App, token: str, to: str = "") -> Any:
    """Only the button confirms: scanners of mail open every link."""
    context = {"token": token, "to": to, "state": "asked"}
    return here.pages.TemplateResponse(request, "mail.html", context)


@router.post("/m/{token}", dependencies=[Depends(same_origin)])
def confirm_mail(
    request: Request, here: App, token: str, to: Annotated[str, Form(max_length=100)]
) -> Any:
    """Bind the address to the member who asked for it."""
    context, status = {"to": to, "state": "confirmed"}, 200
    try:
        with here.database.writing() as session:
            invitations.confirm_mail(session, token, to, now=here.clock())
    except InvitationError:
        context["state"], status = "failed", 410
    return here.pages.TemplateResponse(request, "mail.html", context, status_code=status)


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
