"""Ledgers (台账) of work meetings: recorded, corrected, found, and which are missing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from office import access, audit, tasks
from office.access import Action
from office.bases import SHANGHAI
from office.errors import InvalidLedgerError, NotFoundError
from office.models import Ledger, Meeting, MeetingKind, MeetingState, Member, Organisation
from office.tasks import TaskWish

MOST_PRESENT = 9999
OLDEST = timedelta(days=366)
"""How long after its meeting a ledger may still be recorded."""
LONGEST = {"place": 120, "theme": 200, "progress": 2000, "problems": 2000, "causes": 2000}
"""Characters that each part may have."""
USUAL_START = time(9)
"""Kept as the start of a meeting that nobody planned and whose hour nobody said."""


@dataclass(frozen=True)
class Entry:
    """What is written down of one work meeting. Days and hours are local (Asia/Shanghai)."""

    held_on: date
    place: str
    present: int
    theme: str
    progress: str = ""
    problems: str = ""
    causes: str = ""
    tasks: tuple[TaskWish, ...] = ()
    starts: time | None = None


def record(
    session: Session,
    by: Member | None,
    organisation_id: int,
    entry: Entry,
    *,
    now: datetime,
    meeting_id: int | None = None,
) -> Ledger:
    """Record the ledger of the meeting with this id, else of the one planned for that day.

    Where none was planned, the meeting is entered as held. The same once more gives what there is.
    Raises NotAllowedError, NotFoundError and InvalidLedgerError: what ``check`` raises, and
    ledger_exists.
    """
    access.require(session, by, Action.KEEP_LEDGER, organisation_id)
    assert by is not None
    entry = _tidy(entry)
    check(entry, now=now)
    # Two who record at once must not each enter a meeting of their own.
    session.execute(
        select(Organisation.id).where(Organisation.id == organisation_id).with_for_update()
    )
    there = of_day(session, organisation_id, entry.held_on)
    if there is not None:
        if entry_of(there, with_ids=False) == replace(entry, starts=None):
            return there
        raise InvalidLedgerError("ledger_exists", ledger_id=there.id)
    meeting = _meeting(session, by, organisation_id, entry, meeting_id, now)
    ledger = Ledger(
        meeting=meeting,
        organisation_id=organisation_id,
        recorded_by_id=by.id,
        recorded_at=now,
    )
    _write(ledger, entry)
    session.add(ledger)
    session.flush()
    tasks.settle(session, by, ledger, entry.tasks, now=now)
    _note(session, by, ledger, "ledger_recorded", now)
    return ledger


def correct(
    session: Session, by: Member | None, ledger_id: int, entry: Entry, *, now: datetime
) -> Ledger:
    """Put an entry in the place of what was recorded; open tasks that it leaves out are dropped.

    Raises NotFoundError, to whom it is no business of too, and InvalidLedgerError.
    """
    ledger = find(session, by, ledger_id)
    assert by is not None
    entry = _tidy(entry)
    check(entry, now=now)
    other = of_day(session, ledger.organisation_id, entry.held_on)
    if other is not None and other.id != ledger.id:
        raise InvalidLedgerError("ledger_exists", ledger_id=other.id)
    _write(ledger, entry)
    ledger.meeting.present = entry.present
    tasks.settle(session, by, ledger, entry.tasks, now=now)
    _note(session, by, ledger, "ledger_corrected", now)
    return ledger


def check(entry: Entry, *, now: datetime) -> None:
    """Raise InvalidLedgerError for what cannot be kept.

    Codes: ledger_future, ledger_too_old, ledger_nobody, ledger_too_many_people, ledger_no_place,
    ledger_no_theme, ledger_too_long, and those of ``tasks.check``.
    """
    today = now.astimezone(SHANGHAI).date()
    if entry.held_on > today:
        raise InvalidLedgerError("ledger_future")
    if entry.held_on < today - OLDEST:
        raise InvalidLedgerError("ledger_too_old")
    if entry.present < 1:
        raise InvalidLedgerError("ledger_nobody")
    if entry.present > MOST_PRESENT:
        raise InvalidLedgerError("ledger_too_many_people", most=MOST_PRESENT)
    for part, most in LONGEST.items():
        text = getattr(entry, part)
        if part in {"place", "theme"} and not text.strip():
            raise InvalidLedgerError(f"ledger_no_{part}")
        if len(text) > most:
            raise InvalidLedgerError("ledger_too_long", part=part, most=most, length=len(text))
    tasks.check(entry.tasks, held_on=entry.held_on)


def find(session: Session, by: Member | None, ledger_id: int) -> Ledger:
    """The ledger, if this person keeps it. Raises NotFoundError."""
    ledger = session.get(Ledger, ledger_id)
    if ledger is None or not access.may(session, by, Action.KEEP_LEDGER, ledger.organisation_id):
        raise NotFoundError("ledger_not_found")
    return ledger


def of_day(session: Session, organisation_id: int, day: date) -> Ledger | None:
    """The organisation's ledger of a day."""
    return session.scalar(
        select(Ledger).where(Ledger.organisation_id == organisation_id, Ledger.held_on == day)
    )


