"""At the base and after it: checking in, by the keeper or by the code there; stars and a word."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from rasa_sdk import Action
from sqlalchemy.orm import Session

from bot.actions.changes import changing, sorry
from bot.actions.turn import (
    Dispatcher,
    Events,
    Tracker,
    button,
    entity,
    now,
    number,
    speaker,
    today,
)
from bot.wording import booking_values
from office import access, bases, bookings
from office.bases import SHANGHAI
from office.bookings import checkin, feedback
from office.errors import ZhibuError
from office.models import Booking, BookingState, Member
from texts import say

ARRIVALS = frozenset({BookingState.CONFIRMED, BookingState.CHECKED_IN})


class ActionCheckIn(Action):
    """Check in by the base's code, or as its keeper; without either, show today's bookings."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_check_in"

    def run(self, dispatcher: Dispatcher, tracker: Tracker, domain: object) -> Events:
        """Checking in twice is the same as once."""
        code = entity(tracker, "code")
        try:
            with changing() as session:
                member = speaker(session, tracker)
                if member is None:
                    dispatcher.utter_message(text=say("bot.only_members"))
                    return []
                if code is None and entity(tracker, "booking_id") is None:
                    self._today(dispatcher, session, member)
                    return []
                if code is not None:
                    booking = checkin.check_in(session, member, code, now=now())
                else:
                    booking = checkin.check_in_by_keeper(
                        session, member, number(tracker), now=now()
                    )
                values = booking_values(booking, today()) | {"branch": booking.organisation.name}
                text = say("booking.checked_in", **values)
        except ZhibuError as error:
            text = sorry(error)
        dispatcher.utter_message(text=text)
        return []

    def _today(self, dispatcher: Dispatcher, session: Session, member: Member) -> None:
        """What is booked today at the bases that this member keeps."""
        kept = [base for base in bases.all_bases(session) if access.keeps(session, member, base)]
        if not kept:
            dispatcher.utter_message(text=say("booking.how_to_check_in"))
            return
        begins = datetime.combine(today(), time(), SHANGHAI)
        arrivals = [
            booking
            for base in kept
            for booking in bookings.at_base(session, base, begins, begins + timedelta(days=1))
            if booking.state in ARRIVALS
        ]
        if not arrivals:
            dispatcher.utter_message(text=say("booking.nobody_today"))
            return
        dispatcher.utter_message(
            text="\n".join([say("booking.today_title"), *map(arrival_line, arrivals)]),
            buttons=[
                button(
                    say("booking.button_check_in", branch=one.organisation.name),
                    "check_in",
                    booking_id=one.id,
                )
                for one in arrivals
                if one.state == BookingState.CONFIRMED
                and one.starts_at - checkin.EARLY <= now() < one.ends_at
            ],
        )


def arrival_line(booking: Booking) -> str:
    """One of today's bookings, and whether they have come."""
    came = booking.state == BookingState.CHECKED_IN
    return say(
        "booking.arrival_line",
        branch=booking.organisation.name,
        state=say("booking.has_come" if came else "booking.has_not_come"),
        **booking_values(booking, today()),
    )


class ActionRateBooking(Action):
    """Keep the stars of an activity, then one sentence if the member wants to say one."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_rate_booking"

    def run(self, dispatcher: Dispatcher, tracker: Tracker, domain: object) -> Events:
        """What is typed after the stars is the sentence (``bot/shortcuts.py``)."""
        note = entity(tracker, "note")
        buttons: list[dict[str, str]] = []
        try:
            with changing() as session:
                member = speaker(session, tracker)
                if member is None:
                    dispatcher.utter_message(text=say("bot.only_members"))
                    return []
                booking_id = number(tracker)
                if note is None:
                    stars = number(tracker, "stars")
                    feedback.rate(session, member, booking_id, stars, now=now())
                    text = say("booking.say_more", stars=stars)
                    buttons = [
                        button(
                            say("booking.button_nothing_more"),
                            "rate_booking",
                            booking_id=booking_id,
                            note="",
                        )
                    ]
                elif note.strip():
                    feedback.say_more(session, member, booking_id, note, now=now())
                    text = say("booking.thanks_for_words")
                else:
                    text = say("booking.thanks_for_stars")
        except ZhibuError as error:
            text = sorry(error)
        dispatcher.utter_message(text=text, buttons=buttons)
        return []
