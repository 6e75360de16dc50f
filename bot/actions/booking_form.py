"""The booking form: what is said fills its parts, the office says what is wrong with them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from rasa_sdk import Action
from rasa_sdk.events import EventType, FollowupAction, SlotSet
from sqlalchemy.orm import Session

from bot.actions.bookings import offer
from bot.actions.turn import (
    Dispatcher,
    Events,
    Tracker,
    button,
    entity,
    inbox_id,
    intent,
    now,
    said,
    services,
    speaker,
    today,
)
from bot.people import people_in
from bot.wish import Parts, is_question, read
from bot.wording import booking_values, clock_text, day_text, free_text, hours_text
from office import bases, bookings
from office.bases import SHANGHAI
from office.bookings import Wish
from office.errors import InvalidBookingError, NotFoundError, ZhibuError
from office.models import ActivityBase, Room
from texts import say

PARTS = ("base", "day", "start", "end", "people", "purpose")
SLOTS = tuple(f"booking_{part}" for part in PARTS)
MISSES = 3
OLD_AFTER = 30 * 60
"""Seconds of silence after which "预约基地" begins afresh instead of going on with the draft."""
SURE_OF_LEAVING = 0.7
"""Below it a farewell is a guess: "重走红军路" is 0.6 of one, and a draft would be lost by it."""
ASIDE = {"ask_policy", "list_bases", "my_bookings", "next_meeting", "my_birthday"}
ASIDE |= {"help", "thanks", "greet", "human_handoff", "none_of_these"}
"""Intents that are answered in the middle of a booking, which then goes on."""
NEVER_PARTS = {"human_handoff", "none_of_these"}
"""Those that say nothing of the booking, whatever words they are said in."""
MAY_NAME_A_PURPOSE = {"inform", "book_base"}
"""Intents whose words may be taken as they are when the purpose was asked for."""
MAY_NAME_A_PURPOSE_UNLESS_ASKING = {"nlu_fallback", "ask_policy", "out_of_scope"}
BOOK_AGAIN = re.compile("预约|预[定订]|[约订]个?(?:基地|场地)")
"""Asks for a booking: not what somebody wants to do at the base."""
AT_FAULT = {
    "base_gone": ("base",),
    "past_day": ("day",),
    "closed_day": ("day",),
    "full_day": ("day",),
    "too_far_ahead": ("day",),
    "nobody_comes": ("people",),
    "too_many": ("people",),
    "too_many_anywhere": ("people",),
    "no_purpose": ("purpose",),
    "not_allowed": (),
}
"""The parts that an error of the office throws away; the others throw away the time."""


class ValidateBookingForm(Action):
    """Reads every message while a booking is under way. Rasa calls it before it asks on."""

    def name(self) -> str:
        """The name by which Rasa finds the form's validation."""
        return "validate_booking_form"

    def run(self, dispatcher: Dispatcher, tracker: Tracker, domain: object) -> list[EventType]:
        """Return the new values of the slots; nothing at all hands the turn to other rules."""
        with services().database.reading() as session:
            if speaker(session, tracker) is None:
                dispatcher.utter_message(text=say("bot.only_members"))
                return leave()
            return Reading(session, dispatcher, tracker).events()


@dataclass(frozen=True)
class Fault:
    """What is wrong with a booking, said to the member, and the parts to ask for again."""

    text: str
    parts: tuple[str, ...]


def look(session: Session, slots: dict[str, Any]) -> Room | None:
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
    if day is None:
        return None
    _look_at_day(session, slots, base, day)
    wish = wish_of(session, slots)
    return bookings.check(session, wish, now=now()) if wish else None


def _look_at_day(session: Session, slots: dict[str, Any], base: ActivityBase, day: date) -> None:
    if not bases.opening(base, day):
        raise InvalidBookingError("closed_day")
    if day > (now() + timedelta(days=base.days_ahead)).astimezone(SHANGHAI).date():
        raise InvalidBookingError("too_far_ahead", days=base.days_ahead)
    people = int(slots["booking_people"] or 1)
    if not slots["booking_start"] and not bases.free_times(session, base, day, people, now=now()):
        raise InvalidBookingError("full_day")


