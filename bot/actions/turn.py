"""What every action needs to know of the turn that it is part of."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy.orm import Session

import settings
from bot.answers.service import AnswerService
from delivery.channels import names as channel_names
from delivery.clock import Clock, utc_now
from delivery.links import Links
from delivery.queue import DeliveryQueue, open_huey
from office import members
from office.bases import SHANGHAI
from office.database import Database
from office.models import Member

Tracker = Any
Dispatcher = Any
Events = list[dict[str, Any]]
Button = dict[str, str]
"""Title and payload, as Rasa takes them."""


@dataclass(frozen=True)
class Services:
    """What the action server has open."""

    database: Database
    answers: AnswerService
    queue: DeliveryQueue
    clock: Clock
    links: Links | None = None
    """None where the address of our pages is not known."""
    channels: frozenset[str] = frozenset({members.WEB})
    """By which a member can be reached here."""


@cache
def services() -> Services:
    """The services of this process, opened on first use."""
    loaded = settings.load()
    return Services(
        Database(loaded.database_url),
        AnswerService.open(passages=loaded.passages_folder),
        DeliveryQueue(open_huey(loaded.queue_url, loaded.data_folder)),
        utc_now,
        Links(loaded.public_url, loaded.secret) if loaded.public_url else None,
        channel_names(loaded),
    )


def now() -> datetime:
    """The present moment, UTC."""
    return services().clock()


def today() -> date:
    """The present day in Shanghai."""
    return now().astimezone(SHANGHAI).date()


def said(tracker: Tracker) -> str:
    """What the member said, or what the button says that he pressed."""
    return str(entity(tracker, "say") or tracker.latest_message.get("text") or "")


def entity(tracker: Tracker, name: str) -> str | None:
    """The value that a button carries under a name."""
    value = next(tracker.get_latest_entity_values(name), None)
    return None if value is None else str(value)


def intent(tracker: Tracker) -> str:
    """The intent of the latest message."""
    return str((tracker.latest_message.get("intent") or {}).get("name") or "")


def silence(tracker: Tracker) -> float:
    """Seconds between the member's last message and the one before it."""
    said_at = [event["timestamp"] for event in tracker.events if event.get("event") == "user"]
    return float(said_at[-1] - said_at[-2]) if len(said_at) > 1 else 0.0


def conversation(tracker: Tracker) -> tuple[str, str]:
    """(channel, address): Rasa's sender is "channel:address"."""
    channel, _, address = tracker.sender_id.partition(":")
    return channel, address


def speaker(session: Session, tracker: Tracker) -> Member | None:
    """The member who speaks, if his address is bound."""
    return members.by_contact(session, *conversation(tracker))


def is_member(tracker: Tracker) -> bool:
    """Whether a member speaks, not a guest."""
    with services().database.reading() as session:
        return speaker(session, tracker) is not None


def number(tracker: Tracker, name: str = "booking_id") -> int:
    """The number of a record that a button carries; 0, which is none, for anything else."""
    value = entity(tracker, name) or ""
    return int(value) if value.isascii() and value.isdigit() and len(value) < 10 else 0


def inbox_id(tracker: Tracker) -> str:
    """The inbox row of the message, which names this request; handled twice, it is the same."""
    metadata = tracker.latest_message.get("metadata") or {}
    return str(metadata.get("inbox_id") or tracker.latest_message.get("message_id") or "")


def button(title: str, intent_name: str, **entities: object) -> Button:
    """A button that says an intent without detour through the language model."""
    values = json.dumps({k: str(v) for k, v in entities.items()}, ensure_ascii=False)
    return {"title": title, "payload": f"/{intent_name}{values if entities else ''}"}
