"""Telling people what happened to a booking: each event once, to those whom it concerns.

``tell`` is called at the edge right after a booking was changed, in the same transaction, and by
the scheduler each minute, so that nothing is missed. Who did it gets the direct reply instead.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from delivery.booking_words import notice, values_of
from delivery.clock import Clock
from delivery.queue import DeliveryQueue
from office import bases, members, outbox
from office.database import Database
from office.models import (
    Booking,
    BookingEvent,
    BookingState,
    Escalation,
    EventKind,
    Member,
    MemberState,
    RoleKind,
)
from office.organisations import ancestors, holders
from office.outbox import Button, Draft
from texts import has

RULE = "booking"
REQUEST, OFFER, FEEDBACK, CLASH = "request", "offer", "feedback", "clash"
SETS_OF_BUTTONS = (REQUEST, OFFER, FEEDBACK, CLASH)
ASK = {
    EventKind.ASKED: "request",
    EventKind.TAKEN: "request",
    EventKind.MOVED: "request_moved",
}
"""What the keepers are asked when such an event leaves the booking held."""
KEEPERS_HEAR = {EventKind.MOVED: "moved_keeper", EventKind.CANCELLED: "cancelled_keeper"}
MEMBER_HEARS: dict[EventKind, tuple[str, str | None]] = {
    EventKind.OFFERED: ("offered", OFFER),
    EventKind.LAPSED: ("lapsed", None),
    EventKind.NO_SHOW: ("no_show", None),
    EventKind.DONE: ("feedback", FEEDBACK),
}
"""What the one who booked is told alone."""
BRANCH_HEARS = frozenset(
    {
        EventKind.ASKED,
        EventKind.BOOKED,
        EventKind.TAKEN,
        EventKind.APPROVED,
        EventKind.DECLINED,
        EventKind.MOVED,
        EventKind.CANCELLED,
        EventKind.CLASH,
    }
)
"""What he and the branch's secretary are told."""


@dataclass(frozen=True)
class Notice:
    """What one person is told of an event; ``buttons`` is one of SETS_OF_BUTTONS."""

    member: Member
    key: str
    buttons: str | None = None


@contextmanager
def changing(database: Database, queue: DeliveryQueue, clock: Clock) -> Iterator[Session]:
    """A session that commits; who has to hear of the change is told in it, and reached at once."""
    with database.writing() as session:
        yield session
        reached = tell(session, now=clock())
    for channel, address in reached:
        queue.put(channel, address)


def tell(session: Session, *, now: datetime, limit: int = 500) -> list[tuple[str, str]]:
    """Put what has not been told yet into the outbox; (channel, address) of whom it goes to."""
    untold = session.scalars(
        select(BookingEvent)
        .where(BookingEvent.told_at.is_(None))
        .order_by(BookingEvent.id)
        .limit(limit)
    ).all()
    recipients: list[tuple[str, str]] = []
    for event in untold:
        event.told_at = now
        told: set[int] = {event.actor_id} if event.actor_id else set()
        for one in notices_of(session, event):
            if one.member.id in told or one.member.state != MemberState.ACTIVE:
                continue
            told.add(one.member.id)
            draft = _draft(session, event, one, now)
            if outbox.put(session, draft, now=now) is not None:
                recipients.append((draft.channel, draft.address))
    session.flush()
    return recipients


def notices_of(session: Session, event: BookingEvent) -> Iterator[Notice]:
    """Whom an event concerns and what each is told; the first that names a person counts."""
    booking, kind = event.booking, EventKind(event.kind)
    asks = event.to_state == BookingState.HELD and kind in ASK
    if asks and event.detail.get("moved", True):
        yield from _each(bases.keepers(session, booking.base), ASK[kind], REQUEST)
    elif kind in KEEPERS_HEAR:
        yield from _each(bases.keepers(session, booking.base), KEEPERS_HEAR[kind])
    elif kind == EventKind.ESCALATED:
        yield from _each(escalated_to(session, booking), "request_escalated", REQUEST)
    if kind in MEMBER_HEARS:
        yield from _each([booking.member], *MEMBER_HEARS[kind])
    elif kind in BRANCH_HEARS:
        key = _of_branch(event, booking)
        secretaries = holders(session, booking.organisation_id, RoleKind.SECRETARY)
        buttons = CLASH if kind == EventKind.CLASH else None
        yield from _each([booking.member, *secretaries], key, buttons)


