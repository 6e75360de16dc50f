"""The booking form: what is said fills its parts, the office says what is wrong with them."""

from __future__ import annotations

from datetime import date, datetime, time
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
    inbox_id,
    intent,
    now,
    said,
    services,
    speaker,
    today,
)
from bot.wish import Parts, is_question, read
from bot.wording import booking_values, day_text, free_text, hours_text
from office import bases, bookings
from office.bases import SHANGHAI
from office.bookings import Wish
from office.errors import SlotTakenError, ZhibuError
from office.models import ActivityBase
from texts import say

PARTS = ("base", "day", "start", "end", "people", "purpose")
SLOTS = tuple(f"booking_{part}" for part in PARTS)
MISSES = 3
ASIDE = {"ask_policy", "list_bases", "my_bookings", "next_meeting", "my_birthday"}
ASIDE |= {"help", "thanks", "greet", "human_handoff"}
"""Intents that are answered in the middle of a booking, which then goes on."""
AT_FAULT = {"too_many": ("people",), "nobody_comes": ("people",), "too_far_ahead": ("day",)}
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


class Reading:
    """One message read against what is known of the booking."""

    def __init__(self, session: Session, dispatcher: Dispatcher, tracker: Tracker) -> None:
        self.session = session
        self.dispatcher = dispatcher
        self.text = said(tracker)
        self.intent = intent(tracker)
        self.asked = (tracker.get_slot("requested_slot") or "").removeprefix("booking_") or None
        self.misses = int(tracker.get_slot("booking_misses") or 0)
        self.slots: dict[str, str | None] = {slot: tracker.get_slot(slot) for slot in SLOTS}

    def events(self) -> list[EventType]:
        """What the message changes."""
        first = self.asked is None
        if self.intent in {"cancel_booking", "bye"} and not first:
            self.dispatcher.utter_message(text=say("bot.booking_left"))
            return leave()
        aside = self.intent in ASIDE and not first
        asks = is_question(self.text)
        if aside and (asks or self.intent == "human_handoff"):
            return []
        parts = self._parts()
        if aside and not parts:
            return []
        if self.intent == "ask_policy" and not first and self.asked != "purpose" and asks:
            return []
        if parts:
            return self._take(parts)
        if self.asked == "confirmed":
            return self._confirm()
        if first or self.intent == "book_base":
            return [SlotSet("booking_misses", 0)]
        if self.intent == "change_booking":
            self.dispatcher.utter_message(text=say("bot.change_what"))
            return [SlotSet("booking_misses", 0)]
        return self._missed()

    def _parts(self) -> Parts:
        names = {
            name: base.code
            for base in bases.all_bases(self.session)
            for name in (base.name, *base.aliases.split())
        }
        start = clock(self.slots["booking_start"])
        local = now().astimezone(SHANGHAI)
        return read(self.text, now=local, names=names, asked=self.asked, start=start)

    def _take(self, parts: Parts) -> list[EventType]:
        """Keep what was said if the office allows it; say what it does not allow."""
        if len(parts.bases) > 1:
            some = [b for b in bases.all_bases(self.session) if b.code in parts.bases]
            self.dispatcher.utter_message(text=say("bot.which_base"))
            offer(self.dispatcher, some)
        elif parts.bases:
            self.slots["booking_base"] = parts.bases[0]
        if parts.unreal_day:
            self.dispatcher.utter_message(text=say("bot.no_such_day"))
        for part in ("day", "start", "end", "people", "purpose"):
            value = getattr(parts, part)
            if value is not None:
                self.slots[f"booking_{part}"] = value if part == "purpose" else str(value)
        if parts.start is not None and parts.end is None:
            self._keep_length_sane(parts.start)
        self._check()
        changed: list[EventType] = [SlotSet(slot, value) for slot, value in self.slots.items()]
        return [*changed, SlotSet("booking_confirmed", None), SlotSet("booking_misses", 0)]

    def _keep_length_sane(self, start: time) -> None:
        """A new start after the old end leaves the end to be asked for again."""
        end = clock(self.slots["booking_end"])
        if end is not None and end <= start:
            self.slots["booking_end"] = None

    def _check(self) -> None:
        """Let the office look at the day, then at the whole as soon as a time is known."""
        base = base_of(self.session, self.slots)
        day = day_of(self.slots)
        if day is not None and day < today():
            self._refuse("past_day", ("day",), day=day_text(day, today()))
            return
        if base is None:
            return
        people = int(self.slots["booking_people"] or 1)
        if people < 1:
            self._refuse("nobody_comes", ("people",))
            return
        if people > bases.capacity(base):
            self._refuse("too_many", ("people",), capacity=bases.capacity(base))
            return
        if day is None:
            return
        if not bases.opening(base, day):
            text = day_text(day, today())
            self._refuse("closed_day", ("day",), base=base.name, day=text, hours=hours_text(base))
            return
        wish = wish_of(self.session, self.slots)
        if wish is None:
            return
        try:
            bookings.check(self.session, wish, now=now())
        except SlotTakenError:
            free = free_sentence(self.session, base, day, people)
            self._refuse("slot_taken", ("start", "end"), free=free)
        except ZhibuError as error:
            detail = {"base": base.name, "hours": hours_text(base), **error.detail}
            self._refuse(error.code, AT_FAULT.get(error.code, ("start", "end")), **detail)

    def _refuse(self, code: str, parts: tuple[str, ...], **detail: object) -> None:
        self.dispatcher.utter_message(text=say(f"bot.{code}", **detail))
        for part in parts:
            self.slots[f"booking_{part}"] = None

    def _confirm(self) -> list[EventType]:
        if self.intent == "affirm":
            return [SlotSet("booking_confirmed", "yes"), SlotSet("booking_misses", 0)]
        if self.intent in {"deny", "change_booking"}:
            self.dispatcher.utter_message(text=say("bot.change_what"))
            return [SlotSet("booking_confirmed", None), SlotSet("booking_misses", 0)]
        return self._missed()

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
            free = bases.free_times(session, base, day, int(slots["booking_people"] or 1))
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
        """Show the whole booking before it is made."""
        with services().database.reading() as session:
            wish = wish_of(session, slots_of(tracker))
            if wish is None:
                return []
            room = bookings.check(session, wish, now=now())
            text = say(
                "bot.summary",
                base=wish.base.name,
                room=room.name,
                day=day_text(wish.starts_at.astimezone(SHANGHAI).date(), today()),
                start=f"{wish.starts_at.astimezone(SHANGHAI):%H:%M}",
                end=f"{wish.ends_at.astimezone(SHANGHAI):%H:%M}",
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


class SubmitBooking(Action):
    """Book what was confirmed, and say so."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_submit_booking"

    def run(self, dispatcher: Dispatcher, tracker: Tracker, domain: object) -> list[EventType]:
        """A form that was left has nothing confirmed and only clears the slots.

        If somebody was faster, everything but the time is kept and the time asked for again.
        """
        if tracker.get_slot("booking_confirmed") != "yes":
            return cleared()
        slots = slots_of(tracker)
        try:
            with services().database.writing() as session:
                member, wish = speaker(session, tracker), wish_of(session, slots)
                if member is None or wish is None:
                    dispatcher.utter_message(text=say("bot.only_members"))
                    return cleared()
                key = f"{tracker.sender_id}:{inbox_id(tracker)}"
                booking = bookings.book(session, member, wish, request_key=key, now=now())
                text = say("bot.booking_done", **booking_values(booking, today()))
        except SlotTakenError:
            return self._taken(dispatcher, slots)
        except ZhibuError as error:
            dispatcher.utter_message(text=say(f"bot.{error.code}", **error.detail))
            return cleared()
        dispatcher.utter_message(
            text=text, buttons=[button(say("bot.button_my_bookings"), "my_bookings")]
        )
        return cleared()

    def _taken(self, dispatcher: Dispatcher, slots: dict[str, str | None]) -> list[EventType]:
        with services().database.reading() as session:
            base, day = base_of(session, slots), day_of(slots)
            if base is None or day is None:
                return cleared()
            free = free_sentence(session, base, day, int(slots["booking_people"] or 1))
        dispatcher.utter_message(text=say("bot.slot_taken", free=free))
        again = ("booking_start", "booking_end", "booking_confirmed")
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


def free_sentence(session: Session, base: ActivityBase, day: date, people: int) -> str:
    """What else is free on that day, as a sentence."""
    free = bases.free_times(session, base, day, people)
    return say("bot.slot_free", free=free_text(free)) if free else say("bot.slot_none")
