"""A ledger shown back: the card that is confirmed, and the same of one that is recorded."""

from __future__ import annotations

from datetime import date

from bot.actions.ledger_draft import LedgerDraft
from bot.actions.turn import today
from bot.ledger.tasks import TaskSaid
from delivery.times import day_text
from texts import say

SHOWN = 400
"""Characters of a part that a messenger shows well; all of it is kept."""


def card(draft: LedgerDraft, branch: str, *, title: str | None = None) -> str:
    """The whole ledger, part by part."""
    lines = [title or say("ledger.card_title"), say("ledger.card_branch", branch=branch)]
    if draft.day:
        lines.append(say("ledger.card_day", value=day_text(draft.day, today())))
    for part in ("place", "present", "theme", "progress", "problems", "causes"):
        value = getattr(draft, part)
        if value not in (None, ""):
            lines.append(say(f"ledger.card_{part}", value=_short(str(value))))
    if draft.tasks:
        lines.append(say("ledger.card_tasks"))
        lines += [_task(n, task, draft.done) for n, task in enumerate(draft.tasks, 1)]
    else:
        lines.append(say("ledger.card_no_tasks"))
    if draft.left_over:
        lines.append(say("ledger.card_left_over", text=_short(draft.left_over)))
    return "\n".join(lines)


def about_task(owner: str, due_on: date | None) -> str:
    """王小明，12月15日（周二）前."""
    until = (
        say("ledger.card_task_until", day=day_text(due_on, today()))
        if due_on
        else say("ledger.card_task_day_open")
    )
    return f"{owner or say('ledger.card_task_owner_open')}，{until}"


def _task(number: int, task: TaskSaid, done: tuple[int, ...]) -> str:
    key = "card_task_done" if task.task_id in done else "card_task"
    about = about_task(task.owner, task.due_on)
    return say(f"ledger.{key}", n=number, title=task.title, about=about)


def _short(text: str) -> str:
    if len(text) <= SHOWN:
        return text
    return say("ledger.card_long", text=text[:SHOWN], more=len(text) - SHOWN)
