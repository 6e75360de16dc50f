"""Bookings that repeat: the card with every date, booking them together, cancelling the rest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import time, timedelta

from rasa_sdk import Action
from sqlalchemy.orm import Session

from bot.actions.changes import changing, sorry
from bot.actions.draft import base_of, clock
from bot.actions.filled import fill
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
from bot.repeats import Repeat
from delivery.times import clock_text, day_text, hours_text, weekday_text, when_text
from office.bookings import series
from office.bookings.finding import Place
from office.bookings.recurrence import LAST, Rule
from office.bookings.series import Occurrence
from office.errors import NotFoundError, ZhibuError
from office.models import ActivityBase, Approval, Booking, BookingSeries, BookingState, Member
from texts import has, say

MOST_INSTEAD = 4
"""So many other times are offered as buttons for what of a series could not be booked."""
Slots = dict[str, str | None]
Buttons = list[dict[str, str]]


class ActionCancelSeries(Action):
    """Cancel what is still to come of a series, once the member has seen how many that are."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_cancel_series"

    def run(self, dispatcher: Dispatcher, tracker: Tracker, domain: object) -> Events:
        """What is too late to cancel stays, and is said to."""
        buttons: Buttons = []
        try:
            with changing() as session:
                member = speaker(session, tracker)
                if member is None:
                    dispatcher.utter_message(text=say("bot.only_members"))
                    return []
                series_id = number(tracker, "series_id")
                if entity(tracker, "certain"):
                    gone, kept = series.cancel_rest(session, member, series_id, now=now())
                    lines = [say("booking.series_cancelled", n=len(gone)), *map(line_of, gone)]
                    if kept:
                        lines += [say("booking.series_kept"), *map(line_of, kept)]
                else:
                    rest = series.rest_of(session, member, series_id, now=now())
                    lines = [say("booking.series_sure", n=len(rest)), *map(line_of, rest)]
                    buttons = [
                        button(
                            say("booking.button_sure_to_cancel"),
                            "cancel_series",
                            series_id=series_id,
                            certain="yes",
                        ),
                        button(say("booking.button_not_sure"), "my_bookings"),
                    ]
            text = "\n".join(lines)
        except ZhibuError as error:
            text = sorry(error)
        dispatcher.utter_message(text=text, buttons=buttons)
        return []


def card(session: Session, member: Member, slots: Slots) -> tuple[str, Buttons]:
    """All dates, what is in the way of each that cannot be, and how to go on. Raises ZhibuError."""
    base, rule = _asked(session, slots)
    planned = series.plan(
        session,
        member,
        base,
        rule,
        head_count=int(slots["booking_people"] or 1),
        purpose=slots["booking_purpose"],
        guide=wants_guide(slots, base),
        now=now(),
    )
    free = [one for one in planned if one.room is not None]
    clashing = [one for one in planned if one.room is None and one.day is not None]
    lines = [
        say("booking.summary_series"),
        say("booking.summary_base_only", base=base.name),
        say("booking.series_rule", rule=rule_text(rule.as_json()), n=len(free) + len(clashing)),
        *map(occurrence_line, planned),
        say(
            "booking.series_parts",
            people=slots["booking_people"],
            purpose=slots["booking_purpose"],
        ),
    ]
    if slots["booking_guide"]:
        lines.append(say("booking.summary_guide" if base.has_guide else "booking.no_guide"))
    if free and base.approval == Approval.KEEPER:
        lines.append(say("booking.series_approval"))
    which = "none" if not free else "some" if clashing else "all"
    lines.append(say(f"booking.series_confirm_{which}", n=len(free)))
    buttons = [
        button(say("bot.button_change_time"), "change_booking"),
        button(say("booking.button_give_up_book"), "cancel_booking"),
    ]
    if which == "all":
        buttons.insert(0, button(say("booking.button_confirm_series", n=len(free)), "affirm"))
    elif which == "some":
        title = say("booking.button_only_free", n=len(free))
        buttons.insert(0, button(title, "affirm", only_free="yes"))
    return "\n".join(lines), buttons


