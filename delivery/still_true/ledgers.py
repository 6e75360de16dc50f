"""Whether a ledger is still missing, and whether a task still stands as it was reminded of."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from office import ledgers
from office.bases import SHANGHAI
from office.models import (
    Meeting,
    MeetingState,
    Member,
    MemberState,
    Organisation,
    OutboxMessage,
    Role,
    RoleKind,
    Task,
    TaskState,
)

LEDGER_MISSING = "ledger_missing"
LEDGER_MISSING_ABOVE = "ledger_missing_above"
TASK_DUE = "task_due"
SUPERIORS = (RoleKind.SECRETARY, RoleKind.ADMINISTRATOR)


def still_missing(session: Session, row: OutboxMessage) -> bool:
    """Key: ``ledger_missing:<member>:<meeting>:<day>``; the meeting was not moved or recorded."""
    _, member_id, meeting_id, day, *_ = row.dedupe_key.split(":")
    meeting = session.get(Meeting, int(meeting_id))
    if meeting is None or meeting.state == MeetingState.CANCELLED:
        return False
    if str(meeting.starts_at.astimezone(SHANGHAI).date()) != day:
        return False
    if ledgers.of_meeting(session, meeting.id) is not None:
        return False
    place = meeting.organisation_id
    if row.rule == LEDGER_MISSING_ABOVE:
        return _holds(session, member_id, session.get_one(Organisation, place).parent_id, SUPERIORS)
    return _holds(session, member_id, place, (RoleKind.SECRETARY,))


def task_stands(session: Session, row: OutboxMessage) -> bool:
    """Key: ``task_due:<member>:<task>:<day>:<which>``; still open, due that day, his business."""
    _, member_id, task_id, day, *_ = row.dedupe_key.split(":")
    task = session.get(Task, int(task_id))
    if task is None or task.state != TaskState.OPEN or task.due_on != date.fromisoformat(day):
        return False
    if task.owner_id == int(member_id):
        return session.get_one(Member, task.owner_id).state == MemberState.ACTIVE
    return _holds(session, member_id, task.organisation_id, (RoleKind.SECRETARY,))


def _holds(
    session: Session, member_id: str, organisation_id: int | None, kinds: tuple[RoleKind, ...]
) -> bool:
    """Whether an active member still holds one of the roles there."""
    held = (
        select(Role.id)
        .join(Member, Member.id == Role.member_id)
        .where(
            Role.member_id == int(member_id),
            Role.organisation_id == organisation_id,
            Role.kind.in_(kinds),
            Member.state == MemberState.ACTIVE,
        )
    )
    return session.scalar(held) is not None