def escalated_to(session: Session, booking: Booking) -> list[Member]:
    """Whom an unanswered request goes to: of the owning organisation, else of the next above."""
    base = booking.base
    by_secretary = base.escalation == Escalation.SECRETARY
    kind = RoleKind.SECRETARY if by_secretary else RoleKind.ADMINISTRATOR
    for organisation in ancestors(session, base.organisation_id):
        found = holders(session, organisation.id, kind)
        if found or by_secretary:
            return found
    return []


def _each(people: Sequence[Member], key: str, buttons: str | None = None) -> Iterator[Notice]:
    return (Notice(member, key, buttons) for member in people)


def _of_branch(event: BookingEvent, booking: Booking) -> str:
    """Which sentence the branch hears."""
    kind = EventKind(event.kind)
    by_silence = event.actor_id is None
    if kind in {EventKind.MOVED, EventKind.TAKEN} and event.to_state == BookingState.HELD:
        return "asked" if kind == EventKind.TAKEN else "moved_asks"
    if kind == EventKind.DECLINED and not by_silence and not booking.reason:
        return "declined_no_reason"
    if kind in {EventKind.APPROVED, EventKind.DECLINED} and by_silence:
        return f"{kind}_by_silence"
    if kind == EventKind.CANCELLED and booking.reason:
        return "cancelled_why"
    return str(kind)


def _draft(session: Session, event: BookingEvent, one: Notice, now: datetime) -> Draft:
    booking = event.booking
    values = values_of(booking)
    code = str(event.detail.get("code", ""))
    known = has(f"booking_notices.clash_{code}")
    values["why"] = notice(f"clash_{code}" if known else "clash_other")
    channel, address = members.reach(session, one.member)
    return Draft(
        dedupe_key=f"{RULE}:{event.id}:{one.member.id}",
        rule=RULE,
        reason=f"booking {booking.id}: {event.kind}",
        channel=channel,
        address=address,
        member_id=one.member.id,
        text=notice(one.key, **values),
        buttons=tuple(_buttons(event, one)),
        not_before=now,
        expires_at=_until(booking, one, now),
    )


def _until(booking: Booking, one: Notice, now: datetime) -> datetime:
    """Until when it is worth telling."""
    if one.buttons in {REQUEST, OFFER} and booking.decide_by is not None:
        return booking.decide_by
    return max(booking.ends_at, now) + timedelta(days=3)


def _buttons(event: BookingEvent, one: Notice) -> Iterator[Button]:
    booking = event.booking
    number = str(booking.id)
    if one.buttons == REQUEST and booking.state == BookingState.HELD:
        yield button("approve", "approve_booking", booking_id=number)
        yield button("decline", "decline_booking", booking_id=number)
    elif one.buttons == OFFER:
        entry = str(event.detail.get("waitlist", ""))
        yield button("take", "take_offer", offer_id=entry)
        yield button("leave", "leave_waitlist", offer_id=entry)
    elif one.buttons == FEEDBACK:
        for stars in range(1, 6):
            title = notice("button_stars", stars=stars)
            payload = {"booking_id": number, "stars": str(stars)}
            yield Button(title, f"/rate_booking{json.dumps(payload)}")
    elif one.buttons == CLASH:
        yield button("move", "change_booking", booking_id=number)
        yield button("cancel", "cancel_booking", booking_id=number)


def button(title: str, intent: str, **entities: str) -> Button:
    """A button with the title of this name; Rasa hears the intent with the entities."""
    return Button(notice(f"button_{title}"), f"/{intent}{json.dumps(entities)}")
