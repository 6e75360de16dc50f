"""Whether who is to get the digest of a branch is still its secretary."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from office.models import OutboxMessage, Role, RoleKind

DIGEST = "digest"


def is_secretary(session: Session, row: OutboxMessage) -> bool:
    """Whether the member still holds the role. The key is ``digest:<member>:<day>:<branch>``."""
    branch = int(row.dedupe_key.split(":")[3])
    role = session.scalar(
        select(Role.id).where(
            Role.member_id == row.member_id,
            Role.organisation_id == branch,
            Role.kind == RoleKind.SECRETARY,
        )
    )
    return role is not None
