"""The booking form: what is said fills its parts, the office says what is wrong with them."""

from __future__ import annotations

from rasa_sdk import Action
from rasa_sdk.events import EventType

from bot.actions.draft import leave
from bot.actions.reading import Reading
from bot.actions.turn import Dispatcher, Tracker, services, speaker
from texts import say


class ValidateBookingForm(Action):
    """Reads every message while a booking is under way. Rasa calls it before it asks on."""

    def name(self) -> str:
        """The name by which Rasa finds the form's validation."""
        return "validate_booking_form"

    def run(self, dispatcher: Dispatcher, tracker: Tracker, domain: object) -> list[EventType]:
        """Return the new values of the slots; nothing at all hands the turn to other rules."""
        with services().database.reading() as session:
            member = speaker(session, tracker)
            if member is None:
                dispatcher.utter_message(text=say("bot.only_members"))
                return leave()
            return Reading(session, dispatcher, tracker, member).events()
