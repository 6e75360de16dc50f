"""What a message adds to a ledger in the making, and what of it the office does not allow."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime

from bot.actions.ledger_draft import LedgerDraft
from bot.ledger import changes, reading, tasks
from bot.ledger.deadlines import Since
from bot.ledger.held import held
from bot.ledger.labels import narrow, stretches
from bot.ledger.tasks import TaskSaid
from office import ledgers
from office.bases import SHANGHAI
from office.errors import InvalidLedgerError
from texts import say

AT_FAULT = {
    "ledger_future": "day",
    "ledger_too_old": "day",
    "ledger_nobody": "present",
    "ledger_too_many_people": "present",
}
"""The part that an error of the office throws away; of the others, the tasks."""
HARMLESS = {"place": "-", "theme": "-", "present": 1}


@dataclass(frozen=True)
class Taken:
    """The draft after a message, and what was wrong with the message."""

    draft: LedgerDraft
    problems: tuple[str, ...] = ()


def meeting_day(text: str, now: datetime) -> date | None:
    """The day of the meeting that a first message names."""
    return reading.read(text, now.astimezone(SHANGHAI)).day if text else None


def take(
    draft: LedgerDraft,
    text: str,
    now: datetime,
    names: Collection[str],
    *,
    asked: str | None,
    first: bool,
) -> Taken | None:
    """The draft with what a message says; None if it says nothing of a ledger."""
    local = now.astimezone(SHANGHAI)
    since = Since(min(draft.day or local.date(), local.date()), local.date())
    if not first:
        change = changes.read(text, draft.tasks or (), local, since, names)
        if change is not None:
            return _changed(draft, change)
    parts = {piece.part for piece in stretches(text)} - {None, "other"}
    if first or len(parts) > 1 or (parts and asked not in parts):
        told = reading.read(text, local, names=names, held_on=draft.day)
        if first and not (told.day or told.present or told.place or told.theme or parts):
            told = reading.LedgerSaid(unreal_day=told.unreal_day)
        if told:
            return _with(draft, told)
    if first:
        return None
    answered = _answer(draft, text, local, since, names, asked)
    if answered is not None:
        return answered
    told = reading.read(text, local, names=names, held_on=draft.day)
    head = replace(told, progress=None, problems=None, causes=None, tasks=None)
    return _with(draft, head) if head else None


def fitting(draft: LedgerDraft, now: datetime) -> tuple[LedgerDraft, list[str]]:
    """The draft without what the office does not allow, and the sentences that say so."""
    problems: list[str] = []
    for _ in range(12):  # each round throws one part away
        filled = {part: value for part, value in HARMLESS.items() if getattr(draft, part) is None}
        if draft.day is None:
            filled["day"] = now.astimezone(SHANGHAI).date()
        try:
            ledgers.check(draft.but(**filled).entry(), now=now)
        except InvalidLedgerError as error:
            part = str(error.detail.get("part") or AT_FAULT.get(error.code, "tasks"))
            part = part if not error.code.startswith("ledger_no_") else error.code[10:]
            values = dict(error.detail)
            if "part" in values:
                values["name"] = say(f"ledger.part_{part}")
            problems.append(say(f"ledger.{error.code}", **values))
            draft = draft.but(**{part: None})
        else:
            break
    return draft, problems


def _changed(draft: LedgerDraft, change: changes.Change) -> Taken:
    if change.problem:
        return Taken(draft, (say(f"ledger.{change.problem}"),))
    value = change.value
    if change.part == "tasks":
        assert isinstance(value, list)
        return _checked(draft.but(tasks=tuple(value)))
    if change.adds:
        before = getattr(draft, change.part)
        value = f"{before}\n{value}" if before and before != reading.NOTHING else value
    return Taken(draft.but(**{change.part: value}))


def _with(draft: LedgerDraft, told: reading.LedgerSaid) -> Taken:
    problems = (say("ledger.no_such_day"),) if told.unreal_day else ()
    taken = _checked(draft.with_said(told))
    return Taken(taken.draft, (*problems, *taken.problems))


def _checked(draft: LedgerDraft) -> Taken:
    """Days of tasks that do not exist are said, and left open."""
    listed: list[TaskSaid] = []
    problems = []
    for n, task in enumerate(draft.tasks or (), 1):
        if task.unreal_day:
            problems.append(say("ledger.task_no_such_day", title=task.title[:40], n=n))
        listed.append(replace(task, unreal_day=False))
    tasks_now = None if draft.tasks is None else tuple(listed)
    return Taken(draft.but(tasks=tasks_now), tuple(problems))


def _answer(
    draft: LedgerDraft,
    text: str,
    local: datetime,
    since: Since,
    names: Collection[str],
    asked: str | None,
) -> Taken | None:
    """The message as the answer to what was asked."""
    words = next((piece.text for piece in stretches(text)), text)
    if asked == "day":
        day = held(narrow(words), local)
        if day.unreal:
            return Taken(draft, (say("ledger.no_such_day"),))
        return Taken(draft.but(day=day.day, starts=day.starts)) if day.day else None
    if asked == "present":
        count = reading.people(words)
        return Taken(draft.but(present=count)) if count is not None else None
    if asked == "tasks":
        listed = tasks.read(words, since, names)
        if listed or reading.is_nothing(words):
            return _checked(draft.but(tasks=listed))
        return None
    if asked == "problems":
        problems, causes = reading.problems_in(words)
        return Taken(draft.but(problems=problems, causes=causes or draft.causes))
    if asked in {"place", "theme", "progress"}:
        return Taken(draft.but(**{asked: _plain(words)}))
    return None


def _plain(words: str) -> str:
    return reading.NOTHING if reading.is_nothing(words) else words.strip(' “”"。，')
