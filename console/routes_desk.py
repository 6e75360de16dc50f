"""The desk: what waits for an answer, what takes place today, and one booking with its history."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from sqlalchemy.orm import Session

from console.context import Address, App, Here, member_at
from console.desk import DAY, day_of
from console.identity import same_origin
from console.words import sentence
from delivery.booking_notices import tell
from office import access, bookings
from office.bookings import checkin, lists
from office.errors import InvalidBookingError, NotAllowedError, NotFoundError, ZhibuError
from office.models import HOLDING, Booking, BookingState, Member

router = APIRouter()
SHOWN_TODAY = HOLDING | {BookingState.NO_SHOW}
Reason = Annotated[str, Form(max_length=500)]
Back = Annotated[str, Form(pattern="^(desk|booking)$")]


@router.get("/desk", response_class=HTMLResponse)
def desk(request: Request, here: App, address: Address, said: str = "") -> Any:
    """Requests, today, and the ways on."""
    with here.database.reading() as session:
        return _desk(request, here, session, member_at(session, address), said=said)


@router.get("/desk/bookings/{booking_id}", response_class=HTMLResponse)
def booking(request: Request, here: App, address: Address, booking_id: int, said: str = "") -> Any:
    """One booking; to who may not see it there is none."""
    with here.database.reading() as session:
        return _booking(request, here, session, member_at(session, address), booking_id, said=said)


@router.post("/desk/bookings/{booking_id}/approve", dependencies=[Depends(same_origin)])
def approve(
    request: Request, here: App, address: Address, booking_id: int, back: Back = "desk"
) -> Any:
    """Agree to a request."""

    def do(session: Session, me: Member) -> None:
        bookings.approve(session, me, booking_id, now=here.clock())

    return _act(request, here, address, booking_id, do, "approved", back)


@router.post("/desk/bookings/{booking_id}/decline", dependencies=[Depends(same_origin)])
def decline(
    request: Request,
    here: App,
    address: Address,
    booking_id: int,
    reason: Reason = "",
    back: Back = "desk",
) -> Any:
    """Refuse a request; the branch is told why."""

    def do(session: Session, me: Member) -> None:
        if not reason.strip():
            raise InvalidBookingError("reason_missing")
        bookings.decline(session, me, booking_id, reason, now=here.clock())

    return _act(request, here, address, booking_id, do, "declined", back)


@router.post("/desk/bookings/{booking_id}/checkin", dependencies=[Depends(same_origin)])
def check_in(
    request: Request, here: App, address: Address, booking_id: int, back: Back = "desk"
) -> Any:
    """Note that the branch has come."""

    def do(session: Session, me: Member) -> None:
        checkin.check_in_by_keeper(session, me, booking_id, now=here.clock())

    return _act(request, here, address, booking_id, do, "checked_in", back)


@router.post("/desk/bookings/{booking_id}/cancel", dependencies=[Depends(same_origin)])
def cancel(
    request: Request,
    here: App,
    address: Address,
    booking_id: int,
    reason: Reason = "",
    back: Back = "booking",
) -> Any:
    """Cancel a booking; who has to know is told."""

    def do(session: Session, me: Member) -> None:
        bookings.cancel(session, me, booking_id, reason=reason, now=here.clock())

    return _act(request, here, address, booking_id, do, "cancelled", back)


def _act(
    request: Request,
    here: Here,
    address: str,
    booking_id: int,
    do: Callable[[Session, Member], None],
    done: str,
    back: str,
) -> Any:
    """Change a booking, tell whom it concerns, and go back; or say why it cannot be."""
    try:
        with here.database.writing() as session:
            do(session, member_at(session, address))
            tell(session, now=here.clock())
    except (NotFoundError, NotAllowedError):
        raise
    except ZhibuError as error:
        problem = sentence(error)
        with here.database.reading() as session:
            me = member_at(session, address)
            if back == "booking":
                return _booking(request, here, session, me, booking_id, problem=problem)
            return _desk(request, here, session, me, problem=problem)
    to = f"/desk/bookings/{booking_id}" if back == "booking" else "/desk"
    return RedirectResponse(f"{to}?said={done}", 303)


def _desk(
    request: Request,
    here: Here,
    session: Session,
    me: Member,
    *,
    said: str = "",
    problem: str = "",
) -> Any:
    now = here.clock()
    kept = access.bases_kept(session, me)
    today = day_of(now)
    ids = [base.id for base in kept]
    about_now = lists.between(session, today - DAY, today + DAY, base_ids=ids) if ids else []
    context = {
        "me": me,
        "bases": kept,
        "branches": access.branches_led(session, me),
        "requests": bookings.to_decide(session, me),
        "today": [one for one in about_now if one.ends_at > today and one.state in SHOWN_TODAY],
        "may_check_in": lambda one: _may_check_in(session, me, one, here),
        "said": said,
        "problem": problem,
    }
    return here.pages.TemplateResponse(
        request, "desk/home.html", context, status_code=409 if problem else 200
    )


def _booking(
    request: Request,
    here: Here,
    session: Session,
    me: Member,
    booking_id: int,
    *,
    said: str = "",
    problem: str = "",
) -> Any:
    found = bookings.by_id(session, me, booking_id)
    coming = found.state in {BookingState.HELD, BookingState.CONFIRMED}
    context = {
        "me": me,
        "booking": found,
        "history": bookings.history(session, found),
        "may_decide": found.state == BookingState.HELD and access.may_decide(session, me, found),
        "may_check_in": _may_check_in(session, me, found, here),
        "may_cancel": coming
        and found.starts_at > here.clock()
        and access.may_cancel(session, me, found),
        "keeps": access.keeps(session, me, found.base),
        "said": said,
        "problem": problem,
    }
    return here.pages.TemplateResponse(
        request, "desk/booking.html", context, status_code=409 if problem else 200
    )


def _may_check_in(session: Session, me: Member, booking: Booking, here: Here) -> bool:
    now = here.clock()
    in_time = booking.starts_at - checkin.EARLY <= now < booking.ends_at
    stands = booking.state == BookingState.CONFIRMED
    return stands and in_time and access.keeps(session, me, booking.base)
