"""A member's own bookings: which stand, and cancelling one."""

from __future__ import annotations

from datetime import timedelta

from rasa_sdk import Action

from bot.actions import series
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
from delivery.times import moment_text, when_text
from office import bookings
from office.bookings import waitlist
from office.errors import ZhibuError
from office.models import Booking, BookingSeries, BookingState, WaitlistEntry, WaitState
from texts import say

SHORT_NOTICE = timedelta(days=1)
"""With less time left than this one is asked whether one is sure to cancel."""
FEW = 3
"""So many bookings have their buttons beside them; of more, one is picked first."""


class ActionMyBookings(Action):
    """The member's own bookings that are not over, and what he waits for, with buttons."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_my_bookings"

    def run(self, dispatcher: Dispatcher, tracker: Tracker, domain: object) -> Events:
        """Somebody unknown has none."""
        show_bookings(dispatcher, tracker, say("bot.my_bookings"), calendar=True)
        return []


class ActionCancelBooking(Action):
    """Cancel the booking that a button names; without one, show what can be cancelled."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_cancel_booking"

    def run(self, dispatcher: Dispatcher, tracker: Tracker, domain: object) -> Events:
        """Whose booking it is, the office decides; at short notice it is asked once more."""
        if entity(tracker, "booking_id") is None:
            show_bookings(dispatcher, tracker, say("bot.cancel_which"))
            return []
        buttons: list[dict[str, str]] = []
        try:
            with changing() as session:
                member = speaker(session, tracker)
                if member is None:
                    dispatcher.utter_message(text=say("bot.only_members"))
                    return []
                booking = bookings.to_change(session, member, number(tracker), now=now())
                values = booking_values(booking, today())
                if entity(tracker, "certain") or booking.starts_at - now() >= SHORT_NOTICE:
                    bookings.cancel(session, member, booking.id, now=now())
                    text = say("bot.cancelled", **values)
                else:
                    text = say("booking.sure_to_cancel", **values)
                    buttons = [
                        button(
                            say("booking.button_sure_to_cancel"),
                            "cancel_booking",
                            booking_id=booking.id,
                            certain="yes",
                        ),
                        button(say("booking.button_not_sure"), "my_bookings"),
                    ]
        except ZhibuError as error:
            text = sorry(error)
        dispatcher.utter_message(text=text, buttons=buttons)
        return []


def show_bookings(
    dispatcher: Dispatcher, tracker: Tracker, title: str, *, calendar: bool = False
) -> None:
    """The member's coming bookings, or the one that a button names, and what he waits for."""
    picked = number(tracker)
    with services().database.reading() as session:
        member = speaker(session, tracker)
        if member is None:
            dispatcher.utter_message(text=say("bot.only_members"))
            return
        coming = bookings.coming(session, member, now=now())
        waiting = waitlist.waiting(session, member, now=now())
        if picked and any(booking.id == picked for booking in coming):
            coming, waiting = [one for one in coming if one.id == picked], []
        grouped = series.of_list(session, coming)
        of_series = {booking.id for some in grouped.values() for booking in some}
        coming.sort(key=lambda one: (one.series_id or 0) if one.id in of_series else 0)
        titles = {some[0].id: series_line(made, some) for made, some in grouped.items()}
        lines = []
        for n, booking in enumerate(coming, 1):
            if booking.id in titles:
                lines.append(titles[booking.id])
            lines.append(booking_line(n, booking))
        links = services().links
        if calendar and links is not None and 0 < len(coming) <= FEW:
            lines.append(say("booking.to_calendar"))
            lines += [f"{what(booking)}：{links.calendar_of(booking)}" for booking in coming]
        buttons = booking_buttons(coming)
        buttons += [
            button(
                say("booking.button_cancel_series", n=len(some), rule=series.rule_text(made.rule)),
                "cancel_series",
                series_id=made.id,
            )
            for made, some in grouped.items()
        ]
        if waiting:
            lines += [say("booking.waiting_for"), *map(waiting_line, waiting)]
            buttons += [button_of for entry in waiting[:FEW] for button_of in entry_buttons(entry)]
    if not lines:
        dispatcher.utter_message(
            text=say("bot.no_bookings"), buttons=[button(say("bot.button_book"), "book_base")]
        )
        return
    head = [title] if coming else []
    dispatcher.utter_message(text="\n".join([*head, *lines]), buttons=buttons)


def series_line(made: BookingSeries, some: list[Booking]) -> str:
    """What repeats, above its bookings."""
    return say(
        "booking.series_title",
        base=some[0].base.name,
        rule=series.rule_text(made.rule),
        n=len(some),
    )


def booking_line(n: int, booking: Booking) -> str:
    """One booking in a numbered list, with its state in plain words."""
    latest = moment_text(booking.decide_by, today()) if booking.decide_by else ""
    state = say(f"booking.state_{booking.state}", latest=latest)
    return say("bot.booking_line", n=n, **booking_values(booking, today()), state=state)


def booking_buttons(coming: list[Booking]) -> list[dict[str, str]]:
    """To move and to cancel each of a few bookings; of many, to pick one."""
    if len(coming) > FEW:
        return [button(what(booking), "my_bookings", booking_id=booking.id) for booking in coming]
    return [
        button(say(f"bot.button_{key}", what=what(booking)), intent, booking_id=booking.id)
        for booking in coming
        if booking.state != BookingState.CHECKED_IN
        for key, intent in (("move", "change_booking"), ("cancel", "cancel_booking"))
    ]


def what(booking: Booking) -> str:
    """12月2日（周三） 红星纪念馆."""
    values = booking_values(booking, today())
    return f"{values['day']} {values['base']}"


def waiting_line(entry: WaitlistEntry) -> str:
    """What the member waits for, or was offered until when."""
    key = "offered_line" if entry.state == WaitState.OFFERED else "waiting_line"
    limit = entry.booking.decide_by if entry.booking else None
    return say(
        f"booking.{key}",
        base=entry.base.name,
        when=when_text(entry.starts_at, entry.ends_at),
        latest=moment_text(limit, today()) if limit else "",
    )


def entry_buttons(entry: WaitlistEntry) -> list[dict[str, str]]:
    """To take an offer, and to wait no longer."""
    name = entry.base.name
    buttons = [button(say("booking.button_leave", base=name), "leave_waitlist", offer_id=entry.id)]
    if entry.state == WaitState.OFFERED:
        take = button(say("booking.button_take", base=name), "take_offer", offer_id=entry.id)
        buttons.insert(0, take)
    return buttons
