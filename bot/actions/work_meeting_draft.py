"""A work meeting in the making: its parts as the slots hold them, and the card that shows it."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from rasa_sdk.events import EventType, SlotSet
from sqlalchemy.orm import Session

from bot.actions.turn import Button, Tracker, button, now, today
from bot.meeting_wish import MeetingParts
from delivery.meeting_words import basics, before_text, word
from office import access
from office.bases import SHANGHAI
from office.errors import ZhibuError
from office.models import Meeting, Member, Organisation
from office.organisations import invited
from office.work_meetings import Before

PARTS = ("day", "start", "place", "theme")
SLOTS = ("meeting_organisation", *(f"meeting_{part}" for part in PARTS), "meeting_aim")
Slots = dict[str, str | None]


def slots_of(tracker: Tracker) -> Slots:
    """The parts as the tracker holds them."""
    return {slot: tracker.get_slot(slot) for slot in SLOTS}


def slots_from(meeting: Meeting) -> Slots:
    """A meeting that is planned, to be changed; ``meeting_aim`` is its id and version."""
    start = meeting.starts_at.astimezone(SHANGHAI)
    return {
        "meeting_organisation": str(meeting.organisation_id),
        "meeting_day": start.date().isoformat(),
        "meeting_start": start.time().isoformat(),
        "meeting_place": meeting.place or None,
        "meeting_theme": meeting.theme or None,
        "meeting_aim": f"{meeting.id}:{meeting.version}",
    }


def aim_of(slots: Slots) -> tuple[int, int] | None:
    """(id, version) of the meeting that is changed; None for a new one."""
    meeting_id, colon, version = (slots["meeting_aim"] or "").partition(":")
    return (int(meeting_id), int(version)) if colon else None


def take(slots: Slots, parts: MeetingParts) -> None:
    """Keep what was said."""
    for part in PARTS:
        value = getattr(parts, part)
        if value is not None:
            slots[f"meeting_{part}"] = value if isinstance(value, str) else value.isoformat()


def starts_at(slots: Slots) -> datetime | None:
    """When it begins, once day and hour are known."""
    day, start = slots["meeting_day"], slots["meeting_start"]
    if not day or not start:
        return None
    return datetime.combine(date.fromisoformat(day), time.fromisoformat(start), SHANGHAI)


def organisation_of(session: Session, slots: Slots) -> Organisation | None:
    """Whose meeting it is."""
    chosen = slots["meeting_organisation"]
    return session.get(Organisation, int(chosen)) if chosen else None


def named(session: Session, member: Member, text: str) -> tuple[Organisation | None, str]:
    """The organisation that a sentence names, of those that the member convenes, and the rest."""
    for place in sorted(access.convenes(session, member), key=lambda one: -len(one.name)):
        if place.name in text:
            return place, text.replace(place.name, " ")
    return None, text


def card(session: Session, slots: Slots) -> tuple[str, list[Button]]:
    """The whole meeting before it is settled; of a change, how it was."""
    organisation, at = organisation_of(session, slots), starts_at(slots)
    assert organisation is not None
    assert at is not None
    place, theme = slots["meeting_place"] or "", slots["meeting_theme"] or ""
    about = basics(at, place, theme, today())
    people = len(invited(session, organisation))
    values = {"organisation": organisation.name, "about": about, "people": people}
    aim = aim_of(slots)
    meeting = session.get(Meeting, aim[0]) if aim else None
    leave = button(word("button_leave" if meeting is None else "button_keep"), "leave_work_meeting")
    if meeting is None:
        return word("card", **values), [button(word("button_settle"), "affirm"), leave]
    if Before.of(meeting) == Before(at, place, theme):
        off = button(word("button_call_off"), "call_off_work_meeting", meeting_id=meeting.id)
        return word("card_what", **values), [off, leave]
    text = word("card_change", was=before_text(Before.of(meeting)), **values)
    return text, [button(word("button_change"), "affirm"), leave]


def sorry(error: ZhibuError) -> str:
    """What the office does not allow, as a sentence."""
    return word(error.code, **error.detail)


def local_now() -> datetime:
    """The present moment in Shanghai."""
    return now().astimezone(SHANGHAI)


def cleared() -> list[EventType]:
    """Forget the meeting."""
    return [SlotSet(slot, None) for slot in (*SLOTS, "meeting_confirmed")]


def leave() -> list[EventType]:
    """Forget the meeting and end the form."""
    return [*cleared(), SlotSet("requested_slot", None)]


def kept(slots: dict[str, Any]) -> list[EventType]:
    """Keep the parts; it is to be confirmed anew."""
    return [*(SlotSet(slot, value) for slot, value in slots.items()), _unconfirmed()]


def _unconfirmed() -> EventType:
    return SlotSet("meeting_confirmed", None)
