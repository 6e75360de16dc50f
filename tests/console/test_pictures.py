"""The greeting's picture in the web chat: shown with words for it, to whom it was sent alone."""

from __future__ import annotations

from datetime import date

import pytest

from delivery.pictures import drawn, of_greeting
from office import members, outbox
from office.database import Database
from office.models import OutboxMessage, OutboxState
from office.outbox import Draft
from tests.conftest import NOW, FrozenClock
from tests.console.conftest import MEMBER, OTHER_SECRETARY, Enter, member

PICTURE = of_greeting("赵立春", date(1996, 11, 23), 30)


def sent(database: Database, state: OutboxState = OutboxState.SENT) -> int:
    someone = member(database, MEMBER)
    draft = Draft(
        dedupe_key="greeting",
        rule="political_birthday",
        channel="web",
        address=members.web_address(someone.id),
        member_id=someone.id,
        text="今天是您的政治生日。",
        picture=PICTURE,
        not_before=NOW,
    )
    with database.writing() as session:
        row = outbox.put(session, draft, now=NOW)
        assert row is not None
        session.get_one(OutboxMessage, row).state = state
        session.get_one(OutboxMessage, row).settled_at = NOW
    return row


def test_the_picture_is_shown_and_said(
    enter: Enter, small_district: Database, clock: FrozenClock
) -> None:
    row, page = sent(small_district), enter(MEMBER)
    (bubble,) = page.get("/api/history").json()
    assert bubble["picture"] == "政治生日贺卡：赵立春同志，入党 30 周年"
    answer = page.get(f"/api/pictures/{row}.png")
    assert answer.headers["content-type"] == "image/png"
    assert "private" in answer.headers["cache-control"]
    assert answer.content == drawn(PICTURE)


@pytest.mark.parametrize("who", [OTHER_SECRETARY, None])
def test_it_is_nobody_elses(enter: Enter, small_district: Database, who: str | None) -> None:
    row = sent(small_district)
    assert enter(who).get(f"/api/pictures/{row}.png").status_code == 404


@pytest.mark.parametrize("row", ["0", "-1", "999999", "99999999999999999999", "x"])
def test_there_is_no_other(enter: Enter, small_district: Database, row: str) -> None:
    assert enter(MEMBER).get(f"/api/pictures/{row}.png").status_code in {404, 422}


def test_what_was_not_sent_yet_is_not_shown(enter: Enter, small_district: Database) -> None:
    row = sent(small_district, OutboxState.QUEUED)
    assert enter(MEMBER).get(f"/api/pictures/{row}.png").status_code == 404
