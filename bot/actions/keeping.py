"""What the keepers of bases do: agree to a request, refuse it with a reason, see what waits."""

from __future__ import annotations

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
    services,
    speaker,
    today,
)
from bot.wording import booking_values
from delivery.booking_words import refusal
from delivery.times import moment_text
from office import bookings
from office.errors import InvalidBookingError, NotFoundError, ZhibuError
from office.models import Booking, BookingState, Member
from texts import say

SHOWN = 3
"""So many requests are shown with their buttons at once, the most urgent first."""
REASONS = ("taken", "closed", "unfit")
"""The reasons that are offered as buttons; any other is typed."""


class ActionApproveBooking(Action):
    """Agree to a request."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_approve_booking"

    def run(self, dispatcher: Dispatcher, tracker: Tracker, domain: object) -> Events:
        """To anybody but a keeper the request does not exist."""
        try:
            with changing() as session:
                keeper = speaker(session, tracker)
                if keeper is None:
                    dispatcher.utter_message(text=say("bot.only_members"))
                    return []
                booking = bookings.approve(session, keeper, number(tracker), now=now())
                text = say("booking.approved", **booking_values(booking, today()))
        except ZhibuError as error:
            text = refused(tracker, error)
        dispatcher.utter_message(text=text, buttons=more_to_decide(tracker))
        return []


class ActionDeclineBooking(Action):
    """Refuse a request; without a reason, ask for one by buttons or in words."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_decline_booking"

    def run(self, dispatcher: Dispatcher, tracker: Tracker, domain: object) -> Events:
        """What is typed next is the reason (``bot/shortcuts.py``)."""
        reason = (entity(tracker, "note") or "").strip()
        buttons: list[dict[str, str]] = []
        try:
            with changing() as session:
                keeper = speaker(session, tracker)
                if keeper is None:
                    dispatcher.utter_message(text=say("bot.only_members"))
                    return []
                if reason:
                    booking = bookings.decline(session, keeper, number(tracker), reason, now=now())
                    values = booking_values(booking, today()) | {"reason": booking.reason}
                    text = say("booking.declined", **values)
                else:
                    booking = open_request(session, keeper, number(tracker))
                    text = say("booking.why_decline", **booking_values(booking, today()))
                    buttons = [
                        button(
                            say(f"booking.reason_{key}"),
                            "decline_booking",
                            booking_id=booking.id,
                            note=say(f"booking.reason_{key}"),
                        )
                        for key in REASONS
                    ]
        except ZhibuError as error:
            text = refused(tracker, error)
        dispatcher.utter_message(text=text, buttons=buttons or more_to_decide(tracker))
        return []


class ActionPendingApprovals(Action):
    """The requests that wait for this keeper."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_pending_approvals"

    def run(self, dispatcher: Dispatcher, tracker: Tracker, domain: object) -> Events:
        """The most urgent first, each with its two buttons."""
        with services().database.reading() as session:
            keeper = speaker(session, tracker)
            if keeper is None:
                dispatcher.utter_message(text=say("bot.only_members"))
                return []
            requests = bookings.to_decide(session, keeper)
            lines = [request_line(n, booking) for n, booking in enumerate(requests[:SHOWN], 1)]
            buttons = [
                button(say(f"booking.button_{key}", n=n), intent, booking_id=booking.id)
                for n, booking in enumerate(requests[:SHOWN], 1)
                for key, intent in (("approve", "approve_booking"), ("decline", "decline_booking"))
            ]
        if not requests:
            dispatcher.utter_message(text=say("booking.nothing_to_decide"))
            return []
        if len(requests) > SHOWN:
            lines.append(say("booking.more_to_decide", count=len(requests) - SHOWN))
        dispatcher.utter_message(
            text="\n".join([say("booking.to_decide"), *lines]), buttons=buttons
        )
        return []


def request_line(n: int, booking: Booking) -> str:
    """One request in a numbered list."""
    return say(
        "booking.request_line",
        n=n,
        branch=booking.organisation.name,
        latest=moment_text(booking.decide_by, today()) if booking.decide_by else "",
        **booking_values(booking, today()),
    )


def open_request(session: Session, keeper: Member, booking_id: int) -> Booking:
    """A request that this keeper may still decide; raises what deciding it would."""
    waiting = bookings.to_decide(session, keeper)
    for booking in waiting:
        if booking.id == booking_id:
            return booking
    booking = bookings.by_id(session, keeper, booking_id)
    if booking.state == BookingState.HELD:  # he may see it, but not decide
        raise NotFoundError("booking_not_found")
    cancelled = booking.state == BookingState.CANCELLED
    raise InvalidBookingError("already_cancelled" if cancelled else "already_decided")


def refused(tracker: Tracker, error: ZhibuError) -> str:
    """What the office says; of a request that was decided already, by whom and how."""
    if error.code != "already_decided":
        return sorry(error)
    with services().database.reading() as session:
        booking = session.get_one(Booking, number(tracker))
        return refusal(session, booking, error) or sorry(error)


def more_to_decide(tracker: Tracker) -> list[dict[str, str]]:
    """A way on to the other requests, where there are some."""
    with services().database.reading() as session:
        keeper = speaker(session, tracker)
        if keeper is None or not bookings.to_decide(session, keeper):
            return []
    return [button(say("booking.button_to_decide"), "pending_approvals")]
