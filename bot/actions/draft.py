"""A booking in the making: its parts as the slots hold them, and what is wrong with them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from rasa_sdk.events import EventType, SlotSet
from sqlalchemy.orm import Session

from bot.actions.aim import Aim
from bot.actions.changes import sorry
from bot.actions.turn import (
    Tracker,
    now,
    today,
)
from bot.wording import free_text, hours_text
from delivery.times import day_text
from office import bases, bookings
from office.bases import SHANGHAI
from office.bookings import Wish
from office.errors import InvalidBookingError, NotFoundError, ZhibuError
from office.models import ActivityBase, Booking, Organisation, Room
from texts import say

PARTS = ("base", "day", "start", "end", "people", "purpose")
SLOTS = tuple(f"booking_{part}" for part in PARTS)
BESIDES = (
    "booking_aim",
    "booking_doubt",
    "booking_window",
    "booking_guide",
    "booking_vague",
    "booking_repeat",
)
"""What it is for; what is in doubt (``booking_asks``); between what hours; guide; 八点; series."""
KNOWN = (*SLOTS, *BESIDES)
AT_FAULT = {
    "base_gone": ("base",),
    "past_day": ("day",),
    "closed_day": ("day",),
    "full_day": ("day",),
    "too_far_ahead": ("day",),
    "quota_reached": ("day",),
    "nobody_comes": ("people",),
    "too_many": ("people",),
    "too_few": ("people",),
    "too_many_anywhere": ("people",),
    "series_too_long": ("day",),
    "no_such_series": ("day",),
    "no_purpose": ("purpose",),
    "not_allowed": (),
    "booking_not_found": (),
    "already_cancelled": (),
    "already_declined": (),
    "already_begun": (),
    "cancel_too_late": (),
    "changed_meanwhile": (),
    "waits_for_too_much": (),
}
"""The parts that an error of the office throws away; the others throw away the time."""


@dataclass(frozen=True)
class Fault:
    """What is wrong with a booking, said to the member, and the parts to ask for again."""

    text: str
    parts: tuple[str, ...]


def look(
    session: Session, slots: dict[str, Any], *, branch: Organisation | None = None
) -> Room | None:
    """Let the office look at what is known; the room, if base, day and time are known.

    Raises ZhibuError for what the office does not allow.
    """
    base, day = base_of(session, slots), day_of(slots)
    people = int(slots["booking_people"] or 1)
    if slots["booking_base"] and base is None:
        raise NotFoundError("base_gone")
    if day is not None and day < today():
        raise InvalidBookingError("past_day")
    if people < 1:
        raise InvalidBookingError("nobody_comes")
    if base is None:
        if people > (most := bases.largest_capacity(session)):
            raise InvalidBookingError("too_many_anywhere", capacity=most)
        return None
    if people > (most := bases.capacity(base)):
        raise InvalidBookingError("too_many", capacity=most)
    if day is None or slots.get("booking_repeat"):  # a series is looked at as a whole
        return None
    _look_at_day(session, slots, base, day)
    wish = wish_of(session, slots)
    if wish is None:
        return None
    moves = Aim.of(slots["booking_aim"]).booking_id
    return bookings.check(session, wish, now=now(), branch=branch, ignoring=moves)


def _look_at_day(session: Session, slots: dict[str, Any], base: ActivityBase, day: date) -> None:
    if not bases.opens_on(session, base, day):
        raise InvalidBookingError("closed_day")
    if day > (now() + timedelta(days=base.days_ahead)).astimezone(SHANGHAI).date():
        raise InvalidBookingError("too_far_ahead", days=base.days_ahead)
    people = int(slots["booking_people"] or 1)
    moves = Aim.of(slots["booking_aim"]).booking_id
    free = bases.free_times(session, base, day, people, now=now(), ignoring=moves)
    if not slots["booking_start"] and not free:
        raise InvalidBookingError("full_day")


def explain(session: Session, slots: dict[str, Any], error: ZhibuError) -> Fault:
    """Say to the member what the office does not allow, and name the parts at fault."""
    parts = AT_FAULT.get(error.code, ("start", "end"))
    if not parts:
        return Fault(sorry(error), parts)
    values: dict[str, object] = {}
    base, day = base_of(session, slots), day_of(slots)
    if day is not None:
        values["day"] = day_text(day, today())
    if base is not None:
        values |= {"base": base.name, "hours": hours_text(base)}
    if error.code == "slot_taken":
        values["free"] = free_sentence(session, slots)
    text = say(f"bot.{error.code}", **{**values, **error.detail})
    return Fault(text, parts)


def doubt_after(slots: dict[str, Any], error: ZhibuError) -> str | None:
    """What the slot booking_doubt says of a wish that is refused because it is taken."""
    if error.code != "slot_taken":
        return None
    return f"taken {slots['booking_start']} {slots['booking_end']}"


def slots_of(tracker: Tracker) -> dict[str, str | None]:
    """The parts of the booking as the tracker holds them."""
    return {slot: tracker.get_slot(slot) for slot in KNOWN}


def slots_from(booking: Booking) -> dict[str, str | None]:
    """A booking that stands as the slots hold one that is to be moved."""
    start = booking.starts_at.astimezone(SHANGHAI)
    end = booking.ends_at.astimezone(SHANGHAI)
    return dict.fromkeys(KNOWN) | {
        "booking_base": booking.base.code,
        "booking_day": start.date().isoformat(),
        "booking_start": start.time().isoformat(),
        "booking_end": end.time().isoformat(),
        "booking_people": str(booking.head_count),
        "booking_purpose": booking.purpose,
        "booking_guide": "yes" if booking.guide else None,
        "booking_aim": Aim(booking_id=booking.id, version=booking.version).as_slot(),
    }


def cleared() -> list[EventType]:
    """Forget the booking."""
    return [SlotSet(slot, None) for slot in (*KNOWN, "booking_confirmed", "booking_misses")]


def leave() -> list[EventType]:
    """Forget the booking and end the form."""
    return [*cleared(), SlotSet("requested_slot", None)]


def base_of(session: Session, slots: dict[str, Any]) -> ActivityBase | None:
    """The base that was chosen."""
    return bases.by_code(session, slots["booking_base"]) if slots["booking_base"] else None


def day_of(slots: dict[str, Any]) -> date | None:
    """The day that was chosen."""
    return date.fromisoformat(slots["booking_day"]) if slots["booking_day"] else None


def clock(value: str | None) -> time | None:
    """A clock time as a slot holds it."""
    return time.fromisoformat(value) if value else None


def wish_of(session: Session, slots: dict[str, Any]) -> Wish | None:
    """The wish as far as it is known: None without base, day, start and end."""
    base, day = base_of(session, slots), day_of(slots)
    start, end = clock(slots["booking_start"]), clock(slots["booking_end"])
    if base is None or day is None or start is None or end is None:
        return None
    return Wish(
        base=base,
        starts_at=datetime.combine(day, start, SHANGHAI),
        ends_at=_ends_at(session, base, day, start, end),
        head_count=int(slots["booking_people"] or 1),
        purpose=slots["booking_purpose"],
        guide=bool(slots["booking_guide"]) and base.has_guide,
    )


def _ends_at(session: Session, base: ActivityBase, day: date, start: time, end: time) -> datetime:
    """The end on that day; past midnight on the next where the base is open so."""
    ends_at = datetime.combine(day, end, SHANGHAI)
    later = ends_at + timedelta(days=1)
    past_midnight = end <= start and bases.is_open(
        session, base, datetime.combine(day, start, SHANGHAI), later
    )
    return later if past_midnight else ends_at


def free_sentence(session: Session, slots: dict[str, Any]) -> str:
    """What else one could have on that day for as long, as a sentence."""
    wish = wish_of(session, slots)
    if wish is None:
        return say("bot.slot_none")
    free = bases.room_times(
        session,
        wish.base,
        wish.starts_at.date(),
        wish.head_count,
        now=now(),
        lasting=wish.ends_at - wish.starts_at,
        ignoring=Aim.of(slots["booking_aim"]).booking_id,
    )
    return say("bot.slot_free", free=free_text(free)) if free else say("bot.slot_none")
