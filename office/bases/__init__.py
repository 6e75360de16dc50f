"""Activity bases: which there are, when they are open, when their rooms are free."""

from office.bases.free import Calendar, FreeTime, free_times, room_times
from office.bases.records import (
    all_bases,
    by_code,
    capacity,
    contact,
    fitting_rooms,
    keepers,
    largest_capacity,
    leaves,
    named_in,
    undivided,
)
from office.bases.timetable import SHANGHAI, Timetable, is_open, opens_on, timetable, timetables

__all__ = [
    "SHANGHAI",
    "Calendar",
    "FreeTime",
    "Timetable",
    "all_bases",
    "by_code",
    "capacity",
    "contact",
    "fitting_rooms",
    "free_times",
    "is_open",
    "keepers",
    "largest_capacity",
    "leaves",
    "named_in",
    "opens_on",
    "room_times",
    "timetable",
    "timetables",
    "undivided",
]
