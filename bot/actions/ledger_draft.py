"""A ledger in the making: its parts as the slot holds them. None is not said yet."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from datetime import date, time
from typing import Any

from rasa_sdk.events import EventType, SlotSet

from bot.ledger.reading import LedgerSaid
from bot.ledger.tasks import TaskSaid
from office.ledgers import Entry, entry_of
from office.models import Ledger, TaskState
from office.tasks import TaskWish

SLOT = "ledger_draft"
SLOTS = (SLOT, "ledger_organisation", "ledger_complete", "ledger_confirmed", "ledger_misses")
ORDER = ("day", "place", "theme", "present", "progress", "problems", "tasks")
"""What is asked for, in this order; causes come with the problems."""


@dataclass(frozen=True)
class LedgerDraft:
    """A ledger that is being written down, or corrected."""

    kind: str = "record"
    """record, or change for one that is there."""
    text: str = ""
    """What was said before it was known of which branch."""
    organisation_id: int | None = None
    meeting_id: int | None = None
    ledger_id: int | None = None
    day: date | None = None
    starts: time | None = None
    place: str | None = None
    present: int | None = None
    theme: str | None = None
    progress: str | None = None
    problems: str | None = None
    causes: str | None = None
    tasks: tuple[TaskSaid, ...] | None = None
    done: tuple[int, ...] = ()
    """Ids of tasks that are done already."""
    left_over: str = field(default="", compare=False)

    @classmethod
    def of(cls, value: Any) -> LedgerDraft:
        """The draft as the slot holds it."""
        if not isinstance(value, dict):
            return cls()
        known = dict(value)
        known["day"] = date.fromisoformat(known["day"]) if known.get("day") else None
        known["starts"] = time.fromisoformat(known["starts"]) if known.get("starts") else None
        listed = known.get("tasks")
        known["tasks"] = None if listed is None else tuple(map(_task, listed))
        known["done"] = tuple(known.get("done") or ())
        return cls(**known)

    @classmethod
    def from_ledger(cls, ledger: Ledger) -> LedgerDraft:
        """A recorded ledger, to be corrected."""
        entry = entry_of(ledger)
        return cls(
            kind="change",
            organisation_id=ledger.organisation_id,
            ledger_id=ledger.id,
            day=entry.held_on,
            place=entry.place,
            present=entry.present,
            theme=entry.theme,
            progress=entry.progress,
            problems=entry.problems,
            causes=entry.causes,
            tasks=tuple(
                TaskSaid(wish.title, wish.owner, wish.due_on, task_id=wish.task_id)
                for wish in entry.tasks
            ),
            done=tuple(task.id for task in ledger.tasks if task.state == TaskState.DONE),
        )

    def as_slot(self) -> dict[str, Any]:
        """As ``of`` reads it."""
        kept = asdict(self)
        kept["day"] = str(self.day) if self.day else None
        kept["starts"] = str(self.starts) if self.starts else None
        if self.tasks is not None:
            kept["tasks"] = [
                asdict(task) | {"due_on": str(task.due_on) if task.due_on else None}
                for task in self.tasks
            ]
        kept["done"] = list(self.done)
        return kept

    @property
    def missing(self) -> str | None:
        """The first part that has to be asked for."""
        return next((part for part in ORDER if getattr(self, part) is None), None)

    def but(self, **parts: Any) -> LedgerDraft:
        """The draft with other parts."""
        return replace(self, **parts)

    def with_said(self, said: LedgerSaid) -> LedgerDraft:
        """The draft with what a message says of it."""
        parts = {
            part: value
            for part in ("day", "starts", *ORDER[1:], "causes", "left_over")
            if (value := getattr(said, part)) not in (None, "")
        }
        return self.but(**parts)

    def entry(self) -> Entry:
        """What the office records, once nothing is missing."""
        return Entry(
            held_on=self.day or date.min,
            place=self.place or "",
            present=self.present or 0,
            theme=self.theme or "",
            progress=self.progress or "",
            problems=self.problems or "",
            causes=self.causes or "",
            tasks=tuple(
                TaskWish(task.title, task.owner, task.due_on, task.task_id)
                for task in self.tasks or ()
            ),
            starts=self.starts,
        )


def cleared() -> list[EventType]:
    """Forget the ledger."""
    return [SlotSet(slot, None) for slot in SLOTS]


def leave() -> list[EventType]:
    """Forget the ledger and end the form."""
    return [*cleared(), SlotSet("requested_slot", None)]


def _task(kept: dict[str, Any]) -> TaskSaid:
    due = kept.get("due_on")
    return TaskSaid(**{**kept, "due_on": date.fromisoformat(due) if due else None})
