"""Bookings in the demonstration district."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from office import bases, bookings, members
from office.bases import SHANGHAI
from office.bookings import Wish
from office.database import Database
from office.models import (
    Booking,
    Member,
)
from tests.conftest import NOW

WEDNESDAY = datetime(2026, 12, 2, tzinfo=SHANGHAI)


def wish(
    session: Session, start: float = 14, end: float = 16, people: int = 15, **more: str
) -> Wish:
    base = bases.by_code(session, more.get("base", "J1"))
    assert base is not None
    return Wish(
        base=base,
        starts_at=WEDNESDAY + timedelta(hours=start),
        ends_at=WEDNESDAY + timedelta(hours=end),
        head_count=people,
        purpose=more.get("purpose", "主题党日"),
    )


def member(session: Session, number: str = "M0001") -> Member:
    found = members.by_number(session, number)
    assert found is not None
    return found


def book(database: Database, key: str, number: str = "M0001", **what: float) -> Booking:
    with database.writing() as session:
        start, end = what.get("start", 14), what.get("end", 16)
        made = wish(session, start, end, int(what.get("people", 15)))
        return bookings.book(session, member(session, number), made, request_key=key, now=NOW)
