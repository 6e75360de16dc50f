"""Tasks in the chat: whose they are, done, postponed, not to be done."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from rasa_sdk import Action
from sqlalchemy.orm import Session

from bot.actions.ledger_begin import branches_of
from bot.actions.ledger_card import about_task
from bot.actions.letter import Way, write
from bot.actions.turn import (
    Button,
    Dispatcher,
    Events,
    Tracker,
    button,
    entity,
    inbox_id,
    now,
    number,
    services,
    speaker,
    today,
)
from bot.ledger import deadlines
from bot.ledger.labels import narrow
from delivery.times import day_text
from office import tasks
from office.errors import InvalidLedgerError, NotFoundError, ZhibuError
from office.models import Member, RoleKind, Task
from office.organisations import holders
from texts import say

SHOWN = 3
"""Tasks in one message, each with its buttons."""
LATER = (3, 7, 14)
"""Days by which a task may be postponed with one tap."""


class ActionMyTasks(Action):
    """The speaker's own open tasks; to a secretary without any, those of his branches."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_my_tasks"

    def run(self, dispatcher: Dispatcher, tracker: Tracker, domain: object) -> Events:
        """The most urgent first."""
        with services().database.reading() as session:
            member = speaker(session, tracker)
            if member is None:
                dispatcher.utter_message(text=say("bot.only_members"))
                return []
            listed = tasks.own(session, member)
            title = say("ledger.my_tasks", count=len(listed))
            if not listed:
                for branch in branches_of(session, member):
                    listed = tasks.open_of(session, branch.id)
                    if listed:
                        count = len(listed)
                        title = say("ledger.branch_tasks", branch=branch.name, count=count)
                        break
            lines, buttons = lines_of(session, member, listed)
        if not lines:
            dispatcher.utter_message(text=say("ledger.no_tasks"))
            return []
        dispatcher.utter_message(text="\n".join([title, *lines]), buttons=buttons)
        return []


class ActionTaskDone(Action):
    """The task that the button names is done; without one, ask which."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_task_done"

    def run(self, dispatcher: Dispatcher, tracker: Tracker, domain: object) -> Events:
        """The secretary hears of it, unless it was he."""
        if entity(tracker, "task_id") is None:
            return self._which(dispatcher, tracker)

        def close(session: Session, by: Member | None) -> Task:
            return tasks.done(session, by, number(tracker, "task_id"), now=now())

        change(dispatcher, tracker, close, "task_closed", told="told_done")
        return []

    def _which(self, dispatcher: Dispatcher, tracker: Tracker) -> Events:
        with services().database.reading() as session:
            member = speaker(session, tracker)
            if member is None:
                dispatcher.utter_message(text=say("bot.only_members"))
                return []
            listed = tasks.own(session, member)
            for branch in [] if listed else branches_of(session, member):
                listed += tasks.open_of(session, branch.id)
            first = listed[:SHOWN]
            lines = [line(n, task) for n, task in enumerate(first, 1)]
        if not lines:
            dispatcher.utter_message(text=say("ledger.no_tasks"))
            return []
        dispatcher.utter_message(
            text="\n".join([say("ledger.which_task"), *lines]),
            buttons=[done(task, n if len(first) > 1 else None) for n, task in enumerate(first, 1)],
        )
        return []


class ActionPostponeTask(Action):
    """Another day for the task that the button names; without one, ask until when."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_postpone_task"

    def run(self, dispatcher: Dispatcher, tracker: Tracker, domain: object) -> Events:
        """What is typed next is the day (``bot/shortcuts.py``)."""
        task_id, said = number(tracker, "task_id"), entity(tracker, "note")
        if not said:
            self._until_when(dispatcher, tracker, task_id, "")
            return []
        day = deadlines.value(narrow(said).strip(" 前之以。."), today())
        if day is None:
            self._until_when(dispatcher, tracker, task_id, say("ledger.postpone_missed"))
            return []

        def move(session: Session, by: Member | None) -> Task:
            return tasks.postpone(session, by, task_id, day, now=now())

        try:
            change(dispatcher, tracker, move, "task_moved", told="told_postponed")
        except InvalidLedgerError as error:
            key = "postpone_past" if error.code == "task_past" else "postpone_too_far"
            self._until_when(dispatcher, tracker, task_id, say(f"ledger.{key}"))
        return []

    def _until_when(
        self, dispatcher: Dispatcher, tracker: Tracker, task_id: int, problem: str
    ) -> None:
        try:
            with services().database.reading() as session:
                task = tasks.find(session, speaker(session, tracker), task_id)
        except ZhibuError as error:
            dispatcher.utter_message(text=say(f"ledger.{error.code}", **error.detail))
            return
        begins = max(task.due_on or today(), today())
        days = [begins + timedelta(days=n) for n in LATER]
        dispatcher.utter_message(
            text="\n".join(filter(None, [problem, say("ledger.postpone_to", title=task.title)])),
            buttons=[
                button(
                    say("ledger.button_days_later", day=day_text(day, today())),
                    "postpone_task",
                    task_id=task_id,
                    note=day,
                )
                for day in days
            ],
        )


