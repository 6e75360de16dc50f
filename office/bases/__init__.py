"""Activity bases: which there are, when they are open, when their rooms are free."""

from office.bases.free import Calendar, FreeTime, free_times, is_free, room_times
from office.bases.hours import SHANGHAI, closed_rooms, is_open, opening, stretches
from office.bases.records import (
    all_bases,
    by_code,
    capacity,
    contact,
    fitting_rooms,
    keepers,
    largest_capacity,
    named_in,
    undivided,
)

__all__ = [
    "SHANGHAI",
    "Calendar",
    "FreeTime",
    "all_bases",
    "by_code",
    "capacity",
    "closed_rooms",
    "contact",
    "fitting_rooms",
    "free_times",
    "is_free",
    "is_open",
    "keepers",
    "largest_capacity",
    "named_in",
    "opening",
    "room_times",
    "stretches",
    "undivided",
]
