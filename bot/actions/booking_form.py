"""The booking form: what is said fills its parts, the office says what is wrong with them."""

from __future__ import annotations

import re
from datetime import time

from rasa_sdk import Action
from rasa_sdk.events import EventType, SlotSet
from sqlalchemy.orm import Session

from bot.actions.bookings import offer
from bot.actions.draft import SLOTS, Fault, cleared, clock, explain, leave, look, slots_of
from bot.actions.turn import (
    Dispatcher,
    Tracker,
    button,
    entity,
    intent,
    now,
    said,
    services,
    speaker,
)
from bot.people import people_in
from bot.wish import Parts, is_question, read
from office import bases
from office.bases import SHANGHAI
from office.errors import ZhibuError
from texts import say

MISSES = 3
OLD_AFTER = 30 * 60
"""Seconds of silence after which "预约基地" begins afresh instead of going on with the draft."""
SURE_OF_LEAVING = 0.7
"""Below it a farewell is a guess: "重走红军路" is 0.6 of one, and a draft would be lost by it."""
ASIDE = {"ask_policy", "list_bases", "my_bookings", "next_meeting", "my_birthday"}
ASIDE |= {"help", "thanks", "greet", "human_handoff", "none_of_these", "open_questions"}
BUTTONS_ASIDE = {"thumb_up", "thumb_down", "ask_secretary", "answer_question", "drop_question"}
BUTTONS_ASIDE |= {"save_draft"}
ASIDE |= BUTTONS_ASIDE
"""Intents that are answered in the middle of a booking, which then goes on."""
NEVER_PARTS = {"human_handoff", "none_of_these"} | BUTTONS_ASIDE
"""Those that say nothing of the booking, whatever words they are said in."""
MAY_NAME_A_PURPOSE = {"inform", "book_base"}
"""Intents whose words may be taken as they are when the purpose was asked for."""
MAY_NAME_A_PURPOSE_UNLESS_ASKING = {"nlu_fallback", "ask_policy", "out_of_scope"}
BOOK_AGAIN = re.compile("预约|预[定订]|[约订]个?(?:基地|场地)")
"""Asks for a booking: not what somebody wants to do at the base."""


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
