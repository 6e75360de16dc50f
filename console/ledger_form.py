"""The form that corrects a ledger: its fields, and the entry that they mean."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from office.errors import InvalidLedgerError
from office.ledgers import LONGEST, Entry
from office.tasks import MOST, TaskWish

EMPTY_ROWS = 2
"""Lines for tasks to be added."""


def fields_of(entry: Entry) -> dict[str, str]:
    """The fields of a form that shows an entry."""
    fields = {part: str(getattr(entry, part)) for part in LONGEST}
    fields |= {"held_on": entry.held_on.isoformat(), "present": str(entry.present)}
    for n, wish in enumerate(entry.tasks):
        fields |= {
            f"task_{n}_id": str(wish.task_id or ""),
            f"task_{n}_title": wish.title,
            f"task_{n}_owner": wish.owner,
            f"task_{n}_due": wish.due_on.isoformat() if wish.due_on else "",
        }
    fields["tasks"] = str(min(len(entry.tasks) + EMPTY_ROWS, MOST))
    return fields


def entry_from(fields: Mapping[str, str]) -> Entry:
    """What a form says. Raises InvalidLedgerError for a day or number that is none."""
    texts = {part: fields.get(part, "").replace("\r\n", "\n") for part in LONGEST}
    present = fields.get("present", "")
    if not (present.isascii() and present.isdigit() and len(present) < 10):
        raise InvalidLedgerError("ledger_nobody")
    return Entry(
        held_on=_day(fields.get("held_on", "")) or date.max,
        present=int(present),
        place=texts["place"],
        theme=texts["theme"],
        progress=texts["progress"],
        problems=texts["problems"],
        causes=texts["causes"],
        tasks=tuple(_tasks(fields)),
    )


def _tasks(fields: Mapping[str, str]) -> list[TaskWish]:
    """The lines that say what is to be done; an emptied one is a task taken away."""
    found = []
    for n in range(MOST):
        title = fields.get(f"task_{n}_title", "")
        if not title:
            continue
        given = fields.get(f"task_{n}_id", "")
        task_id = int(given) if given.isascii() and given.isdigit() and len(given) < 10 else None
        due = _day(fields.get(f"task_{n}_due", ""))
        found.append(TaskWish(title, fields.get(f"task_{n}_owner", ""), due, task_id))
    return found


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise InvalidLedgerError("no_such_day") from None
