"""Bases to choose from, and the bookings that stand."""

from __future__ import annotations

from rasa_sdk import Action

from bot.actions.turn import (
    Dispatcher,
    Events,
    Tracker,
    button,
    entity,
    now,
    number,
    said,
    services,
    speaker,
    today,
)
from bot.people import people_in
from bot.when import read
from bot.wording import booking_values, hours_text
from office import bases, bookings
from office.bases import SHANGHAI
from office.errors import ZhibuError
from office.models import ActivityBase
from texts import say


class ActionListBases(Action):
    """The bases there are, or those that fit; one that is named is described."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_list_bases"

    def run(self, dispatcher: Dispatcher, tracker: Tracker, domain: object) -> Events:
        """Bases are open to everybody's eyes; booking one is for members."""
        text = said(tracker)
        with services().database.reading() as session:
            named = bases.named_in(session, text)
            if named:
                describe(dispatcher, named[0])
                return []
            people = people_in(text) or 1
            if people > (most := bases.largest_capacity(session)):
                dispatcher.utter_message(text=say("bot.too_many_anywhere", capacity=most))
            day = read(text, now().astimezone(SHANGHAI)).day
            fitting = [
                base
                for base in bases.all_bases(session)
                if bases.capacity(base) >= people and (day is None or bases.opening(base, day))
            ]
            offer(dispatcher, fitting or bases.all_bases(session))
        return []


class ActionMyBookings(Action):
    """The member's own bookings that are not over, each with a button to cancel it."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_my_bookings"

    def run(self, dispatcher: Dispatcher, tracker: Tracker, domain: object) -> Events:
        """Somebody unknown has none."""
        show_bookings(dispatcher, tracker, say("bot.my_bookings"), hint=say("bot.change_hint"))
        return []


class ActionCancelBooking(Action):
    """Cancel the booking that a button names; without one, show what can be cancelled."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_cancel_booking"

    def run(self, dispatcher: Dispatcher, tracker: Tracker, domain: object) -> Events:
        """Whose booking it is, the office decides."""
        if entity(tracker, "booking_id") is None:
            show_bookings(dispatcher, tracker, say("bot.cancel_which"))
            return []
        try:
            with services().database.writing() as session:
                member = speaker(session, tracker)
                if member is None:
                    dispatcher.utter_message(text=say("bot.only_members"))
                    return []
                booking = bookings.cancel(session, member, number(tracker, "booking_id"), now=now())
                done = say("bot.cancelled", **booking_values(booking, today()))
        except ZhibuError as error:
            done = say(f"bot.{error.code}", **error.detail)
        dispatcher.utter_message(text=done)
        return []


def describe(dispatcher: Dispatcher, base: ActivityBase) -> None:
    """One base: where it is, how many it holds, when it is open."""
    dispatcher.utter_message(
        text=say(
            "bot.base_detail",
            name=base.name,
            address=base.address,
            capacity=bases.capacity(base),
            hours=hours_text(base),
            introduction=base.introduction,
        ),
        buttons=[button(say("bot.button_book"), "book_base", say=base.name)],
    )


def offer(dispatcher: Dispatcher, some: list[ActivityBase]) -> None:
    """A list of bases with a button each."""
    lines = [
        say(
            "bot.base_line",
            n=n,
            name=base.name,
            capacity=bases.capacity(base),
            hours=hours_text(base),
        )
        for n, base in enumerate(some, 1)
    ]
    dispatcher.utter_message(
        text="\n".join([say("bot.bases_title"), *lines, say("bot.bases_ask")]),
        buttons=[button(base.name, "book_base", say=base.name) for base in some],
    )


def show_bookings(
    dispatcher: Dispatcher, tracker: Tracker, title: str, hint: str | None = None
) -> None:
    """The member's coming bookings with a button each to cancel."""
    with services().database.reading() as session:
        member = speaker(session, tracker)
        if member is None:
            dispatcher.utter_message(text=say("bot.only_members"))
            return
        coming = bookings.coming(session, member, now=now())
        values = [booking_values(booking, today()) for booking in coming]
    if not values:
        dispatcher.utter_message(
            text=say("bot.no_bookings"), buttons=[button(say("bot.button_book"), "book_base")]
        )
        return
    lines = [say("bot.booking_line", n=n, **one) for n, one in enumerate(values, 1)]
    dispatcher.utter_message(
        text="\n".join([title, *lines, *([hint] if hint else [])]),
        buttons=[
            button(
                say("bot.button_cancel", what=f"{one['day']} {one['base']}"),
                "cancel_booking",
                booking_id=one["number"],
            )
            for one in values
        ],
    )
