"""The last look at what was claimed, at the moment of sending: what was true may be so no more.

A reply goes out as it is, unless it is late. What nobody asked for goes only to who is still a
member, over an address that is still his, if it still says what is so, and not in quiet hours.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from delivery.another_way import another_way
from delivery.still_true import CHECKS, still_true
from office import claims
from office.claims import Claimed
from office.members import WEB
from office.models import Contact, Member, MemberState, OutboxMessage, OutboxState
from office.quiet import quiet_until
from office.rules import Rules, rules_of

LATE, LEFT, CONTACT_GONE, OVERTAKEN = "late", "left", "contact_gone", "overtaken"
ENDS = {
    LATE: OutboxState.EXPIRED,
    LEFT: OutboxState.EXPIRED,
    CONTACT_GONE: OutboxState.CANCELLED,
    OVERTAKEN: OutboxState.EXPIRED,
}
"""Why a message does not go out, and how it stands in the ledger then."""


def to_send(session: Session, batch: Sequence[Claimed], *, now: datetime) -> list[Claimed]:
    """Those of a claimed batch that may go out now; the others are settled here, or put off."""
    unasked = [row for row in batch if row.reply_to is None]
    places, gone = _organisations(session, unasked), _gone(session, unasked)
    ended: dict[str, list[int]] = defaultdict(list)
    put_off: dict[datetime, list[int]] = defaultdict(list)
    rules: dict[int | None, Rules] = {None: Rules()}
    going = []
    for row in batch:
        why, text = _why_not(session, row, places, gone, now)
        if why is not None:
            ended[why].append(row.id)
            if why == CONTACT_GONE:
                another_way(session, row, now)
        elif (until := _quiet(session, row, places, rules, now)) is not None:
            put_off[until].append(row.id)
        else:
            going.append(replace(row, text=text))
    for why, ids in ended.items():
        claims.settle(session, ids, ENDS[why], now=now, error=why)
    for until, ids in put_off.items():
        claims.give_back(session, ids, not_before=until)
    return going


def _why_not(
    session: Session, row: Claimed, places: dict[int, int], gone: set[str], now: datetime
) -> tuple[str | None, str]:
    """Why a message does not go out, if it does not; and its text, which may have changed."""
    if row.expires_at is not None and row.expires_at <= now:
        return LATE, row.text
    if row.reply_to is not None:
        return None, row.text
    if row.member_id is not None and row.member_id not in places:
        return LEFT, row.text
    if row.address in gone:
        return CONTACT_GONE, row.text
    if row.rule not in CHECKS:
        return None, row.text
    checked = session.get_one(OutboxMessage, row.id)
    return None if still_true(session, checked) else OVERTAKEN, checked.text


def _quiet(
    session: Session,
    row: Claimed,
    places: dict[int, int],
    rules: dict[int | None, Rules],
    now: datetime,
) -> datetime | None:
    """Until when a message has to wait; one that would be late by then goes out all the same.

    The web chat wakes nobody: what is said there waits for the next visit anyway.
    """
    if row.reply_to is not None or row.channel == WEB:
        return None
    place = places[row.member_id] if row.member_id is not None else None
    if place is not None and place not in rules:
        rules[place] = rules_of(session, place)
    until = quiet_until(rules[place], now)
    return None if row.expires_at is not None and until and row.expires_at <= until else until


def _organisations(session: Session, rows: Sequence[Claimed]) -> dict[int, int]:
    """The organisation of each member who is still one."""
    ids = {row.member_id for row in rows if row.member_id is not None}
    if not ids:
        return {}
    found = session.execute(
        select(Member.id, Member.organisation_id).where(
            Member.id.in_(ids), Member.state == MemberState.ACTIVE
        )
    )
    return {row.id: row.organisation_id for row in found}


def _gone(session: Session, rows: Sequence[Claimed]) -> set[str]:
    """Addresses that their members gave up, or that are somebody else's by now; of one channel."""
    owners = {row.address: row.member_id for row in rows if row.member_id and row.channel != WEB}
    if not owners:
        return set()
    channel = rows[0].channel
    found = session.execute(
        select(Contact.address, Contact.member_id, Contact.active).where(
            Contact.channel == channel, Contact.address.in_(owners)
        )
    )
    return {address for address, owner, active in found if not active or owner != owners[address]}
