"""Which bases there are, which are free when somebody wants one, and what one is like."""

from __future__ import annotations

from datetime import date, time, timedelta

from rasa_sdk import Action
from sqlalchemy.orm import Session

from bot.actions.filled import fill
from bot.actions.turn import (
    Dispatcher,
    Events,
    Tracker,
    button,
    now,
    said,
    services,
    today,
)
from bot.hours import MIDNIGHT
from bot.wish import Parts, read
from bot.wording import free_text, hours_text
from delivery.times import day_text
from office import bases
from office.bases import SHANGHAI, FreeTime
from office.bookings import finding
from office.bookings.finding import Match, Wants
from office.models import ActivityBase
from texts import say

AHEAD = timedelta(days=13)
"""Where no day was named, the next two weeks are looked through."""
THINGS = {"投影": "投影", "音响": "音响", "白板": "白板", "大屏": "屏", "互动屏": "屏"}
THINGS |= {"屏幕": "屏", "话筒": "扩音", "麦克风": "扩音", "扩音": "扩音"}
"""What members call the things that are in a room, and the word for them in our lists."""
FREE = ("有空", "空着", "空的", "空闲", "能约", "可约", "约得上")


class ActionListBases(Action):
    """The bases there are, or those that fit and are free; one that is named is described."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_list_bases"

    def run(self, dispatcher: Dispatcher, tracker: Tracker, domain: object) -> Events:
        """Bases are open to everybody's eyes; booking one is for members."""
        text = said(tracker)
        with services().database.reading() as session:
            parts = read(text, now=now().astimezone(SHANGHAI), names={})
            named = bases.named_in(session, text)
            asks_free = any(word in text for word in FREE)
            things = frozenset(thing for word, thing in THINGS.items() if word in text)
            if named and not asks_free:
                describe(dispatcher, named[0])
                return []
            people = parts.people or 1
            if people > (most := bases.largest_capacity(session)):
                dispatcher.utter_message(text=say("bot.too_many_anywhere", capacity=most))
                offer(dispatcher, bases.all_bases(session))
            elif named or asks_free or things or wants_a_time(parts):
                show_matches(dispatcher, session, parts, things=things, only=named)
            else:
                some = bases.all_bases(session)
                offer(dispatcher, [b for b in some if bases.capacity(b) >= people])
        return []


def wants_a_time(parts: Parts) -> bool:
    """Whether more is wanted than a room for so many."""
    return bool(parts.day or parts.span or parts.window or parts.start or parts.guide)


def parts_in(slots: dict[str, str | None]) -> Parts:
    """What the form knows, as if it had been said in one sentence."""
    kind, *values = (slots["booking_doubt"] or "").split(" ")
    window = (slots["booking_window"] or "").split()
    start, end = slots["booking_start"], slots["booking_end"]
    return Parts(
        day=date.fromisoformat(slots["booking_day"]) if slots["booking_day"] else None,
        start=time.fromisoformat(start) if start else None,
        end=time.fromisoformat(end) if end else None,
        people=int(slots["booking_people"]) if slots["booking_people"] else None,
        purpose=slots["booking_purpose"],
        span=(date.fromisoformat(values[0]), date.fromisoformat(values[1]))
        if kind == "span"
        else None,
        window=(time.fromisoformat(window[0]), time.fromisoformat(window[1])) if window else None,
        guide=True if slots["booking_guide"] else None,
    )


def wants_of(parts: Parts, things: frozenset[str] = frozenset()) -> Wants:
    """What to look for, by what was said."""
    first, last = parts.span or (parts.day or today(), parts.day or today() + AHEAD)
    opens, closes = parts.window or (time(), MIDNIGHT)
    lasting = timedelta(hours=2)
    if parts.start:
        end = parts.end if parts.end and parts.end > parts.start else None  # else past midnight
        opens, closes = parts.start, end or MIDNIGHT
        if end:
            lasting = timedelta(
                hours=closes.hour - opens.hour, minutes=closes.minute - opens.minute
            )
    return Wants(
        first=first,
        last=last,
        not_before=opens,
        not_after=time() if closes == MIDNIGHT else closes,
        lasting=lasting,
        head_count=parts.people or 1,
        guide=bool(parts.guide),
        equipment=things,
    )


