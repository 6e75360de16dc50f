"""What the booking form asks next, with what is free as buttons.

A part that is in doubt is asked for with the choices there are. The slot booking_doubt says why:
"weekday DAY" (周三 on a Wednesday), "span FIRST LAST" (这周末), "half START END START END" (八点
where both mornings and evenings are open) or "taken START END".
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from rasa_sdk import Action
from sqlalchemy.orm import Session

from bot.actions.aim import Aim
from bot.actions.draft import base_of, clock, day_of, explain, slots_of, wish_of
from bot.actions.filled import fill
from bot.actions.finding import offer, parts_in, show_matches
from bot.actions.turn import Dispatcher, Events, Tracker, now, services, today
from bot.spans import Window
from bot.wording import free_text, hours_text, part_of_day_text
from delivery.times import clock_text, day_text, when_text
from office import bases, bookings
from office.bases import SHANGHAI, FreeTime
from office.bookings import Wish, finding
from office.errors import SlotTakenError
from office.models import ActivityBase
from texts import say

MOST_BUTTONS = 4
USUAL = timedelta(hours=2)
"""How long is offered where nothing was said of it."""
Buttons = list[dict[str, str]]


class AskBase(Action):
    """Which base?"""

    def name(self) -> str:
        """The name by which Rasa finds the question for a slot."""
        return "action_ask_booking_base"

    def run(self, dispatcher: Dispatcher, tracker: Tracker, domain: object) -> Events:
        """Offer those that are free when they are wanted, or that hold as many as will come."""
        slots = slots_of(tracker)
        with services().database.reading() as session:
            parts = parts_in(slots)
            repeats = slots["booking_repeat"] is not None
            if not repeats and (parts.day or parts.span or parts.window or parts.guide):
                show_matches(dispatcher, session, parts)
                return []
            people = parts.people or 1
            some = [b for b in bases.all_bases(session) if bases.capacity(b) >= people]
            offer(dispatcher, some)
        return []


class AskDay(Action):
    """Which day?"""

    def name(self) -> str:
        """The name by which Rasa finds the question for a slot."""
        return "action_ask_booking_day"

    def run(self, dispatcher: Dispatcher, tracker: Tracker, domain: object) -> Events:
        """Say on which days the base is open; offer the days that may be meant."""
        slots = slots_of(tracker)
        kind, *values = (slots["booking_doubt"] or "").split(" ")
        with services().database.reading() as session:
            base = base_of(session, slots)
            if kind == "weekday":
                self._which_week(dispatcher, slots, date.fromisoformat(values[0]))
                return []
            if kind == "span":
                first, last = map(date.fromisoformat, values)
                days = free_days(session, slots, base, first, last)
                text = say("booking.which_day" if days else "booking.no_such_free_day")
                dispatcher.utter_message(text=text, buttons=days)
                return []
            hours = say("bot.open_days", base=base.name, hours=hours_text(base)) if base else ""
        dispatcher.utter_message(text=say("bot.ask_day", open_days=hours))
        return []

    def _which_week(self, dispatcher: Dispatcher, slots: dict[str, str | None], day: date) -> None:
        later = day + timedelta(weeks=1)
        near, far = day_text(day, today()), day_text(later, today())
        dispatcher.utter_message(
            text=say("booking.which_week"),
            buttons=[
                fill(say("booking.button_today", day=near), slots, day=day),
                fill(say("booking.button_next_week", day=far), slots, day=later),
            ],
        )


class AskStart(Action):
    """From when to when?"""

    def name(self) -> str:
        """The name by which Rasa finds the question for a slot."""
        return "action_ask_booking_start"

    def run(self, dispatcher: Dispatcher, tracker: Tracker, domain: object) -> Events:
        """Show what is still free on that day, and around the wish if that is taken."""
        slots = slots_of(tracker)
        kind, *values = (slots["booking_doubt"] or "").split(" ")
        with services().database.reading() as session:
            base, day = base_of(session, slots), day_of(slots)
            if base is None or day is None:
                return []
            if slots["booking_repeat"] and kind != "half":
                hours = hours_text(base)
                text = say("booking.series_ask_start", base=base.name, hours=hours)
                dispatcher.utter_message(text=text)
            elif kind == "half":
                which_half(dispatcher, slots, values)
            elif kind == "taken":
                wished = slots | {"booking_start": values[0], "booking_end": values[1]}
                instead(dispatcher, session, wished)
            else:
                self._what_is_free(dispatcher, session, slots, base, day)
        return []

    def _what_is_free(
        self,
        dispatcher: Dispatcher,
        session: Session,
        slots: dict[str, str | None],
        base: ActivityBase,
        day: date,
    ) -> None:
        people = int(slots["booking_people"] or 1)
        moves = Aim.of(slots["booking_aim"]).booking_id
        free = bases.free_times(session, base, day, people, now=now(), ignoring=moves)
        window = parts_in(slots).window
        wanted = within(free, day, window) if window else free
        values = {"day": day_text(day, today()), "base": base.name}
        if not free:
            dispatcher.utter_message(text=say("bot.ask_start_full", **values, free=""))
            return
        key = "bot.ask_start" if wanted else "booking.not_then"
        dispatcher.utter_message(
            text=say(key, **values, free=free_text(wanted or free)),
            buttons=[
                fill(free_text([one]), slots, start=one.starts_at.time(), end=one.ends_at.time())
                for one in blocks(wanted or free)
            ],
        )


def free_days(
    session: Session,
    slots: dict[str, str | None],
    base: ActivityBase | None,
    first: date,
    last: date,
) -> Buttons:
    """A button for each of the first days on which the base has a room to spare."""
    people = int(slots["booking_people"] or 1)
    moves = Aim.of(slots["booking_aim"]).booking_id
    buttons: Buttons = []
    day = first
    while day <= min(last, first + timedelta(days=60)) and len(buttons) < MOST_BUTTONS:
        if base is None or bases.free_times(session, base, day, people, now=now(), ignoring=moves):
            buttons.append(fill(day_text(day, today()), slots, day=day))
        day += timedelta(days=1)
    return buttons


def which_half(dispatcher: Dispatcher, slots: dict[str, str | None], values: list[str]) -> None:
    """Ask whether eight o'clock is in the morning or in the evening."""
    buttons = []
    for start, end in zip(values[::2], values[1::2], strict=True):
        at, till = time.fromisoformat(start), clock(end if end != "-" else None)
        hours = f"{clock_text(at)}—{clock_text(till)}" if till else clock_text(at)
        title = say("booking.button_half", part=part_of_day_text(at), hours=hours)
        buttons.append(fill(title, slots, start=at, end=till))
    dispatcher.utter_message(text=say("booking.which_half"), buttons=buttons)


