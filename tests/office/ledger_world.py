"""A ledger of the branch D1B1, whose secretary is M0001."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from office import members
from office.ledgers import Entry
from office.models import Member, Organisation
from office.tasks import TaskWish

SECRETARY, MEMBER, ADMINISTRATOR, STRANGER = "M0001", "M0003", "M0005", "M0025"
"""The first three belong to D1B1 or to the committee above it; the last leads D1B2."""
ENTRY = Entry(
    held_on=date(2026, 11, 20),
    place="党员活动室",
    present=8,
    theme="冬季走访",
    progress="走访了 32 户",
    problems="还有 6 户没走到",
    causes="白天家里没人",
    tasks=(
        TaskWish("走完剩下 6 户", "M0003 的名字", date(2026, 11, 30)),
        TaskWish("更新台账"),
    ),
)


def who(session: Session, number: str) -> Member:
    member = members.by_number(session, number)
    assert member is not None
    return member


def branch(session: Session, code: str = "D1B1") -> Organisation:
    return session.scalars(select(Organisation).where(Organisation.code == code)).one()


def entry(session: Session, **other: Any) -> Entry:
    """The entry, its first task for M0003 by name."""
    first, second = ENTRY.tasks
    named = (replace(first, owner=who(session, MEMBER).name), second)
    return replace(ENTRY, **{"tasks": named, **other})
