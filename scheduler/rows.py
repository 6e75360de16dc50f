"""Reminders as rows of the outbox: new ones added, queued ones moved, sent ones put right once.

A reminder whose cause has moved (the holidays were announced, an organisation set a day) has the
same key as before. While its row waits, the row is changed in place. Once the row is sent, and the
days that it names are different now, one correction follows it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from office import members, outbox
from office.models import OutboxMessage, OutboxState
from office.outbox import Draft
from scheduler.reminder import Reminder
from texts import say

ARRIVED = {OutboxState.SENT, OutboxState.UNCERTAIN}


def write(
    session: Session, reminders: Sequence[Reminder], *, until: datetime, now: datetime
) -> int:
    """Write what is due before ``until`` and has no row yet; how many were added.

    Rows that wait already are changed where the reminder differs, those of later ones too.
    """
    live = [one for one in reminders if one.expires_at > now]
    rows = _rows(session, [one.key for one in live])
    new = [(one, one.key) for one in live if one.key not in rows and one.due_at < until]
    for one in live:
        if one.key in rows:
            _move(session, rows[one.key], one, now)
    new += _corrections(session, [one for one in live if one.key in rows and one.days], rows, now)
    ways = members.reach_many(session, {one.member for one, _ in new})
    drafts = [_draft(one, key, ways[one.member.id]) for one, key in new]
    return outbox.put_many(session, drafts, now=now)


def _rows(session: Session, keys: Sequence[str]) -> dict[str, OutboxMessage]:
    found = session.scalars(select(OutboxMessage).where(OutboxMessage.dedupe_key.in_(keys)))
    return {row.dedupe_key: row for row in found}


def _move(session: Session, row: OutboxMessage, to: Reminder, now: datetime) -> None:
    """Change a waiting row that differs; one that is due may wait on, as for quiet hours."""
    same = (row.text, row.expires_at) == (to.text, to.expires_at)
    if row.state != OutboxState.QUEUED or (
        same and (row.not_before == to.due_at or to.due_at <= now)
    ):
        return
    _change(
        session,
        row,
        text=to.text,
        reason=to.reason,
        buttons=[asdict(button) for button in to.buttons],
        not_before=to.due_at,
        expires_at=to.expires_at,
    )


def _change(session: Session, row: OutboxMessage, **values: object) -> None:
    """Change a row that nobody has tried to send."""
    session.execute(
        update(OutboxMessage)
        .where(
            OutboxMessage.id == row.id,
            OutboxMessage.state == OutboxState.QUEUED,
            OutboxMessage.attempts == 0,
        )
        .values(**values)
        .execution_options(synchronize_session=False)
    )


def _corrections(
    session: Session,
    reminders: Sequence[Reminder],
    rows: Mapping[str, OutboxMessage],
    now: datetime,
) -> list[tuple[Reminder, str]]:
    """What is to be said again, with the key of its row, where the last that arrived is wrong now.

    ``<key>:correction:1`` follows the row, ``…:2`` that one: each after the one before arrived.
    """
    wrong: list[tuple[Reminder, str]] = []
    said = [(one, rows[one.key]) for one in reminders if rows[one.key].state in ARRIVED]
    number = 0
    while said:
        number += 1
        keys = {one.key: f"{one.key}:correction:{number}" for one, _ in said}
        found = _rows(session, list(keys.values()))
        later = []
        for one, before in said:
            key = keys[one.key]
            again, right = correction(one, now), one.days in before.text
            if key not in found:
                wrong += [] if right else [(again, key)]
            elif found[key].state in ARRIVED:
                later.append((one, found[key]))
            elif found[key].state == OutboxState.CANCELLED:
                later.append((one, before))
            elif right:
                _change(session, found[key], state=OutboxState.CANCELLED, settled_at=now)
            else:
                _move(session, found[key], again, now)
        said = later
    return wrong


def correction(of: Reminder, now: datetime) -> Reminder:
    """The reminder once more, to be sent at once, with a word on why."""
    return replace(of, due_at=now, text=say("calendar.correction", text=of.text))


def _draft(reminder: Reminder, key: str, way: tuple[str, str]) -> Draft:
    channel, address = way
    return Draft(
        dedupe_key=key,
        rule=reminder.rule,
        reason=reminder.reason,
        channel=channel,
        address=address,
        member_id=reminder.member.id,
        text=reminder.text,
        buttons=reminder.buttons,
        picture=reminder.picture,
        not_before=reminder.due_at,
        expires_at=reminder.expires_at,
    )
