"""The waiting list by buttons: to take what was offered, to wait no longer."""

from __future__ import annotations

from rasa_sdk import Action

from bot.actions.changes import changing, sorry
from bot.actions.turn import Dispatcher, Events, Tracker, button, now, number, speaker, today
from bot.wording import booking_values
from delivery.times import moment_text
from office import bookings
from office.bookings import waitlist
from office.errors import ZhibuError
from office.models import BookingState
from texts import say


class ActionTakeOffer(Action):
    """Take the place that was kept for the member."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_take_offer"

    def run(self, dispatcher: Dispatcher, tracker: Tracker, domain: object) -> Events:
        """Whether it is still his, the office says; the base may have to agree yet."""
        try:
            with changing() as session:
                member = speaker(session, tracker)
                if member is None:
                    dispatcher.utter_message(text=say("bot.only_members"))
                    return []
                booking = waitlist.take(session, member, number(tracker, "offer_id"), now=now())
                values = booking_values(booking, today())
                key = "bot.booking_done"
                if booking.state == BookingState.HELD:
                    latest = bookings.answered_by(booking.base, booking.starts_at, now())
                    values["latest"] = moment_text(latest, today())
                    key = "booking.asked"
                text = say(key, **values)
        except ZhibuError as error:
            text = sorry(error)
        dispatcher.utter_message(
            text=text, buttons=[button(say("bot.button_my_bookings"), "my_bookings")]
        )
        return []


class ActionLeaveWaitlist(Action):
    """Wait no longer; what was offered goes to the next."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_leave_waitlist"

    def run(self, dispatcher: Dispatcher, tracker: Tracker, domain: object) -> Events:
        """Leaving twice is the same as leaving once."""
        try:
            with changing() as session:
                member = speaker(session, tracker)
                if member is None:
                    dispatcher.utter_message(text=say("bot.only_members"))
                    return []
                waitlist.leave(session, member, number(tracker, "offer_id"), now=now())
                text = say("booking.left_waitlist")
        except ZhibuError as error:
            text = sorry(error)
        dispatcher.utter_message(text=text)
        return []
