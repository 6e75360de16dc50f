"""The morning digest: only where questions wait, once a day, as many as wait at that moment."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from office import members, questions
from office.bases import SHANGHAI
from office.database import Database
from office.models import Cause, OutboxMessage
from office.questions import Asked
from scheduler.digest import DIGEST, digests
from scheduler.process import plan_job
from tests.conftest import NOW, FrozenClock


def shanghai(*when: int) -> datetime:
    return datetime(*when, tzinfo=SHANGHAI).astimezone(UTC)  # type: ignore[arg-type,misc]


TUESDAY = shanghai(2026, 11, 24, 8, 30)


def ask(database: Database, *texts: str) -> list[int]:
    with database.writing() as session:
        asker = members.by_number(session, "M0005")
        assert asker is not None
        return [
            questions.ask(
                session, asker, Asked(text, Cause.DECLINED, "web", "m5", text), now=NOW
            ).id
            for text in texts
        ]


def sent(database: Database) -> list[OutboxMessage]:
    with database.reading() as session:
        return session.query(OutboxMessage).filter_by(rule=DIGEST).all()


def write(database: Database, now: datetime) -> int:
    with database.writing() as session:
        return digests(session, now=now)


def test_the_secretary_learns_how_many_wait_and_since_when(district: Database) -> None:
    ask(district, "甲", "乙")
    assert write(district, TUESDAY) == 1
    (row,) = sent(district)
    assert "2 个问题" in row.text
    assert "11月23日" in row.text
    assert row.buttons == [{"title": "待回复的问题", "payload": "/open_questions"}]
    with district.reading() as session:
        secretary = members.by_number(session, "M0001")
        assert secretary is not None
        assert row.member_id == secretary.id
        assert secretary.name not in row.reason


def test_nothing_is_sent_where_nothing_waits(district: Database) -> None:
    (first,) = ask(district, "甲")
    with district.writing() as session:
        secretary = members.by_number(session, "M0001")
        assert secretary is not None
        questions.answer(session, secretary, first, "好", now=NOW)
    assert write(district, TUESDAY) == 0


@pytest.mark.parametrize(
    ("when", "count"),
    [
        (shanghai(2026, 11, 24, 8, 29), 0),
        (shanghai(2026, 11, 24, 8, 30), 1),
        (shanghai(2026, 11, 24, 17, 59), 1),  # started late: better than not at all
        (shanghai(2026, 11, 24, 18, 0), 0),
        (shanghai(2026, 11, 28, 9, 0), 0),  # a Saturday
        (shanghai(2026, 10, 1, 9, 0), 0),  # National Day
        (shanghai(2026, 10, 10, 9, 0), 1),  # a Saturday that is worked on
    ],
)
def test_it_comes_on_working_days_from_half_past_eight(
    district: Database, when: datetime, count: int
) -> None:
    ask(district, "甲")
    assert write(district, when) == count


def test_it_is_planned_once_a_day_with_the_rest(district: Database) -> None:
    ask(district, "甲")
    clock = FrozenClock(shanghai(2026, 11, 24, 0, 5))
    plan_job(district, clock)
    assert sent(district) == []
    for hours in (9, 1, 24):
        clock.move(hours=hours)
        plan_job(district, clock)
    assert len(sent(district)) == 2