def explain(session: Session, slots: dict[str, Any], error: ZhibuError) -> Fault:
    """Say to the member what the office does not allow, and name the parts at fault."""
    values: dict[str, object] = {}
    base, day = base_of(session, slots), day_of(slots)
    if day is not None:
        values["day"] = day_text(day, today())
    if base is not None:
        values |= {"base": base.name, "hours": hours_text(base)}
    if error.code == "slot_taken":
        values["free"] = free_sentence(session, slots)
    text = say(f"bot.{error.code}", **{**values, **error.detail})
    return Fault(text, AT_FAULT.get(error.code, ("start", "end")))


class Reading:
    """One message read against what is known of the booking."""

    def __init__(self, session: Session, dispatcher: Dispatcher, tracker: Tracker) -> None:
        self.session = session
        self.dispatcher = dispatcher
        self.text = said(tracker)
        self.intent = sure_intent(tracker)
        self.names_a_booking = entity(tracker, "booking_id") is not None
        self.after_long = silence(tracker) > OLD_AFTER
        self.asked = (tracker.get_slot("requested_slot") or "").removeprefix("booking_") or None
        self.ask_next: str | None = None
        self.misses = int(tracker.get_slot("booking_misses") or 0)
        self.slots: dict[str, str | None] = slots_of(tracker)

    def events(self) -> list[EventType]:
        """What the message changes."""
        first = self.asked is None
        if self.intent == "cancel_booking" and self.names_a_booking:
            return []
        if self.intent in {"cancel_booking", "bye"} and not first:
            self.dispatcher.utter_message(text=say("bot.booking_left"))
            return leave()
        aside = self.intent in ASIDE and not first
        if aside and (self.intent in NEVER_PARTS or is_question(self.text)):
            return []
        parts = self._parts()
        if aside and not parts:
            return []
        if self.intent == "book_base" and (first or (self.after_long and not parts)):
            self.slots = dict.fromkeys(SLOTS)
            if not parts:
                return cleared()
        if parts:
            return self._take(parts)
        if self.asked == "confirmed":
            return self._confirm()
        if first or self.intent == "book_base":
            return [SlotSet("booking_misses", 0)]
        if self.intent == "change_booking":
            return self._change_what()
        return self._missed()

    def _parts(self) -> Parts:
        """What the message says; a button's code says nothing."""
        if self.text.startswith("/"):
            return Parts()
        names = {
            name: base.code
            for base in bases.all_bases(self.session)
            for name in (base.name, *base.aliases.split())
        }
        asked = self.asked
        if asked == "purpose" and not self._may_be_a_purpose():
            asked = None
        start = clock(self.slots["booking_start"])
        local = now().astimezone(SHANGHAI)
        return read(self.text, now=local, names=names, asked=asked, start=start)

    def _may_be_a_purpose(self) -> bool:
        """Whether the words as they are may be the purpose, where it was asked for."""
        if self.intent == "book_base" and BOOK_AGAIN.search(self.text):
            return False
        if self.intent in MAY_NAME_A_PURPOSE_UNLESS_ASKING:
            return not is_question(self.text)
        return self.intent in MAY_NAME_A_PURPOSE

    def _take(self, parts: Parts) -> list[EventType]:
        """Keep what was said if the office allows it; say what it does not allow."""
        if len(parts.bases) > 1:
            some = [b for b in bases.all_bases(self.session) if b.code in parts.bases]
            self.dispatcher.utter_message(text=say("bot.which_base"))
            offer(self.dispatcher, some)
        elif parts.bases:
            self.slots["booking_base"] = parts.bases[0]
        if parts.unreal_day:
            self._refuse(Fault(say("bot.no_such_day"), ("day",)))
        for part in ("day", "start", "end", "people", "purpose"):
            value = getattr(parts, part)
            if value is not None:
                self.slots[f"booking_{part}"] = value if part == "purpose" else str(value)
        if parts.start is not None and parts.end is None:
            self._keep_length_sane(parts.start)
        try:
            look(self.session, self.slots)
        except ZhibuError as error:
            self._refuse(explain(self.session, self.slots, error))
        changed: list[EventType] = [SlotSet(slot, value) for slot, value in self.slots.items()]
        changed += [SlotSet("booking_confirmed", None), SlotSet("booking_misses", 0)]
        if self.ask_next:
            changed.append(SlotSet("requested_slot", self.ask_next))
        return changed

    def _keep_length_sane(self, start: time) -> None:
        """A new start after the old end leaves the end to be asked for again."""
        end = clock(self.slots["booking_end"])
        if end is not None and end <= start:
            self.slots["booking_end"] = None

    def _refuse(self, fault: Fault) -> None:
        """Say what is wrong, forget it, and let the form ask for it before anything else."""
        self.dispatcher.utter_message(text=fault.text)
        for part in fault.parts:
            self.slots[f"booking_{part}"] = None
        self.ask_next = f"booking_{fault.parts[0]}"

    def _confirm(self) -> list[EventType]:
        """Yes, or what is to be different. A bare number may be anything."""
        if self.intent == "affirm":
            return [SlotSet("booking_confirmed", "yes"), SlotSet("booking_misses", 0)]
        bare_number = people_in(self.text, asked=True) is not None
        if self.intent in {"deny", "change_booking"} or bare_number:
            return self._change_what()
        return self._missed()

    def _change_what(self) -> list[EventType]:
        self.dispatcher.utter_message(text=say("bot.change_what"))
        return [SlotSet("booking_confirmed", None), SlotSet("booking_misses", 0)]

    def _missed(self) -> list[EventType]:
        """Not understood; after the third time in a row the form lets go."""
        if self.misses + 1 >= MISSES:
            self.dispatcher.utter_message(
                text=say("bot.form_gave_up"),
                buttons=[button(say("bot.button_handoff"), "human_handoff")],
            )
            return leave()
        self.dispatcher.utter_message(text=say(f"bot.form_not_understood_booking_{self.asked}"))
        return [SlotSet("booking_misses", self.misses + 1)]


