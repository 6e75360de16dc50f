"""The end of the booking form: the summary that is confirmed, and what is then done."""

from __future__ import annotations

from rasa_sdk import Action
from rasa_sdk.events import EventType, FollowupAction, SlotSet
from sqlalchemy.orm import Session

from bot.actions import series
from bot.actions.aim import Aim
from bot.actions.booking_asks import ASKED_BY, nearest_buttons
from bot.actions.changes import changing, sorry
from bot.actions.draft import cleared, doubt_after, explain, look, slots_of, wish_of
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
from bot.wording import booking_values
from delivery.times import moment_text, when_text
from office import bookings
from office.bookings import Wish, waitlist
from office.errors import NotFoundError, SeriesClashError, SlotTakenError, ZhibuError
from office.models import Approval, Booking, BookingState, Member, OnSilence, Room, WaitState
from office.organisations import branch_of
from texts import say


class AskConfirmed(Action):
    """Is it right so?"""

    def name(self) -> str:
        """The name by which Rasa finds the question for a slot."""
        return "action_ask_booking_confirmed"

    def run(self, dispatcher: Dispatcher, tracker: Tracker, domain: object) -> Events:
        """Show the whole booking before it is made, unless it has become impossible by now."""
        slots = slots_of(tracker)
        aim = Aim.of(slots["booking_aim"])
        with services().database.reading() as session:
            member = speaker(session, tracker)
            branch = branch_of(session, member.organisation_id) if member else None
            room = None
            try:
                if member is not None and slots["booking_repeat"]:
                    text, buttons = series.card(session, member, slots)
                    dispatcher.utter_message(text=text, buttons=buttons)
                    return []
                room = look(session, slots, branch=branch)
            except SlotTakenError as error:
                if not aim.waits:
                    return ask_again(dispatcher, tracker, session, slots, error)
            except ZhibuError as error:
                return ask_again(dispatcher, tracker, session, slots, error)
            wish = wish_of(session, slots)
            if wish is None:
                return []
            booking = session.get(Booking, aim.booking_id) if aim.booking_id else None
            if booking is not None and is_as_before(booking, wish):
                dispatcher.utter_message(
                    text=say("booking.move_what", about=when_text(wish.starts_at, wish.ends_at)),
                    buttons=[
                        *nearest_buttons(session, slots, wish),
                        button(say("booking.button_keep"), "cancel_booking"),
                    ],
                )
                return []
            text = summary(slots, wish, room, aim, booking)
        dispatcher.utter_message(
            text=text,
            buttons=[
                button(say(f"booking.button_confirm_{aim.kind}"), "affirm"),
                button(say("bot.button_change_time"), "change_booking"),
                button(say(f"booking.button_give_up_{aim.kind}"), "cancel_booking"),
            ],
        )
        return []


def is_as_before(booking: Booking, wish: Wish) -> bool:
    """Whether nothing of the booking would change."""
    now_is = (booking.starts_at, booking.ends_at, booking.head_count)
    same_use = (booking.purpose, booking.guide) == (wish.purpose, wish.guide)
    return same_use and now_is == (wish.starts_at, wish.ends_at, wish.head_count)


def summary(
    slots: dict[str, str | None],
    wish: Wish,
    room: Room | None,
    aim: Aim,
    booking: Booking | None,
) -> str:
    """The whole booking, and what comes next once it is confirmed."""
    lines = [say(f"booking.summary_{aim.kind}")]
    if booking is not None:
        before = when_text(booking.starts_at, booking.ends_at)
        lines.append(say("booking.summary_before", when=before, people=booking.head_count))
    if room is not None:
        lines.append(say("booking.summary_base", base=wish.base.name, room=room.name))
    else:
        lines.append(say("booking.summary_base_only", base=wish.base.name))
    lines.append(
        say(
            "booking.summary_parts",
            when=when_text(wish.starts_at, wish.ends_at),
            people=wish.head_count,
            purpose=wish.purpose,
        )
    )
    if slots["booking_guide"]:
        lines.append(say("booking.summary_guide" if wish.base.has_guide else "booking.no_guide"))
    if aim.waits:
        lines.append(say("booking.next_wait", minutes=wish.base.offer_minutes))
    elif wish.base.approval == Approval.KEEPER and (booking is None or moves(booking, wish, room)):
        lines.append(approval_text(wish))
    lines.append(say(f"booking.confirm_{aim.kind}"))
    return "\n".join(lines)


def moves(booking: Booking, wish: Wish, room: Room | None) -> bool:
    """Whether the booking gets another time or room, which the keeper has to agree to anew."""
    same_room = room is not None and room.id == booking.room_id
    return not same_room or (booking.starts_at, booking.ends_at) != (wish.starts_at, wish.ends_at)


def approval_text(wish: Wish) -> str:
    """That the base has to agree, until when it answers, and what its silence means."""
    latest = bookings.answered_by(wish.base, wish.starts_at, now())
    silence = "approve" if wish.base.on_silence == OnSilence.APPROVE else "decline"
    return say(f"booking.next_approval_{silence}", latest=moment_text(latest, today()))


