"""Writing the audit log."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from office.models import AuditEntry


def record(
    session: Session,
    *,
    at: datetime,
    member_id: int | None,
    action: str,
    subject: str,
    **detail: object,
) -> None:
    """Note a change in the transaction that makes it. Give ids and states, never personal data."""
    session.add(
        AuditEntry(at=at, member_id=member_id, action=action, subject=subject, detail=detail)
    )
