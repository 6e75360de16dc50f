"""How often an answer card helped: numbers by card and day, never by person."""

from __future__ import annotations

from datetime import date

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from office.database import Record


class CardVotes(Record):
    """The 👍 and 👎 of one card on one local day."""

    __tablename__ = "card_votes"
    __table_args__ = (UniqueConstraint("card", "day"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    card: Mapped[str] = mapped_column(String(80))
    day: Mapped[date]
    up: Mapped[int]
    down: Mapped[int]
