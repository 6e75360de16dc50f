"""How a work meeting (工作例会) is written for people."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy.orm import Session

from delivery.organisation_life_words import kind_text, period_text
from delivery.times import clock_text, day_text, moment_text
from office import agendas, work_meetings
from office.agendas import Agenda
from office.bases import SHANGHAI
from office.models import Meeting, Organisation, OrganisationKind, Task
from office.organisation_life import Due
from office.organisations import invited
from office.work_meetings import Before
from texts import say

ROOM = "work_meetings"
SHOWN = 4
"""So many things of a kind are named; of the rest, how many."""
LONGEST = 120
"""Characters of what is quoted from a ledger."""


def word(key: str, **values: object) -> str:
    """A sentence of ``texts/work_meetings.yaml``."""
    return say(f"{ROOM}.{key}", **values)


def day_of(meeting: Meeting) -> str:
    """12月3日（周四）."""
    return day_text(meeting.starts_at.astimezone(SHANGHAI).date())


def about(session: Session, meeting: Meeting, today: date) -> str:
    """Time, place, theme and agenda, as they stand on a day."""
    lines = [basics(meeting.starts_at, meeting.place, meeting.theme, today)]
    lines += agenda_lines(session, meeting, today)
    return "\n".join(lines)


def basics(starts_at: datetime, place: str, theme: str, today: date | None = None) -> str:
    """Time, place and theme; what is not known is said so."""
    when = moment_text(starts_at, today)
    place = place or word("place_open")
    theme = word("theme", theme=theme or word("theme_open"))
    return "\n".join([word("when_and_place", when=when, place=place), theme])


def month_line(planned: Meeting | None) -> str:
    """Whether and when the month's meeting is planned, as the monthly notice says it."""
    if planned is None:
        return say("scheduler.work_meeting_unplanned")
    start = planned.starts_at.astimezone(SHANGHAI)
    return say("scheduler.work_meeting_planned", day=day_text(start.date()), time=clock_text(start))


def before_text(before: Before) -> str:
    """How a meeting stood before a change, in a line."""
    parts = [moment_text(before.starts_at), before.place, before.theme]
    return "，".join(part for part in parts if part)


def agenda_lines(session: Session, meeting: Meeting, today: date) -> list[str]:
    """The agenda under its heading, numbered; nothing where there is none."""
    items = agenda_items(agendas.of(session, meeting, today), meeting.organisation, today)
    lines = [word("agenda_line", n=n, text=text) for n, text in enumerate(items, 1)]
    return [word("agenda"), *lines] if lines else []


def agenda_items(agenda: Agenda, organisation: Organisation, today: date) -> list[str]:
    """What is to be spoken of, an item each; a committee names branches, not persons."""
    items = []
    if agenda.problems:
        text = " ".join(agenda.problems.split())
        short = f"{text[:LONGEST]}…" if len(text) > LONGEST else text
        items.append(word("agenda_problems", text=short))
    names_branches = organisation.kind == OrganisationKind.COMMITTEE
    for key, tasks in (("late", agenda.late), ("open", agenda.open)):
        if tasks:
            said = tasks_text(tasks, names_branches=names_branches)
            items.append(word(f"agenda_{key}", tasks=said))
    if agenda.life:
        items.append(word("agenda_life", meetings=life_text(agenda.life, today)))
    return [*items, *agenda.added]


def tasks_text(tasks: Sequence[Task], *, names_branches: bool) -> str:
    """A few tasks by name, with who does them and until when, and how many more there are."""
    return _few([_task(task, names_branches=names_branches) for task in tasks])


def life_text(dues: Sequence[Due], today: date) -> str:
    """Meetings that were left out, each kind and period once."""
    named = [word("life", kind=kind_text(due.kind), period=period_text(due, today)) for due in dues]
    return _few(list(dict.fromkeys(named)))


def _few(said: list[str]) -> str:
    more = len(said) - SHOWN
    text = "；".join(said[:SHOWN])
    return word("agenda_more", text=text, n=more) if more > 0 else text


def _task(task: Task, *, names_branches: bool) -> str:
    owner = task.owner.name if task.owner else task.owner_name
    who = task.organisation.name if names_branches else owner or word("task_nobody")
    if task.due_on is None:
        return word("task", title=task.title, who=who)
    return word("task_due", title=task.title, who=who, day=day_text(task.due_on))


def readers_line(session: Session, meeting: Meeting) -> str:
    """How many of the invited have acknowledged the meeting as it stands, and who has not."""
    silent = work_meetings.unread(session, meeting)
    seen = len(invited(session, meeting.organisation)) - len(silent)
    if not silent:
        return word("readers_all", n=seen)
    names = "、".join(member.name for member in silent)
    return word("readers_some" if seen else "readers_none", n=seen, names=names)