def show_matches(
    dispatcher: Dispatcher,
    session: Session,
    parts: Parts,
    *,
    things: frozenset[str] = frozenset(),
    only: list[ActivityBase] | None = None,
) -> None:
    """What fits, with a button each; what is nearly so where nothing does."""
    title = "booking.found"
    limit = 50 if only else 5
    matches = finding.search(session, wants_of(parts, things), now=now(), limit=limit)
    if only:
        matches = [match for match in matches if match.base.id == only[0].id]
    if not matches:
        title = "booking.found_later"
        wider = Parts(people=parts.people, guide=parts.guide)
        matches = finding.search(session, wants_of(wider, things), now=now(), limit=limit)
        if only:
            matches = [match for match in matches if match.base.id == only[0].id]
    if not matches:
        dispatcher.utter_message(
            text=say("booking.found_nothing"),
            buttons=[button(say("booking.button_all_bases"), "list_bases")],
        )
        return
    lines = [match_line(n, match) for n, match in enumerate(matches, 1)]
    dispatcher.utter_message(
        text="\n".join([say(title), *lines, say("booking.found_ask")]),
        buttons=[match_button(match, parts) for match in matches],
    )


def match_line(n: int, match: Match) -> str:
    """1. 红星纪念馆（宣誓大厅 60 人，有讲解）：11月28日（周六） 9:00—11:00、14:00—16:00."""
    by_day: dict[date, list[FreeTime]] = {}
    for place in match.places:
        one = FreeTime(place.starts_at, place.ends_at)
        by_day.setdefault(place.starts_at.date(), []).append(one)
    room = match.places[0].room
    return say(
        "booking.match_line",
        n=n,
        base=match.base.name,
        room=room.name,
        capacity=room.capacity,
        guide=say("booking.has_guide") if match.base.has_guide else "",
        times="；".join(
            f"{day_text(day, today())} {free_text(times)}" for day, times in by_day.items()
        ),
    )


def match_button(match: Match, parts: Parts) -> dict[str, str]:
    """A button that fills in the first free time."""
    first = match.places[0]
    title = say(
        "booking.button_match",
        base=match.base.name,
        day=day_text(first.starts_at.date(), today()),
        hours=free_text([FreeTime(first.starts_at, first.ends_at)]),
    )
    said_already = {
        "booking_people": str(parts.people) if parts.people else None,
        "booking_purpose": parts.purpose,
        "booking_guide": "yes" if parts.guide else None,
    }
    return fill(title, said_already, place=first)


def describe(dispatcher: Dispatcher, base: ActivityBase) -> None:
    """One base: where it is, how many it holds, when it is open, what there is."""
    lines = [
        say(
            "bot.base_detail",
            name=base.name,
            address=base.address,
            capacity=bases.capacity(base),
            hours=hours_text(base),
            introduction=base.introduction,
        )
    ]
    if base.has_guide:
        lines.append(say("booking.base_guide"))
    things = [*base.equipment, *(thing for room in base.rooms for thing in room.equipment)]
    if things:
        lines.append(say("booking.base_things", things="、".join(dict.fromkeys(things))))
    if base.menu:
        titles = (say("booking.menu_item", title=m.title, minutes=m.minutes) for m in base.menu)
        lines.append(say("booking.base_menu", menu="、".join(titles)))
    if bases.contact(base):
        lines.append(say("booking.base_contact", contact=bases.contact(base)))
    if base.map_url:
        lines.append(say("booking.base_map", map=base.map_url))
    dispatcher.utter_message(
        text="\n".join(lines),
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
