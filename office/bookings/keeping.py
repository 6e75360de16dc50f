"""A keeper changes the rules of his base; bookings that now clash are listed and told of.

Every function takes who does it (None is the operator, at the command line), locks the base, and
gives the clashes there are afterwards. Raises NotAllowedError for who does not keep the base, and
InvalidRuleError for what cannot be.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, time
from itertools import pairwise

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from office import access, audit
from office.access import Action
from office.bookings import steps, waitlist
from office.bookings.checkin import hash_of
from office.bookings.clashes import Clash, clashes, tell_new
from office.bookings.values import MOST_PEOPLE, sound
from office.errors import InvalidRuleError, NotAllowedError, NotFoundError
from office.models import (
    ActivityBase,
    BaseKeeper,
    Closure,
    Member,
    OpeningHours,
    Room,
    SpecialDay,
)


def set_rules(
    session: Session,
    keeper: Member | None,
    base: ActivityBase,
    *,
    now: datetime,
    **rules: object,
) -> list[Clash]:
    """Set any of ``values.RULES``."""
    checked = {name: sound(name, value) for name, value in rules.items()}
    with changing(session, keeper, base, now, "set_rules", *checked) as found:
        for name, value in checked.items():
            setattr(base, name, value)
    return found


def set_hours(
    session: Session,
    keeper: Member | None,
    base: ActivityBase,
    hours: Sequence[tuple[int, time, time]],
    *,
    now: datetime,
) -> list[Clash]:
    """Replace the opening hours by (weekday, opens, closes); see ``OpeningHours`` for midnight."""
    with changing(session, keeper, base, now, "set_hours") as found:
        replace_hours(session, base, hours)
    return found


def replace_hours(
    session: Session, base: ActivityBase, hours: Sequence[tuple[int, time, time]]
) -> None:
    """Set the opening hours if they differ; to be called within ``changing``."""
    wrong_day = any(not 0 <= weekday <= 6 for weekday, _, _ in hours)
    if wrong_day or any(
        _overlap([row[1:] for row in hours if row[0] == weekday]) for weekday in range(7)
    ):
        raise InvalidRuleError(rule="hours")
    if sorted(hours) == sorted((row.weekday, row.opens, row.closes) for row in base.hours):
        return
    base.hours.clear()
    session.flush()
    base.hours.extend(
        OpeningHours(weekday=weekday, opens=opens, closes=closes)
        for weekday, opens, closes in sorted(hours)
    )


def set_special_day(
    session: Session,
    keeper: Member | None,
    base: ActivityBase,
    day: date,
    hours: Sequence[tuple[time, time]] | None,
    *,
    note: str = "",
    now: datetime,
) -> list[Clash]:
    """Give a day hours of its own: no stretch is closed, None is as its weekday again."""
    with changing(session, keeper, base, now, "set_special_day", day.isoformat()) as found:
        replace_special_day(session, base, day, hours, note.strip())
    return found


def replace_special_day(
    session: Session,
    base: ActivityBase,
    day: date,
    hours: Sequence[tuple[time, time]] | None,
    note: str,
) -> None:
    """Set the hours of one day; to be called within ``changing``."""
    if hours and _overlap(list(hours)):
        raise InvalidRuleError(rule="special_day")
    base.special_days[:] = [row for row in base.special_days if row.day != day]
    session.flush()
    stretches: list[tuple[time | None, time | None]] = [*hours] if hours else [(None, None)]
    if hours is not None:
        base.special_days.extend(
            SpecialDay(base_id=base.id, day=day, opens=opens, closes=closes, note=note[:100])
            for opens, closes in stretches
        )


def close(
    session: Session,
    keeper: Member | None,
    base: ActivityBase,
    starts_at: datetime,
    ends_at: datetime,
    *,
    room: Room | None = None,
    reason: str = "",
    now: datetime,
) -> list[Clash]:
    """Close the base, or one room with its parts, for [starts_at, ends_at)."""
    if ends_at <= starts_at or (room is not None and room.base_id != base.id):
        raise InvalidRuleError(rule="closure")
    with changing(session, keeper, base, now, "close") as found:
        base.closures.append(
            Closure(
                base_id=base.id,
                room_id=room.id if room else None,
                starts_at=starts_at,
                ends_at=ends_at,
                reason=reason.strip()[:100],
            )
        )
    return found


def lift(session: Session, keeper: Member | None, closure_id: int, *, now: datetime) -> list[Clash]:
    """Take back a closure; who waited for the time is served. NotFoundError if there is none."""
    known = 0 < closure_id <= steps.BIGGEST_ID
    closure = session.get(Closure, closure_id) if known else None
    base = session.get_one(ActivityBase, closure.base_id) if closure else None
    if closure is None or base is None or not _may(session, keeper, base):
        raise NotFoundError("closure_not_found")
    with changing(session, keeper, base, now, "lift") as found:
        base.closures[:] = [row for row in base.closures if row.id != closure_id]
    return found


def set_capacity(
    session: Session,
    keeper: Member | None,
    room: Room,
    least: int,
    most: int,
    *,
    now: datetime,
) -> list[Clash]:
    """Set how few and how many people may have a room."""
    if not 1 <= least <= most <= MOST_PEOPLE:
        raise InvalidRuleError(rule="capacity")
    with changing(session, keeper, room.base, now, "set_capacity", str(room.id)) as found:
        room.capacity_min, room.capacity = least, most
    return found


def new_checkin_code(
    session: Session, keeper: Member | None, base: ActivityBase, *, now: datetime
) -> str:
    """A new code for the poster; the old one is void. Only its hash is kept, so print it now."""
    token = secrets.token_urlsafe(18)
    with changing(session, keeper, base, now, "new_checkin_code"):
        base.checkin_hash = hash_of(token)
    return token


def appoint(
    session: Session, by: Member, base: ActivityBase, member: Member, *, now: datetime
) -> None:
    """Make a member keeper of this base; an administrator of its organisation may."""
    access.require(session, by, Action.APPOINT_KEEPER, base.organisation_id)
    own = BaseKeeper.base_id == base.id, BaseKeeper.member_id == member.id
    if session.scalar(select(BaseKeeper).where(*own)) is None:
        session.add(BaseKeeper(base_id=base.id, member_id=member.id))
        _note(session, by, base, now, "appoint_keeper", str(member.id))


def dismiss(
    session: Session, by: Member, base: ActivityBase, member: Member, *, now: datetime
) -> None:
    """Undo ``appoint``."""
    access.require(session, by, Action.APPOINT_KEEPER, base.organisation_id)
    own = BaseKeeper.base_id == base.id, BaseKeeper.member_id == member.id
    session.execute(delete(BaseKeeper).where(*own))
    _note(session, by, base, now, "dismiss_keeper", str(member.id))


@contextmanager
def changing(
    session: Session,
    keeper: Member | None,
    base: ActivityBase,
    now: datetime,
    action: str,
    *what: str,
) -> Iterator[list[Clash]]:
    """Around a change of the rules: afterwards the list holds the clashes, and who waits is served.

    Those that are new are told to the owners of the bookings.
    """
    if not _may(session, keeper, base):
        raise NotAllowedError
    steps.lock(session, base)
    before = clashes(session, base, now=now)
    found: list[Clash] = []
    yield found
    base.rules_version += 1
    session.flush()
    found.extend(tell_new(session, base, before, actor=keeper, now=now))
    waitlist.serve(session, base, now=now)
    _note(session, keeper, base, now, action, *what)


def _note(
    session: Session,
    by: Member | None,
    base: ActivityBase,
    now: datetime,
    action: str,
    *what: str,
) -> None:
    audit.record(
        session,
        at=now,
        member_id=by.id if by else None,
        action=action,
        subject=f"base:{base.id}",
        what=list(what),
    )
    session.flush()


def _may(session: Session, keeper: Member | None, base: ActivityBase) -> bool:
    return keeper is None or access.keeps(session, keeper, base)


def _overlap(hours: Sequence[tuple[time, time]]) -> bool:
    """Whether two stretches of a day overlap; one past midnight ends with the day here."""
    ordered = sorted(hours)
    return any(first[1] <= first[0] or second[0] < first[1] for first, second in pairwise(ordered))
