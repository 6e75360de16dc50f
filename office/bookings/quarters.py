"""Quarters of a year, and how every base was used in one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from office.bases import SHANGHAI
from office.bookings.feedback import Usage, usage
from office.models import ActivityBase


@dataclass(frozen=True)
class Quarter:
    """A quarter, 1 to 4, of a year."""

    year: int
    number: int

    def __str__(self) -> str:
        return f"{self.year}Q{self.number}"

    @property
    def start(self) -> datetime:
        """Its first moment, local."""
        return datetime(self.year, self.number * 3 - 2, 1, tzinfo=SHANGHAI)

    @property
    def next(self) -> Quarter:
        """The one after it."""
        return Quarter(self.year + self.number // 4, self.number % 4 + 1)

    @property
    def previous(self) -> Quarter:
        """The one before it."""
        return Quarter(self.year - (self.number == 1), (self.number - 2) % 4 + 1)


def parse(text: str) -> Quarter | None:
    """The quarter that is written 2026Q4; None for anything else."""
    found = re.fullmatch(r"(20\d\d)Q([1-4])", text.strip().upper(), re.ASCII)
    return Quarter(int(found[1]), int(found[2])) if found else None


def of(moment: datetime) -> Quarter:
    """The quarter of a moment, by local time."""
    local = moment.astimezone(SHANGHAI)
    return Quarter(local.year, (local.month + 2) // 3)


def usage_of(session: Session, some: Sequence[ActivityBase], quarter: Quarter) -> list[Usage]:
    """How each base was used, those that nobody asked for too, in the order given."""
    used = {one.base.id: one for one in usage(session, some, quarter.start, quarter.next.start)}
    empty = (Usage(base, quarter.year, quarter.number) for base in some)
    return [used.get(one.base.id, one) for one in empty]
