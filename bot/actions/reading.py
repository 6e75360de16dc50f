"""One message read against what is known of the booking that the form is about."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta

from rasa_sdk.events import EventType, SlotSet
from sqlalchemy.orm import Session

from bot.actions.aim import Aim
from bot.actions.bookings import show_bookings
from bot.actions.changes import sorry
from bot.actions.draft import (
    KNOWN,
    Fault,
    cleared,
    clock,
    doubt_after,
    explain,
    leave,
    look,
    slots_from,
    slots_of,
    wish_of,
)
from bot.actions.filled import filled
from bot.actions.finding import offer
from bot.actions.intents import (
    ASIDE,
    NEVER_PARTS,
    OF_ANOTHER,
    may_be_a_purpose,
    sure_intent,
)
from bot.actions.settling import settle_day, settle_hours
from bot.actions.turn import (
    Dispatcher,
    Tracker,
    button,
    entity,
    now,
    number,
    said,
    silence,
)
from bot.people import people_in
from bot.wish import Parts, is_question, read
from office import bases, bookings
from office.bases import SHANGHAI
from office.errors import SlotTakenError, ZhibuError
from office.models import Member
from office.organisations import branch_of
from texts import say

MISSES = 3
OLD_AFTER = 30 * 60
"""Seconds of silence after which "预约基地" begins afresh instead of going on with the draft."""
ONLY_FREE = re.compile("(?:有空|空着|能约|约得上|可以约|没冲突)的")
"""只约有空的: of a series, what is free."""


class Reading:
    """One message read against what is known of the booking."""

    def __init__(
        self, session: Session, dispatcher: Dispatcher, tracker: Tracker, member: Member
    ) -> None:
        self.session = session
        self.dispatcher = dispatcher
        self.tracker = tracker
        self.member = member
        self.text = said(tracker)
        self.intent = sure_intent(tracker)
        self.names_a_booking = entity(tracker, "booking_id") is not None
        self.filled = filled(tracker)
        self.after_long = silence(tracker) > OLD_AFTER
        self.asked = (tracker.get_slot("requested_slot") or "").removeprefix("booking_") or None
        self.ask_next: str | None = None
        self.misses = int(tracker.get_slot("booking_misses") or 0)
        self.slots: dict[str, str | None] = slots_of(tracker)

    @property
    def aim(self) -> Aim:
        """What the form is filled in for."""
        return Aim.of(self.slots["booking_aim"])

    def events(self) -> list[EventType]:
        """What the message changes."""
        first = self.asked is None
        if self.intent in OF_ANOTHER or (self.intent == "cancel_booking" and self.names_a_booking):
            return []
        if self.intent in {"cancel_booking", "bye"} and not first:
            self.dispatcher.utter_message(text=say(f"booking.left_{self.aim.kind}"))
            return leave()
        if self.intent == "change_booking" and (first or self.names_a_booking):
            return self._move(first=first)
        aside = self.intent in ASIDE and not first
        if aside and (self.intent in NEVER_PARTS or is_question(self.text)):
            return []
        parts = self._parts()
        if aside and not parts:
            return []
        again = self.intent == "book_base" and (first or (self.after_long and not parts))
        if again or self.filled or (first and self.intent == "join_waitlist"):
            self.slots = self._afresh()
            if not parts:
                return cleared()
        if self.intent == "join_waitlist":
            return self._wait(parts)
        if parts:
            return self._take(parts)
        if self.asked == "confirmed":
            return self._confirm()
        if first or self.intent == "book_base":
            return [SlotSet("booking_misses", 0)]
        if self.intent == "change_booking":
            return self._change_what()
        return self._missed()

    def _afresh(self) -> dict[str, str | None]:
        """Nothing is known yet but what a new booking is instead of."""
        old = number(self.tracker, "instead_of")
        aim = Aim(instead_of=old or None).as_slot()
        return dict.fromkeys(KNOWN) | {"booking_aim": aim}

    def _move(self, *, first: bool) -> list[EventType]:
        """Fill the form with a booking that stands, to move it; without one, show which stand."""
        if not self.names_a_booking:
            show_bookings(self.dispatcher, self.tracker, say("booking.change_which"))
            return leave()
        try:
            booking = bookings.to_change(self.session, self.member, number(self.tracker), now=now())
        except ZhibuError as error:
            self.dispatcher.utter_message(text=sorry(error))
            return leave() if first else [SlotSet("booking_misses", 0)]
        self.slots = slots_from(booking)
        return self._take(self.filled)

    def _wait(self, parts: Parts) -> list[EventType]:
        """Wait for what is taken: as the button says, or what was just refused."""
        kind, *values = (self.slots["booking_doubt"] or "").split(" ")
        if kind == "taken" and parts.start is None:
            self.slots["booking_start"], self.slots["booking_end"] = values
        if self.aim.booking_id is None:
            self.slots["booking_aim"] = Aim(waits=True).as_slot()
        return self._take(parts)

    def _parts(self) -> Parts:
        """What the message or its button says; the code of a button says nothing."""
        if self.filled or self.text.startswith("/"):
            return self.filled
        names = {
            name: base.code
            for base in bases.all_bases(self.session)
            for name in (base.name, *base.aliases.split())
        }
        asked = self.asked
        if asked == "purpose" and not may_be_a_purpose(self.intent, self.text):
            asked = None
        start = clock(self.slots["booking_start"])
        local = now().astimezone(SHANGHAI)
        return read(self.text, now=local, names=names, asked=asked, start=start)

    def _take(self, parts: Parts) -> list[EventType]:
        """Keep what was said if the office allows it; say what it does not allow."""
        if not (self.slots["booking_doubt"] or "").startswith(("weekday", "span")) or parts.day:
            self.slots["booking_doubt"] = None
        self._take_base(parts)
        if parts.unreal_day:
            self._refuse(Fault(say("bot.no_such_day"), ("day",)))
        self._take_values(parts)
        if settle_day(self.session, self.slots, parts) and self.slots["booking_base"]:
            self.ask_next = "booking_day"
        if settle_hours(self.session, self.slots):
            self.ask_next = "booking_start"
        if parts.backwards and self.slots["booking_end"] is None:
            self._refuse(Fault(say("bot.end_before_start"), ("end",)))
        self._look()
        changed: list[EventType] = [SlotSet(slot, value) for slot, value in self.slots.items()]
        changed += [SlotSet("booking_confirmed", None), SlotSet("booking_misses", 0)]
        if self.ask_next:
            changed.append(SlotSet("requested_slot", self.ask_next))
        return changed

    def _take_base(self, parts: Parts) -> None:
        """The base that was named; a booking that is moved stays where it is."""
        here = self.slots["booking_base"]
        if self.aim.booking_id is not None:
            if parts.bases and parts.bases != (here,):
                self.dispatcher.utter_message(text=say("booking.move_other_base"))
        elif len(parts.bases) > 1:
            some = [b for b in bases.all_bases(self.session) if b.code in parts.bases]
            self.dispatcher.utter_message(text=say("bot.which_base"))
            offer(self.dispatcher, some)
        elif parts.bases:
            self.slots["booking_base"] = parts.bases[0]

    def _take_values(self, parts: Parts) -> None:
        """What else was said, as the slots hold it."""
        before = clock(self.slots["booking_start"]), clock(self.slots["booking_end"])
        for part in ("day", "start", "end", "people", "purpose"):
            value = getattr(parts, part)
            if value is not None:
                self.slots[f"booking_{part}"] = value if part == "purpose" else str(value)
        self._take_repeat(parts)
        if parts.guide is not None:
            self.slots["booking_guide"] = "yes" if parts.guide else None
        if parts.window is not None and parts.start is None:
            self.slots["booking_window"] = f"{parts.window[0]} {parts.window[1]}"
            self.slots["booking_start"] = self.slots["booking_end"] = None
        if parts.start is not None:
            self.slots["booking_window"] = None
            self.slots["booking_vague"] = "yes" if parts.vague_start else None
            if parts.end is None:
                self._keep_length_sane(parts.start, *before)

    def _take_repeat(self, parts: Parts) -> None:
        """A series, until another day is named; what is moved or waited for is one booking."""
        if parts.repeat is not None and self.aim.kind != "book":
            self.dispatcher.utter_message(text=say("booking.series_not_moved"))
        elif parts.repeat is not None:
            self.slots["booking_repeat"] = parts.repeat.as_slot()
            self.slots["booking_day"] = str(next(parts.repeat.days(), parts.repeat.first))
        elif parts.day is not None or parts.span is not None:
            self.slots["booking_repeat"] = None

    def _keep_length_sane(self, start: time, before: time | None, end: time | None) -> None:
        """A booking that is moved stays as long; else an end that is too early is asked again."""
        if before is not None and end is not None and self.aim.booking_id is not None:
            day = date(2000, 1, 1)
            lasting = datetime.combine(day, end) - datetime.combine(day, before)
            later = datetime.combine(day, start) + lasting % timedelta(days=1)
            self.slots["booking_end"] = str(later.time())
            wish = wish_of(self.session, self.slots)
            if wish is not None and wish.ends_at <= wish.starts_at:
                self.slots["booking_end"] = None
        elif end is not None and end <= start:
            self.slots["booking_end"] = None

    def _look(self) -> None:
        """Let the office look at the wish; one that is taken is what the waiting list is for."""
        branch = branch_of(self.session, self.member.organisation_id)
        try:
            room = look(self.session, self.slots, branch=branch)
        except SlotTakenError as error:
            if not self.aim.waits:
                self._refuse(
                    explain(self.session, self.slots, error), doubt_after(self.slots, error)
                )
        except ZhibuError as error:
            self._refuse(explain(self.session, self.slots, error))
        else:
            if room is not None and self.aim.waits:
                self.slots["booking_aim"] = None
                self.dispatcher.utter_message(text=say("booking.need_not_wait"))

    def _refuse(self, fault: Fault, doubt: str | None = None) -> None:
        """Say what is wrong, forget it, and let the form ask for it before anything else.

        A doubt is said by the question itself.
        """
        if doubt is None:
            self.dispatcher.utter_message(text=fault.text)
        else:
            self.slots["booking_doubt"] = doubt
        for part in fault.parts:
            self.slots[f"booking_{part}"] = None
        if fault.parts:
            self.ask_next = f"booking_{fault.parts[0]}"

    def _confirm(self) -> list[EventType]:
        """Yes, or what is to be different. A bare number may be anything."""
        if self.slots["booking_repeat"] and (
            entity(self.tracker, "only_free") or ONLY_FREE.search(self.text)
        ):
            return [SlotSet("booking_confirmed", "free"), SlotSet("booking_misses", 0)]
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
