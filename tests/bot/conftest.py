"""The custom actions without Rasa: a conversation that keeps the slots as Rasa would."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date, datetime
from importlib import import_module
from typing import Any

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from bot.actions.draft import KNOWN
from bot.actions.reply_form import SLOTS as REPLY_SLOTS
from bot.actions.turn import Services
from bot.actions.work_meeting_draft import SLOTS as MEETING_SLOTS
from bot.answers.answer import Answer, Outcome
from office import bases, bookings, members
from office.bases import SHANGHAI
from office.bookings import Wish
from office.database import Database
from tests.conftest import NOW, FrozenClock
from texts import say

MODULES = (
    "turn",
    "answers",
    "booking_asks",
    "booking_end",
    "booking_form",
    "bookings",
    "changes",
    "channels",
    "finding",
    "greetings",
    "handoff",
    "keeping",
    "personal",
    "reading",
    "series",
    "study",
    "visits",
    "waiting",
    "pass_on",
    "thumbs",
    "open_questions",
    "reply_form",
    "meeting_card",
    "meeting_record",
    "organisation_life",
    "work_meetings",
    "work_meeting_draft",
    "work_meeting_form",
    "ledger_asks",
    "ledger_begin",
    "ledger_card",
    "ledger_end",
    "ledger_form",
    "progress",
    "tasks",
)


@dataclass
class Answers:
    """An answer service that answers as it is told."""

    answer: Answer = field(default_factory=lambda: Answer(Outcome.DECLINE, say("bot.decline")))

    def ask(self, question: str, *, as_of: date, about: str | None = None) -> Answer:
        return self.answer


@dataclass
class Queue:
    """A delivery queue that remembers what was put into it."""

    rung: list[tuple[str, str]] = field(default_factory=list)

    def put(self, channel: str, address: str) -> None:
        self.rung.append((channel, address))


class Turn:
    """What an action said, and what it changed."""

    def __init__(self, dispatcher: CollectingDispatcher, events: list[dict[str, Any]]) -> None:
        self.messages = dispatcher.messages
        self.events = events

    @property
    def text(self) -> str:
        return "\n".join(m.get("text") or m.get("response") or "" for m in self.messages)

    @property
    def buttons(self) -> dict[str, str]:
        return {b["title"]: b["payload"] for m in self.messages for b in m["buttons"]}

    @property
    def set(self) -> dict[str, Any]:
        return {e["name"]: e["value"] for e in self.events if e["event"] == "slot"}


class Talk:
    """A conversation: messages in, actions run on them, slots kept."""

    def __init__(self, database: Database, clock: FrozenClock, answers: Answers) -> None:
        self.database = database
        self.clock = clock
        self.answers = answers
        self.queue = Queue()
        self.sender = "web:guest"
        self.slots: dict[str, Any] = dict.fromkeys(
            (*KNOWN, "booking_confirmed", *REPLY_SLOTS, *MEETING_SLOTS, "meeting_confirmed")
        )
        self.heard: list[dict[str, Any]] = []
        self.active_loop: str | None = None

    def as_member(self, number: str) -> Talk:
        with self.database.writing() as session:
            member = members.by_number(session, number)
            assert member is not None
            members.bind(session, member, "web", number, now=NOW)
        self.sender = f"web:{number}"
        return self

    def asked_for(self, part: str, **known: str) -> Talk:
        """The form is under way, has these parts and asks for this one."""
        self.slots |= {f"booking_{name}": value for name, value in known.items()}
        self.slots["requested_slot"] = f"booking_{part}"
        return self

    def says(self, text: str, intent: str, sure: float = 1.0, **entities: str) -> Talk:
        parsed = {
            "text": text,
            "intent": {"name": intent, "confidence": sure},
            "entities": [{"entity": name, "value": value} for name, value in entities.items()],
            "metadata": {"inbox_id": len(self.heard) + 1},
        }
        self.heard.append(
            {"event": "user", "text": text, "timestamp": self.clock().timestamp()}
            | {"parse_data": parsed}
        )
        return self

    def presses(self, intent: str, **entities: str) -> Talk:
        return self.says(f"/{intent}", intent, **entities)

    def presses_on(self, turn: Turn, title: str) -> Talk:
        """Press a button that a turn has offered."""
        name, brace, rest = turn.buttons[title][1:].partition("{")
        return self.presses(name, **(json.loads(brace + rest) if brace else {}))

    def run(self, action: Any) -> Turn:
        """Run an action on the last message and keep the slots that it sets."""
        dispatcher = CollectingDispatcher()
        tracker = Tracker(
            self.sender,
            dict(self.slots),
            self.heard[-1]["parse_data"],
            list(self.heard),
            False,
            None,
            {},
            "action_listen",
        )
        turn = Turn(dispatcher, action.run(dispatcher, tracker, {}))
        self.slots |= turn.set
        return turn


def payload(code: str) -> tuple[str, dict[str, str]]:
    """The intent and the entities of a button."""
    intent, brace, rest = code.removeprefix("/").partition("{")
    return intent, json.loads(brace + rest) if brace else {}


def book(
    database: Database,
    number: str,
    day: int,
    start: int,
    end: int,
    *,
    people: int = 50,
    base: str = "J1",
    month: int = 12,
) -> int:
    """Book for a member, in 2026; what is booked at a keeper's base is held."""
    with database.writing() as session:
        place, member = bases.by_code(session, base), members.by_number(session, number)
        assert place is not None
        assert member is not None
        at = datetime(2026, month, day, tzinfo=SHANGHAI)
        wish = Wish(place, at.replace(hour=start), at.replace(hour=end), people, "参观")
        key = f"{number}:{base}:{month}:{day}:{start}:{people}"
        return bookings.book(session, member, wish, request_key=key, now=NOW).id


@pytest.fixture
def talk(small_district: Database, monkeypatch: pytest.MonkeyPatch) -> Talk:
    """A conversation on the demonstration district; it is Monday, 23 November 2026, 10:00."""
    made = Talk(small_district, FrozenClock(), Answers())
    services = Services(made.database, made.answers, made.queue, made.clock)  # type: ignore[arg-type]
    for name in MODULES:
        module = import_module(f"bot.actions.{name}")
        if hasattr(module, "services"):
            monkeypatch.setattr(module, "services", lambda: services)
    return made