def ask_again(
    dispatcher: Dispatcher,
    tracker: Tracker,
    session: Session,
    slots: dict[str, str | None],
    error: ZhibuError,
) -> Events:
    """Say what is wrong, forget it and ask for it: all in the turn that was to ask the last thing.

    (A follow-up of the form would have the member's message read once more.)
    """
    fault = explain(session, slots, error)
    doubt = doubt_after(slots, error)
    if doubt is None:
        dispatcher.utter_message(text=fault.text)
    if not fault.parts:
        return [*cleared(), SlotSet("requested_slot", None)]
    wrong: dict[str, str | None] = {f"booking_{part}": None for part in fault.parts}
    wrong |= {"booking_doubt": doubt} if doubt else {}
    wrong |= {"booking_repeat": None} if slots["booking_repeat"] else {}
    tracker.slots.update(wrong)
    first = fault.parts[0]
    if first in ASKED_BY:
        ASKED_BY[first]().run(dispatcher, tracker, {})
    else:
        dispatcher.utter_message(response=f"utter_ask_booking_{first}")
    return [
        *(SlotSet(slot, value) for slot, value in wrong.items()),
        SlotSet("booking_confirmed", None),
        SlotSet("requested_slot", f"booking_{first}"),
    ]


class SubmitBooking(Action):
    """Do what was confirmed, and say what became of it."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_submit_booking"

    def run(self, dispatcher: Dispatcher, tracker: Tracker, domain: object) -> list[EventType]:
        """A form that was left has nothing confirmed and only clears the slots.

        If somebody was faster, or it has become too late, the rest is kept and asked on.
        """
        confirmed = tracker.get_slot("booking_confirmed")
        if confirmed not in {"yes", "free"}:
            return cleared()
        slots = slots_of(tracker)
        buttons = [button(say("bot.button_my_bookings"), "my_bookings")]
        try:
            with changing() as session:
                member, wish = speaker(session, tracker), wish_of(session, slots)
                if member is None:
                    dispatcher.utter_message(text=say("bot.only_members"))
                    return cleared()
                key = f"{tracker.sender_id}:{inbox_id(tracker)}"
                if slots["booking_repeat"]:
                    free = confirmed == "free"
                    text, buttons = series.book(session, member, slots, key, only_free=free)
                elif wish is None:
                    raise NotFoundError("base_gone")
                else:
                    text = done(session, member, wish, Aim.of(slots["booking_aim"]), key)
        except SeriesClashError as error:
            dispatcher.utter_message(text=sorry(error))
            return [SlotSet("booking_confirmed", None), FollowupAction("booking_form")]
        except ZhibuError as error:
            return self._refused(dispatcher, slots, error)
        dispatcher.utter_message(text=text, buttons=buttons)
        self._old_one(dispatcher, tracker, Aim.of(slots["booking_aim"]))
        return cleared()

    def _old_one(self, dispatcher: Dispatcher, tracker: Tracker, aim: Aim) -> None:
        """The booking at another base that this is instead of: it stands until he cancels it."""
        if aim.instead_of is None:
            return
        with services().database.reading() as session:
            member = speaker(session, tracker)
            mine = bookings.coming(session, member, now=now(), limit=100) if member else []
            old = next((one for one in mine if one.id == aim.instead_of), None)
            if old is None:
                return
            about = f"{old.base.name} {when_text(old.starts_at, old.ends_at)}"
        dispatcher.utter_message(
            text=say("booking.old_stands", about=about),
            buttons=[
                button(
                    say("booking.button_cancel_old"), "cancel_booking", booking_id=aim.instead_of
                )
            ],
        )

    def _refused(
        self, dispatcher: Dispatcher, slots: dict[str, str | None], error: ZhibuError
    ) -> list[EventType]:
        with services().database.reading() as session:
            fault = explain(session, slots, error)
        doubt = doubt_after(slots, error)
        if doubt is None:
            dispatcher.utter_message(text=fault.text)
        if not fault.parts:
            return cleared()
        again = (*(f"booking_{part}" for part in fault.parts), "booking_confirmed")
        return [
            *(SlotSet(slot, None) for slot in again),
            SlotSet("booking_doubt", doubt),
            FollowupAction("booking_form"),
        ]


def done(session: Session, member: Member, wish: Wish, aim: Aim, key: str) -> str:
    """Book, move or wait; what became of it, honestly. Raises what the office does."""
    if aim.waits:
        entry = waitlist.join(session, member, wish, now=now())
        if entry.state == WaitState.OFFERED:
            return say("booking.free_after_all")
        return say(
            "booking.waits",
            base=wish.base.name,
            when=when_text(wish.starts_at, wish.ends_at),
            minutes=wish.base.offer_minutes,
        )
    if aim.booking_id is not None:
        booking = bookings.move(
            session,
            member,
            aim.booking_id,
            now=now(),
            starts_at=wish.starts_at,
            ends_at=wish.ends_at,
            head_count=wish.head_count,
            purpose=wish.purpose,
            guide=wish.guide,
            version=aim.version,
        )
        key = "booking.moved_asks" if booking.state == BookingState.HELD else "booking.moved"
    else:
        booking = bookings.book(session, member, wish, request_key=key, now=now())
        key = "booking.asked" if booking.state == BookingState.HELD else "bot.booking_done"
    values = booking_values(booking, today())
    if booking.state == BookingState.HELD:
        latest = bookings.answered_by(booking.base, booking.starts_at, now())
        values["latest"] = moment_text(latest, today())
    return say(key, **values)
