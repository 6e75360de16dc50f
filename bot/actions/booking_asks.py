"""What the booking form asks for next, the summary before it, and the booking at its end."""

from __future__ import annotations

from rasa_sdk import Action
from rasa_sdk.events import EventType, FollowupAction, SlotSet

from bot.actions.bookings import offer
from bot.actions.draft import Fault, base_of, cleared, day_of, explain, look, slots_of, wish_of
from bot.actions.turn import (
    Dispatcher,
    Events,
    Tracker,
    button,
    inbox_id,
    now,
    services,
    speaker,
    today,
)
from bot.wording import booking_values, clock_text, day_text, free_text, hours_text
from office import bases, bookings
from office.bases import SHANGHAI
from office.errors import NotFoundError, ZhibuError
from texts import say


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