def of_meeting(session: Session, meeting_id: int) -> Ledger | None:
    """The ledger of a meeting."""
    return session.scalar(select(Ledger).where(Ledger.meeting_id == meeting_id))


def of_branch(session: Session, organisation_id: int, ledger_id: int) -> Ledger | None:
    """The ledger with this id, if it is of this organisation."""
    ledger = session.get(Ledger, ledger_id)
    return ledger if ledger and ledger.organisation_id == organisation_id else None


def latest(session: Session, organisation_id: int) -> Ledger | None:
    """The organisation's ledger of its last meeting that has one."""
    return session.scalar(
        select(Ledger)
        .where(Ledger.organisation_id == organisation_id)
        .order_by(Ledger.held_on.desc(), Ledger.id.desc())
        .limit(1)
    )


def between(
    session: Session, organisation_ids: Iterable[int], first: date, end: date
) -> list[Ledger]:
    """Ledgers of meetings held in [first, end), by day."""
    return list(
        session.scalars(
            select(Ledger)
            .where(
                Ledger.organisation_id.in_(list(organisation_ids)),
                Ledger.held_on >= first,
                Ledger.held_on < end,
            )
            .order_by(Ledger.held_on, Ledger.organisation_id)
        )
    )


def missing(
    session: Session, organisation_ids: Iterable[int], start: datetime, end: datetime
) -> list[Meeting]:
    """Work meetings that began in [start, end), were not called off and have no ledger."""
    return list(
        session.scalars(
            select(Meeting)
            .outerjoin(Ledger, Ledger.meeting_id == Meeting.id)
            .where(
                Meeting.organisation_id.in_(list(organisation_ids)),
                Meeting.kind == MeetingKind.WORK,
                Meeting.state != MeetingState.CANCELLED,
                Meeting.starts_at >= start,
                Meeting.starts_at < end,
                Ledger.id.is_(None),
            )
            .order_by(Meeting.starts_at, Meeting.id)
        )
    )


def entry_of(ledger: Ledger, *, with_ids: bool = True) -> Entry:
    """A recorded ledger as one that can be corrected; tasks that were dropped are left out."""
    return Entry(
        held_on=ledger.held_on,
        place=ledger.place,
        present=ledger.present,
        theme=ledger.theme,
        progress=ledger.progress,
        problems=ledger.problems,
        causes=ledger.causes,
        tasks=tasks.wishes(ledger, with_ids=with_ids),
    )


def _tidy(entry: Entry) -> Entry:
    """The entry without blanks around its texts."""
    return replace(
        entry,
        **{part: getattr(entry, part).strip() for part in LONGEST},
        tasks=tasks.tidy(entry.tasks),
    )


def _write(ledger: Ledger, entry: Entry) -> None:
    """Put what was entered, but for the tasks, into the record."""
    ledger.held_on, ledger.present = entry.held_on, entry.present
    for part in LONGEST:
        setattr(ledger, part, getattr(entry, part))


def _meeting(
    session: Session,
    by: Member,
    organisation_id: int,
    entry: Entry,
    meeting_id: int | None,
    now: datetime,
) -> Meeting:
    """The meeting that the ledger is of, marked as held."""
    meeting = session.get(Meeting, meeting_id) if meeting_id else None
    if meeting_id and (
        meeting is None
        or (meeting.organisation_id, meeting.kind) != (organisation_id, MeetingKind.WORK)
        or of_meeting(session, meeting.id) is not None
    ):
        raise NotFoundError("meeting_not_found")
    if meeting is None:
        midnight = datetime.combine(entry.held_on, time(), SHANGHAI)
        there = missing(session, [organisation_id], midnight, midnight + timedelta(days=1))
        meeting = there[0] if there else None
    if meeting is None:
        at = datetime.combine(entry.held_on, entry.starts or USUAL_START, SHANGHAI)
        meeting = Meeting(
            organisation_id=organisation_id,
            kind=MeetingKind.WORK,
            starts_at=at,
            place=entry.place,
            theme=entry.theme,
        )
        session.add(meeting)
    meeting.state, meeting.present = MeetingState.HELD, entry.present
    meeting.recorded_by_id, meeting.recorded_at = by.id, now
    session.flush()
    return meeting


def _note(session: Session, by: Member, ledger: Ledger, action: str, now: datetime) -> None:
    audit.record(session, at=now, member_id=by.id, action=action, subject=f"ledger:{ledger.id}")
