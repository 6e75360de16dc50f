"""What reminders of missing ledgers and of tasks say."""

from __future__ import annotations

import json
from datetime import date

from delivery.times import day_text
from office.models import Meeting, Task
from office.outbox import Button
from texts import say


def missing_text(meeting: Meeting, day: date, *, above: bool, days: int) -> str:
    """That the work meeting of a day has no ledger, to the secretary or to those above him."""
    key = "missing_superior" if above else "missing_secretary"
    return say(f"ledger.{key}", branch=meeting.organisation.name, day=day_text(day), days=days)


def missing_reason(meeting: Meeting, day: date, *, days: int) -> str:
    """Why it is sent, for ``zhibu due``."""
    branch = meeting.organisation.name
    return say("ledger.missing_reason", branch=branch, day=day_text(day), days=days)


def record_button(meeting: Meeting) -> Button:
    """The way to the form, with the meeting that it is about."""
    return _button(
        "record", "record_ledger", organisation=meeting.organisation.code, meeting_id=meeting.id
    )


def task_text(task: Task, which: str, today: date, *, to_owner: bool) -> str:
    """How a task stands on a day: ``which`` is before, day or late."""
    assert task.due_on is not None
    days = abs((task.due_on - today).days)
    lines = [say(f"ledger.due_{which}", title=task.title, days=days, day=day_text(task.due_on))]
    if not to_owner:
        key = "due_of_owner" if task.owner_name else "due_of_nobody"
        lines.append(say(f"ledger.{key}", owner=task.owner_name))
    lines.append(say("ledger.due_hint"))
    return "\n".join(lines)


def task_buttons(task: Task, *, secretary: bool) -> list[Button]:
    """Done and postponed; to a secretary also that it is not to be done."""
    wanted = [("done", "task_done"), ("postpone", "postpone_task")]
    wanted += [("drop", "drop_task")] if secretary else []
    return [_button(key, intent, task_id=task.id) for key, intent in wanted]


def _button(key: str, intent: str, **values: object) -> Button:
    carried = json.dumps({name: str(value) for name, value in values.items()}, ensure_ascii=False)
    return Button(say(f"ledger.button_{key}"), f"/{intent}{carried}")
