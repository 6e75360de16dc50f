"""The beginning of a ledger: of which branch, which meeting, and what is known of it already."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from sqlalchemy.orm import Session

from bot.actions.ledger_draft import LedgerDraft
from bot.actions.turn import Dispatcher, Tracker, entity, now, number, today
from delivery.times import day_text
from office import access, ledgers
from office.access import Action
from office.bases import SHANGHAI
from office.errors import NotFoundError
from office.models import Meeting, Member, Organisation
from office.organisations import descendants
from texts import say

RECENT = timedelta(days=45)
"""So long after a meeting a ledger without a day is taken to be of it."""


def branches_of(session: Session, member: Member) -> list[Organisation]:
    """The branches whose ledgers this person keeps, by code."""
    return access.branches_led(session, member, Action.KEEP_LEDGER)


def chosen(branches: list[Organisation], tracker: Tracker, text: str) -> Organisation | None:
    """The branch that a button names, that the words name, or the only one."""
    code = entity(tracker, "organisation")
    named = [one for one in branches if one.code == code or one.name in text]
    if len(named) == 1:
        return named[0]
    return branches[0] if len(branches) == 1 else None


def names_in(session: Session, organisation_id: int) -> frozenset[str]:
    """The names of the members of a branch and its groups."""
    ids = descendants(session, organisation_id)
    rows = session.query(Member.name).filter(Member.organisation_id.in_(ids))
    return frozenset(name for (name,) in rows)


def begin(
    session: Session,
    dispatcher: Dispatcher,
    tracker: Tracker,
    branch: Organisation,
    kind: str,
    day: date | None,
) -> LedgerDraft:
    """A draft with what the plan or the recorded ledger says already.

    Raises NotFoundError where there is nothing to correct, or no such meeting.
    """
    member_ledger = number(tracker, "ledger_id")
    if kind == "change":
        ledger = (
            ledgers.of_day(session, branch.id, day) if day else ledgers.latest(session, branch.id)
        )
        if member_ledger:
            found = ledgers.of_branch(session, branch.id, member_ledger)
            ledger = found or ledger
        if ledger is None:
            raise NotFoundError("nothing_to_change", branch=branch.name)
        return LedgerDraft.from_ledger(ledger)
    there = ledgers.of_day(session, branch.id, day) if day else None
    if there is not None:
        shown = day_text(there.held_on, today())
        dispatcher.utter_message(text=say("ledger.already_there", day=shown))
        return LedgerDraft.from_ledger(there)
    meeting = _meeting(session, branch, number(tracker, "meeting_id"), day)
    draft = LedgerDraft(organisation_id=branch.id)
    return draft if meeting is None else _planned(dispatcher, draft, meeting, day)


def _meeting(
    session: Session, branch: Organisation, meeting_id: int, day: date | None
) -> Meeting | None:
    """The meeting that the button names; else the one of that day, or that month; else the last."""
    end = now() + timedelta(seconds=1)
    if meeting_id or day is None:
        recent = ledgers.missing(session, [branch.id], now() - RECENT, end)
        named = [one for one in recent if one.id == meeting_id] if meeting_id else recent
        return named[-1] if named else None
    first = datetime.combine(day.replace(day=1), time(), SHANGHAI)
    month = ledgers.missing(session, [branch.id], first, first + timedelta(days=32))
    near = [
        one
        for one in month
        if abs((one.starts_at.astimezone(SHANGHAI).date() - day).days) <= 10
        and one.starts_at.astimezone(SHANGHAI).month == day.month
    ]
    return min(
        near,
        key=lambda one: abs((one.starts_at.astimezone(SHANGHAI).date() - day).days),
        default=None,
    )


def _planned(
    dispatcher: Dispatcher, draft: LedgerDraft, meeting: Meeting, day: date | None
) -> LedgerDraft:
    """What was planned: day, place and theme need not be typed again."""
    at = meeting.starts_at.astimezone(SHANGHAI)
    if day is None:
        key = "planned_is" if meeting.place and meeting.theme else "planned_day_is"
        shown = day_text(at.date(), today())
        dispatcher.utter_message(
            text=say(f"ledger.{key}", day=shown, place=meeting.place, theme=meeting.theme)
        )
    return draft.but(
        meeting_id=meeting.id,
        day=day or at.date(),
        place=meeting.place or None,
        theme=meeting.theme or None,
        present=meeting.present,
    )