class AskBase(Action):
    """Which base?"""

    def name(self) -> str:
        """The name by which Rasa finds the question for a slot."""
        return "action_ask_booking_base"

    def run(self, dispatcher: Dispatcher, tracker: Tracker, domain: object) -> Events:
        """Offer those that hold as many as are known to come."""
        people = int(tracker.get_slot("booking_people") or 1)
        with services().database.reading() as session:
            some = [b for b in bases.all_bases(session) if bases.capacity(b) >= people]
            offer(dispatcher, some)
        return []


class AskDay(Action):
    """Which day?"""

    def name(self) -> str:
        """The name by which Rasa finds the question for a slot."""
        return "action_ask_booking_day"

    def run(self, dispatcher: Dispatcher, tracker: Tracker, domain: object) -> Events:
        """Say on which days the base is open."""
        with services().database.reading() as session:
            base = base_of(session, slots_of(tracker))
            hours = say("bot.open_days", base=base.name, hours=hours_text(base)) if base else ""
        dispatcher.utter_message(text=say("bot.ask_day", open_days=hours))
        return []


class AskStart(Action):
    """From when to when?"""

    def name(self) -> str:
        """The name by which Rasa finds the question for a slot."""
        return "action_ask_booking_start"

    def run(self, dispatcher: Dispatcher, tracker: Tracker, domain: object) -> Events:
        """Show what is still free on that day."""
        slots = slots_of(tracker)
        with services().database.reading() as session:
            base, day = base_of(session, slots), day_of(slots)
            if base is None or day is None:
                return []
            people = int(slots["booking_people"] or 1)
            free = bases.free_times(session, base, day, people, now=now())
        values = {"day": day_text(day, today()), "base": base.name, "free": free_text(free)}
        dispatcher.utter_message(
            text=say("bot.ask_start" if free else "bot.ask_start_full", **values)
        )
        return []


class AskConfirmed(Action):
    """Is it right so?"""

    def name(self) -> str:
        """The name by which Rasa finds the question for a slot."""
        return "action_ask_booking_confirmed"

    def run(self, dispatcher: Dispatcher, tracker: Tracker, domain: object) -> Events:
        """Show the whole booking before it is made, unless it has become impossible by now."""
        slots = slots_of(tracker)
        with services().database.reading() as session:
            try:
                room, wish = look(session, slots), wish_of(session, slots)
            except ZhibuError as error:
                return ask_again(dispatcher, tracker, explain(session, slots, error))
            if room is None or wish is None:
                return []
            text = say(
                "bot.summary",
                base=wish.base.name,
                room=room.name,
                day=day_text(wish.starts_at.astimezone(SHANGHAI).date(), today()),
                start=clock_text(wish.starts_at),
                end=clock_text(wish.ends_at),
                people=wish.head_count,
                purpose=wish.purpose,
            )
        dispatcher.utter_message(
            text=text,
            buttons=[
                button(say("bot.button_confirm"), "affirm"),
                button(say("bot.button_change_time"), "change_booking"),
                button(say("bot.button_give_up"), "cancel_booking"),
            ],
        )
        return []