class ActionDropTask(Action):
    """The task that the button names is not to be done any more."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_drop_task"

    def run(self, dispatcher: Dispatcher, tracker: Tracker, domain: object) -> Events:
        """A secretary's to say."""

        def close(session: Session, by: Member | None) -> Task:
            return tasks.drop(session, by, number(tracker, "task_id"), now=now())

        change(dispatcher, tracker, close, "task_given_up")
        return []


def change(
    dispatcher: Dispatcher,
    tracker: Tracker,
    step: Callable[[Session, Member | None], Task],
    key: str,
    *,
    told: str | None = None,
) -> None:
    """Do it and say so; the branch's secretaries are told of what others did.

    Raises InvalidLedgerError, for its day has to be asked for again.
    """
    ways: list[Way] = []
    try:
        with services().database.writing() as session:
            by = speaker(session, tracker)
            if by is None:
                raise NotFoundError("task_not_found")
            task = step(session, by)
            text = say(f"ledger.{key}", **_values(task))
            if told:
                ways = _tell(session, by, task, told, tracker)
            more = bool(tasks.own(session, by))
    except InvalidLedgerError:
        raise
    except ZhibuError as error:
        dispatcher.utter_message(text=say(f"ledger.{error.code}", **error.detail))
        return
    for way in ways:
        services().queue.put(*way)
    buttons = [button(say("ledger.button_my_tasks"), "my_tasks")] if more else []
    dispatcher.utter_message(text=text, buttons=buttons)


def _tell(session: Session, by: Member, task: Task, key: str, tracker: Tracker) -> list[Way]:
    secretaries = holders(session, task.organisation_id, RoleKind.SECRETARY)
    text = say(f"ledger.{key}", name=by.name, **_values(task))
    return [
        write(session, one, rule="task_told", cause=f"{task.id}:{inbox_id(tracker)}", text=text)
        for one in secretaries
        if by.id not in {secretary.id for secretary in secretaries}
    ]


def _values(task: Task) -> dict[str, object]:
    return {"title": task.title, "day": day_text(task.due_on, today()) if task.due_on else ""}


def lines_of(
    session: Session, member: Member, listed: list[Task]
) -> tuple[list[str], list[Button]]:
    """The first tasks as a numbered list, and what the member may do with each."""
    first = listed[:SHOWN]
    buttons = []
    for n, task in enumerate(first, 1):
        place = n if len(first) > 1 else None
        if tasks.may_close(session, member, task):
            buttons += [done(task, place), postpone(task, place)]
    if len(first) == 1 and tasks.may_drop(session, member, first[0]):
        buttons.append(button(say("ledger.button_drop"), "drop_task", task_id=first[0].id))
    lines = [line(n, task) for n, task in enumerate(first, 1)]
    if len(listed) > SHOWN:
        lines.append(say("ledger.more_tasks", shown=SHOWN))
    return lines, buttons


def line(n: int, task: Task) -> str:
    """One task in a numbered list."""
    return say("ledger.task_line", n=n, title=task.title, about=_about(task, today()))


def done(task: Task, place: int | None) -> Button:
    """The button that closes a task, with its place in a list of several."""
    title = say("ledger.button_done_nth", n=place) if place else say("ledger.button_done")
    return button(title, "task_done", task_id=task.id)


def postpone(task: Task, place: int | None) -> Button:
    """The button that asks for another day."""
    title = say("ledger.button_postpone_nth", n=place) if place else say("ledger.button_postpone")
    return button(title, "postpone_task", task_id=task.id)


def _about(task: Task, day: date) -> str:
    about = about_task(task.owner_name, task.due_on)
    if task.due_on is None or not tasks.is_late(task, day):
        return about
    return f"{about}，{say('ledger.task_late', days=(day - task.due_on).days)}"