def book(
    session: Session, member: Member, slots: Slots, key: str, *, only_free: bool
) -> tuple[str, Buttons]:
    """Book it; what became of it, with other times for what is left out. Raises ZhibuError."""
    base, rule = _asked(session, slots)
    made = series.book(
        session,
        member,
        base,
        rule,
        head_count=int(slots["booking_people"] or 1),
        purpose=slots["booking_purpose"] or "",
        guide=wants_guide(slots, base),
        request_key=key,
        now=now(),
        only_free=only_free,
    )
    held = any(booking.state == BookingState.HELD for booking in made.bookings)
    lines = [
        say(
            "booking.series_asked" if held else "booking.series_booked",
            n=len(made.bookings),
            base=base.name,
            rule=rule_text(rule.as_json()),
        ),
        *map(line_of, made.bookings),
        say("booking.series_each_alone"),
    ]
    left_out = [one for one in made.left_out if one.day is not None]
    buttons: Buttons = []
    if left_out:
        lines += [say("booking.series_left_out"), *map(occurrence_line, left_out)]
        alone = {**slots, "booking_repeat": None}
        buttons = [
            fill(when_text(place.starts_at, place.ends_at), alone, place=place)
            for place in in_turn([one.alternatives for one in left_out])[:MOST_INSTEAD]
        ]
        if buttons:
            lines.append(say("booking.series_instead"))
    buttons.append(button(say("bot.button_my_bookings"), "my_bookings"))
    return "\n".join(lines), buttons


def wants_guide(slots: Slots, base: ActivityBase) -> bool:
    """Whether a guide was asked for and there is one."""
    return bool(slots["booking_guide"]) and base.has_guide


def in_turn(rows: Sequence[Sequence[Place]]) -> list[Place]:
    """The first of each row, then the second of each."""
    longest = max(map(len, rows), default=0)
    return [row[n] for n in range(longest) for row in rows if n < len(row)]


def occurrence_line(one: Occurrence) -> str:
    """12月11日（周五） 宣誓大厅, or why not and what is near; with a public holiday's name."""
    line = _line(one)
    return line + say("booking.series_holiday", name=one.holiday) if one.holiday else line


def _line(one: Occurrence) -> str:
    if one.day is None or one.starts_at is None or one.ends_at is None:
        return say("booking.series_no_day", month=one.month.month)
    day = day_text(one.day, today())
    if one.room is not None:
        return say("booking.series_free", day=day, room=one.room.name)
    known = has(f"booking.series_why_{one.problem}")
    why = say(f"booking.series_why_{one.problem if known else 'other'}")
    if not one.alternatives:
        return say("booking.series_not", day=day, why=why)
    near = "、".join(
        when_text(place.starts_at, place.ends_at, today())
        if place.starts_at.date() != one.day
        else hours_text(place.starts_at, place.ends_at)
        for place in one.alternatives
    )
    return say("booking.series_not_but", day=day, why=why, near=near)


def line_of(booking: Booking) -> str:
    """One booking of a series."""
    return say(
        "booking.series_line",
        number=booking.id,
        when=when_text(booking.starts_at, booking.ends_at, today()),
        room=booking.room.name,
    )


def rule_text(rule: Mapping[str, object]) -> str:
    """每月第二个周五 14:00—16:00, of a rule as it is stored."""
    nth, weekday = rule["nth"], weekday_text(int(str(rule["weekday"])))
    start, end = (time.fromisoformat(str(rule[name])) for name in ("start", "end"))
    till = clock_text(end)
    hours = say(
        "times.hours",
        start=clock_text(start),
        end=till if end > start else say("times.next_day", clock=till),
    )
    if nth is None:
        days = say("booking.series_weekly", weekday=weekday)
    elif nth == LAST:
        days = say("booking.series_monthly_last", weekday=weekday)
    else:
        numbers = say("booking.series_numbers")
        days = say("booking.series_monthly", nth=numbers[int(str(nth)) - 1], weekday=weekday)
    return f"{days} {hours}"


def of_list(session: Session, coming: list[Booking]) -> dict[BookingSeries, list[Booking]]:
    """Those of a list that belong to series with more than one in it."""
    found: dict[int, list[Booking]] = {}
    for booking in coming:
        if booking.series_id is not None:
            found.setdefault(booking.series_id, []).append(booking)
    return {
        session.get_one(BookingSeries, series_id): some
        for series_id, some in found.items()
        if len(some) > 1
    }


def _asked(session: Session, slots: Slots) -> tuple[ActivityBase, Rule]:
    """The base and the rule of what the form holds."""
    base, repeat = base_of(session, slots), Repeat.of(slots["booking_repeat"])
    start, end = clock(slots["booking_start"]), clock(slots["booking_end"])
    if base is None or repeat is None or start is None or end is None:
        raise NotFoundError("base_gone")
    latest = max(today() + timedelta(days=base.days_ahead), next(repeat.days(), today()))
    return base, repeat.rule(start, end, latest)
