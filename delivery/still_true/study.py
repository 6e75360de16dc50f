"""Whether a message about study content may still go out."""

from __future__ import annotations

from sqlalchemy.orm import Session

from office.models import Member, MemberState, OutboxMessage, StudyItem, StudyState
from office.study import STUDY

__all__ = ["STUDY", "stands"]


def stands(session: Session, row: OutboxMessage) -> bool:
    """Whether the item was not withdrawn and the person is still one of us.

    The row's key is ``study:<member>:<item>:``.
    """
    member = session.get(Member, row.member_id) if row.member_id else None
    item = session.get(StudyItem, int(row.dedupe_key.split(":")[2]))
    return (
        member is not None
        and member.state == MemberState.ACTIVE
        and item is not None
        and item.state != StudyState.WITHDRAWN
    )