def instead(dispatcher: Dispatcher, session: Session, slots: dict[str, str | None]) -> None:
    """The wish is taken: what is near to it, what is like it, and the waiting list."""
    wish, aim = wish_of(session, slots), Aim.of(slots["booking_aim"])
    if wish is None:
        return
    lines = [explain(session, slots, SlotTakenError()).text]
    buttons = nearest_buttons(session, slots, wish)
    like = finding.similar(session, wish, now=now(), limit=1 if aim.booking_id else 2)
    if like:
        names = "、".join(place.base.name for place in like)
        lines.append(say("booking.others_are_free", names=names))
        if aim.booking_id is not None:
            lines.append(say("booking.other_is_new"))
    buttons += [
        fill(say("booking.button_other", base=place.base.name), slots, place=place)
        for place in like
    ]
    if aim.booking_id is None:
        lines.append(say("booking.may_wait"))
        buttons.append(fill(say("booking.button_wait"), slots, waits=True))
    dispatcher.utter_message(text="\n".join(lines), buttons=buttons)


def nearest_buttons(session: Session, slots: dict[str, str | None], wish: Wish) -> Buttons:
    """The free times at the base that are nearest to a wish, a button each."""
    moves = Aim.of(slots["booking_aim"]).booking_id
    return [
        fill(when_text(place.starts_at, place.ends_at), slots, place=place)
        for place in finding.nearest(session, wish, now=now(), limit=4, ignoring=moves)
        if (place.starts_at, place.ends_at) != (wish.starts_at, wish.ends_at)
    ][: MOST_BUTTONS - 1]


def within(free: list[FreeTime], day: date, window: Window) -> list[FreeTime]:
    """What of the free times lies between two hours of the day."""
    opens, closes = (datetime.combine(day, at, SHANGHAI) for at in window)
    cut = [FreeTime(max(one.starts_at, opens), min(one.ends_at, closes)) for one in free]
    return [one for one in cut if one.ends_at - one.starts_at >= bookings.SHORTEST]


def blocks(free: list[FreeTime], most: int = MOST_BUTTONS - 1) -> list[FreeTime]:
    """Times of two hours out of the free ones, or what there is where it is less."""
    found: list[FreeTime] = []
    for one in free:
        start = one.starts_at
        while start < one.ends_at and len(found) < most:
            end = min(start + USUAL, one.ends_at)
            if end - start >= USUAL / 2 or start == one.starts_at:
                found.append(FreeTime(start, end))
            start = end
    return found


ASKED_BY: dict[str, type[Action]] = {"base": AskBase, "day": AskDay, "start": AskStart}
"""The questions that are more than a fixed sentence."""
