"""Buttons that fill the booking form, and what they say once they are pressed.

Such a button carries all that is known, so it means the same whenever it is pressed.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import date, time

from bot.actions.aim import Aim
from bot.actions.turn import Tracker, button, entity
from bot.repeats import Repeat
from bot.wish import Parts
from office.bookings.finding import Place

FILLS = ("base", "day", "start", "end", "people", "purpose", "guide", "repeat")


def fill(
    title: str,
    slots: Mapping[str, str | None],
    *,
    waits: bool = False,
    place: Place | None = None,
    **said: object,
) -> dict[str, str]:
    """A button that fills the form with what is known and what it says itself or its place does."""
    known = {part: slots.get(f"booking_{part}") for part in FILLS}
    if place is not None:
        known |= {
            "base": place.base.code,
            "day": f"{place.starts_at:%Y-%m-%d}",
            "start": f"{place.starts_at:%H:%M}",
            "end": f"{place.ends_at:%H:%M}",
        }
    known |= {part: None if value is None else str(value) for part, value in said.items()}
    values = {part: value for part, value in known.items() if value is not None}
    aim = Aim.of(slots.get("booking_aim"))
    if (
        aim.booking_id is not None
        and place is not None
        and place.base.code != slots["booking_base"]
    ):
        return button(title, "book_base", instead_of=aim.booking_id, **values)
    if aim.booking_id is not None:
        return button(title, "change_booking", booking_id=aim.booking_id, **values)
    if aim.instead_of is not None:
        values["instead_of"] = str(aim.instead_of)
    return button(title, "join_waitlist" if waits or aim.waits else "book_base", **values)


def filled(tracker: Tracker) -> Parts:
    """What a button fills in; nothing where it makes no sense."""
    said = {part: entity(tracker, part) for part in FILLS}
    day = start = end = people = None
    with suppress(ValueError):
        day = date.fromisoformat(said["day"]) if said["day"] else None
    with suppress(ValueError):
        start = time.fromisoformat(said["start"]) if said["start"] else None
        end = time.fromisoformat(said["end"]) if said["end"] else None
    count = said["people"] or ""
    if count.isascii() and count.isdigit() and len(count) <= 10:
        people = int(count)
    return Parts(
        bases=(said["base"],) if said["base"] else (),
        day=day,
        start=start,
        end=end,
        people=people,
        purpose=said["purpose"] or None,
        guide=True if said["guide"] == "yes" else None,
        repeat=Repeat.of(said["repeat"]),
    )
