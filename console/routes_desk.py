"""The desk: what waits for an answer, what takes place today, and one booking with its history."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from sqlalchemy.orm import Session

from console.context import Address, App, Here, changing, member_at
from console.desk import DAY, day_of
from console.identity import same_origin
from console.words import sentence
from delivery.booking_words import refusal
from office import access, bookings
from office.bookings import checkin, lists
from office.errors import InvalidBookingError, NotAllowedError, NotFoundError, ZhibuError
from office.models import HOLDING, Booking, BookingState, Member

router = APIRouter()
SHOWN_TODAY = HOLDING | {BookingState.NO_SHOW}
Reason = Annotated[str, Form(max_length=500)]
Back = Annotated[str, Form(pattern="^(desk|booking)$")]
Step = Literal["approve", "decline", "checkin", "cancel"]


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


@router.post("/desk/bookings/{booking_id}/{step}", dependencies=[Depends(same_origin)])
def act(
    request: Request,
    here: App,
    address: Address,
    booking_id: int,
    step: Step,
    reason: Reason = "",
    back: Back = "desk",
) -> Any:
    """Agree to a request, refuse it, note who has come, or cancel; those concerned are told.

    What cannot be is said on the page that it came from.
    """
    try:
        with changing(here) as session:
            STEPS[step](session, member_at(session, address), booking_id, reason, here.clock())
    except (NotFoundError, NotAllowedError):
        raise
    except ZhibuError as error:
        with here.database.reading() as session:
            me = member_at(session, address)
            booking = session.get_one(Booking, booking_id)
            problem = refusal(session, booking, error) or sentence(error)
            if back == "booking":
                return _booking(request, here, session, me, booking_id, problem=problem)
            return _desk(request, here, session, me, problem=problem)
    to = f"/desk/bookings/{booking_id}" if back == "booking" else "/desk"
    return RedirectResponse(f"{to}?said={SAID[step]}", 303)


def _approve(session: Session, me: Member, booking_id: int, _: str, now: datetime) -> None:
    bookings.approve(session, me, booking_id, now=now)


def _decline(session: Session, me: Member, booking_id: int, reason: str, now: datetime) -> None:
    """The branch is told why."""
    if not reason.strip():
        raise InvalidBookingError("reason_missing")
    bookings.decline(session, me, booking_id, reason, now=now)


def _check_in(session: Session, me: Member, booking_id: int, _: str, now: datetime) -> None:
    checkin.check_in_by_keeper(session, me, booking_id, now=now)


def _cancel(session: Session, me: Member, booking_id: int, reason: str, now: datetime) -> None:
    bookings.cancel(session, me, booking_id, reason=reason, now=now)


STEPS: dict[str, Callable[[Session, Member, int, str, datetime], None]] = {
    "approve": _approve,
    "decline": _decline,
    "checkin": _check_in,
    "cancel": _cancel,
}
"""What each button of a booking does."""
SAID = {
    "approve": "approved",
    "decline": "declined",
    "checkin": "checked_in",
    "cancel": "cancelled",
}


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
        "committees": access.committees_led(session, me),
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