ASKED_BY: dict[str, type[Action]] = {"base": AskBase, "day": AskDay, "start": AskStart}
"""The questions that are more than a fixed sentence."""


def ask_again(dispatcher: Dispatcher, tracker: Tracker, fault: Fault) -> Events:
    """Say what is wrong, forget it and ask for it: all in the turn that was to ask the last thing.

    (A follow-up of the form would have the member's message read once more.)
    """
    dispatcher.utter_message(text=fault.text)
    wrong = {f"booking_{part}": None for part in fault.parts}
    tracker.slots.update(wrong)
    first = fault.parts[0]
    if first in ASKED_BY:
        ASKED_BY[first]().run(dispatcher, tracker, {})
    else:
        dispatcher.utter_message(response=f"utter_ask_booking_{first}")
    return [
        *(SlotSet(slot, None) for slot in (*wrong, "booking_confirmed")),
        SlotSet("requested_slot", f"booking_{first}"),
    ]


class SubmitBooking(Action):
    """Book what was confirmed, and say so."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_submit_booking"

    def run(self, dispatcher: Dispatcher, tracker: Tracker, domain: object) -> list[EventType]:
        """A form that was left has nothing confirmed and only clears the slots.

        If somebody was faster, or it has become too late, the rest is kept and asked on.
        """
        if tracker.get_slot("booking_confirmed") != "yes":
            return cleared()
        slots = slots_of(tracker)
        try:
            with services().database.writing() as session:
                member, wish = speaker(session, tracker), wish_of(session, slots)
                if member is None:
                    dispatcher.utter_message(text=say("bot.only_members"))
                    return cleared()
                if wish is None:
                    raise NotFoundError("base_gone")
                key = f"{tracker.sender_id}:{inbox_id(tracker)}"
                booking = bookings.book(session, member, wish, request_key=key, now=now())
                text = say("bot.booking_done", **booking_values(booking, today()))
        except ZhibuError as error:
            return self._refused(dispatcher, slots, error)
        dispatcher.utter_message(
            text=text, buttons=[button(say("bot.button_my_bookings"), "my_bookings")]
        )
        return cleared()

    def _refused(
        self, dispatcher: Dispatcher, slots: dict[str, str | None], error: ZhibuError
    ) -> list[EventType]:
        with services().database.reading() as session:
            fault = explain(session, slots, error)
        dispatcher.utter_message(text=fault.text)
        if not fault.parts:
            return cleared()
        again = (*(f"booking_{part}" for part in fault.parts), "booking_confirmed")
        return [*(SlotSet(slot, None) for slot in again), FollowupAction("booking_form")]


def slots_of(tracker: Tracker) -> dict[str, str | None]:
    """The parts of the booking as the tracker holds them."""
    return {slot: tracker.get_slot(slot) for slot in SLOTS}


def cleared() -> list[EventType]:
    """Forget the booking."""
    return [SlotSet(slot, None) for slot in (*SLOTS, "booking_confirmed", "booking_misses")]


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
        ends_at=datetime.combine(day, end, SHANGHAI),
        head_count=int(slots["booking_people"] or 1),
        purpose=slots["booking_purpose"] or "—",
    )


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
    )
    return say("bot.slot_free", free=free_text(free)) if free else say("bot.slot_none")


def sure_intent(tracker: Tracker) -> str:
    """The intent of the message; a farewell that is little more than a guess was not understood."""
    recognised = intent(tracker)
    confidence = (tracker.latest_message.get("intent") or {}).get("confidence", 1.0)
    guessed = recognised == "bye" and confidence < SURE_OF_LEAVING
    return "nlu_fallback" if guessed else recognised


def silence(tracker: Tracker) -> float:
    """Seconds between the member's last message and the one before it."""
    said_at = [event["timestamp"] for event in tracker.events if event.get("event") == "user"]
    return float(said_at[-1] - said_at[-2]) if len(said_at) > 1 else 0.0
