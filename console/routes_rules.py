"""A keeper changes the rules of his base: what would clash is shown before anything is saved."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Depends, HTTPException, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from sqlalchemy.orm import Session

from console import rules_form
from console.context import Address, App, Here, changing, member_at
from console.desk import Fields, base_kept, day_of
from console.identity import same_origin
from console.words import sentence, why
from delivery.times import when_text
from office.bookings import keeping
from office.bookings.clashes import Clash, clashes
from office.errors import InvalidRuleError, NotAllowedError, NotFoundError, ZhibuError
from office.models import ActivityBase, Member

router = APIRouter()


@dataclass(frozen=True)
class Hit:
    """A booking that a change would forbid, as the page shows it."""

    id: int
    branch: str
    when: str
    people: int
    why: str


@router.get("/desk/bases/{code}/{part}", response_class=HTMLResponse)
def rules(
    request: Request, here: App, address: Address, code: str, part: str, said: str = ""
) -> Any:
    """The page of one part of the rules: hours, days, closures or limits."""
    if part not in CHANGES:
        raise HTTPException(404)
    with here.database.reading() as session:
        me = member_at(session, address)
        return _page(request, here, me, base_kept(session, me, code), part, said=said)


@router.post("/desk/bases/{code}/{part}", dependencies=[Depends(same_origin)])
def change(
    request: Request, here: App, address: Address, code: str, part: str, form: Fields
) -> Any:
    """Show what the change would do (``step`` preview), or save it and tell the owners."""
    if part not in CHANGES:
        raise HTTPException(404)
    saving = form.get("step") == "save"
    try:
        if saving:
            with changing(here) as session:
                me = member_at(session, address)
                base = base_kept(session, me, code)
                CHANGES[part](session, me, base, form, here)
            return RedirectResponse(f"/desk/bases/{code}/{part}?said=saved", 303)
        with here.database.trying() as session:
            me = member_at(session, address)
            base = base_kept(session, me, code)
            before = {clash.key for clash in clashes(session, base, now=here.clock())}
            CHANGES[part](session, me, base, form, here)
            after = clashes(session, base, now=here.clock())
            hits = [hit_of(clash) for clash in after if clash.key not in before]
        problem = ""
    except (NotFoundError, NotAllowedError):
        raise
    except ZhibuError as error:
        hits, problem = None, sentence(error)
    with here.database.reading() as session:
        me = member_at(session, address)
        base = base_kept(session, me, code)
        return _page(request, here, me, base, part, form=form, hits=hits, problem=problem)


def hit_of(clash: Clash) -> Hit:
    """A clash as a page shows it."""
    booking = clash.booking
    return Hit(
        id=booking.id,
        branch=booking.organisation.name,
        when=when_text(booking.starts_at, booking.ends_at),
        people=booking.head_count,
        why=why(clash),
    )


def _page(
    request: Request,
    here: Here,
    me: Member,
    base: ActivityBase,
    part: str,
    *,
    form: Mapping[str, str] | None = None,
    hits: list[Hit] | None = None,
    said: str = "",
    problem: str = "",
) -> Any:
    now = here.clock()
    today = day_of(now).date()
    filled = {"hours": rules_form.of_hours, "limits": rules_form.of_limits}.get(part)
    days: dict[Any, list[Any]] = {}
    for row in base.special_days:
        if row.day >= today:
            days.setdefault(row.day, []).append(row)
    context = {
        "me": me,
        "base": base,
        "part": part,
        "form": form if form is not None else (filled(base) if filled else {}),
        "stretches": range(rules_form.STRETCHES),
        "days": days,
        "closures": [closure for closure in base.closures if closure.ends_at > now],
        "rooms": {room.id: room.name for room in base.rooms},
        "hits": hits,
        "said": said,
        "problem": problem,
        "today": today.isoformat(),
    }
    status = 422 if problem else 200
    return here.pages.TemplateResponse(request, f"desk/{part}.html", context, status_code=status)


def _hours(
    session: Session, me: Member, base: ActivityBase, form: Mapping[str, str], here: Here
) -> None:
    keeping.set_hours(session, me, base, rules_form.hours(form), now=here.clock())


def _days(
    session: Session, me: Member, base: ActivityBase, form: Mapping[str, str], here: Here
) -> None:
    day = rules_form.day(form.get("day", ""))
    hours = None if form.get("kind") == "usual" else rules_form.stretches(form, "s_")
    if form.get("kind") == "closed":
        hours = []
    elif hours == []:
        raise InvalidRuleError(rule="time")
    keeping.set_special_day(
        session, me, base, day, hours, note=form.get("note", ""), now=here.clock()
    )


def _closures(
    session: Session, me: Member, base: ActivityBase, form: Mapping[str, str], here: Here
) -> None:
    lifted = form.get("lift", "")
    if lifted:
        number = rules_form.number(lifted, "closure")
        if number not in {closure.id for closure in base.closures}:
            raise NotFoundError("closure_not_found")
        keeping.lift(session, me, number, now=here.clock())
        return
    room_id = form.get("room", "")
    room = next((room for room in base.rooms if str(room.id) == room_id), None)
    if room_id and room is None:
        raise InvalidRuleError(rule="closure")
    starts_at = rules_form.moment(form.get("from_day", ""), form.get("from_time") or "00:00")
    ends_at = rules_form.moment(form.get("to_day", ""), form.get("to_time") or "23:59")
    keeping.close(
        session,
        me,
        base,
        starts_at,
        ends_at,
        room=room,
        reason=form.get("note", ""),
        now=here.clock(),
    )


def _limits(
    session: Session, me: Member, base: ActivityBase, form: Mapping[str, str], here: Here
) -> None:
    text = form.get("quota", "")
    quota = rules_form.number(text, "quota_per_month") if text else None
    if quota != base.quota_per_month:
        keeping.set_rules(session, me, base, quota_per_month=quota, now=here.clock())
    for room in base.rooms:
        least = rules_form.number(form.get(f"r{room.id}_min", ""), "capacity")
        most = rules_form.number(form.get(f"r{room.id}_max", ""), "capacity")
        if (least, most) != (room.capacity_min, room.capacity):
            keeping.set_capacity(session, me, room, least, most, now=here.clock())


CHANGES: dict[str, Callable[[Session, Member, ActivityBase, Mapping[str, str], Here], None]] = {
    "hours": _hours,
    "days": _days,
    "closures": _closures,
    "limits": _limits,
}
"""What each part's form does."""
