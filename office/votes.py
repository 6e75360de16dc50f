"""👍 and 👎, counted by card and day. Who pressed is not kept here."""

from __future__ import annotations

from datetime import date

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from office.insert import insert_once
from office.models import CardVotes


def count(session: Session, card: str, *, up: bool, day: date) -> None:
    """Count one press."""
    card = card[:80]
    insert_once(session, CardVotes, card=card, day=day, up=0, down=0)
    column = CardVotes.up if up else CardVotes.down
    session.execute(
        update(CardVotes)
        .where(CardVotes.card == card, CardVotes.day == day)
        .values({column: column + 1})
    )


def totals(session: Session) -> list[tuple[str, int, int]]:
    """(card, 👍, 👎) over all days, the cards that helped least first."""
    up, down = func.sum(CardVotes.up), func.sum(CardVotes.down)
    rows = session.execute(
        select(CardVotes.card, up, down)
        .group_by(CardVotes.card)
        .order_by(down.desc(), CardVotes.card)
    )
    return [(card, int(ups), int(downs)) for card, ups, downs in rows]
