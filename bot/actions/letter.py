"""A message to a member who did not ask for it just now, written by an action."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from bot.actions.turn import Button, now
from office import members, outbox
from office.models import Member
from office.outbox import Draft

Way = tuple[str, str]
"""(channel, address)."""


def write(
    session: Session,
    to: Member,
    *,
    rule: str,
    cause: str,
    text: str,
    buttons: Sequence[Button] = (),
    way: Way | None = None,
) -> Way:
    """Queue the message and return its way, for the queue to be told after the commit.

    ``cause`` names what it is about: the same rule, cause and person makes one message. Without
    ``way`` it goes where the member gets what he did not ask for.
    """
    channel, address = way or members.reach(session, to)
    draft = Draft(
        dedupe_key=f"{rule}:{cause}:{to.id}",
        rule=rule,
        channel=channel,
        address=address,
        member_id=to.id,
        text=text,
        buttons=[outbox.Button(**one) for one in buttons],
        not_before=now(),
    )
    outbox.put(session, draft, now=now())
    return channel, address
