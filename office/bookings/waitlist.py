"""The waiting list: when a place frees, it is kept for the first who waits, then for the next.

An offer is a booking in the state OFFERED, so it holds its room like any other. ``serve`` is called
by whatever frees a place, in the same transaction and with the base locked: nobody can come between
and nothing is offered twice.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from office import access
from office.access import Action
from office.bookings import steps
from office.bookings.asking import check, check_open
from office.bookings.rules import LONGEST_PURPOSE, Wish, check_time, decide_by
from office.bookings.writing import write
from office.errors import InvalidBookingError, NotFoundError, SlotTakenError
from office.models import (
    ActivityBase,
    Approval,
    Booking,
    BookingState,
    EventKind,
    Member,
    Organisation,
    Room,
    WaitlistEntry,
    WaitState,
)
from office.organisations import branch_of

MOST_WAITING = 10
"""So many times a member may wait for at once."""
HOPELESS = frozenset({"in_the_past", "too_late"})
"""What will not become possible again by waiting."""


def join(session: Session, member: Member, wish: Wish, *, now: datetime) -> WaitlistEntry:
    """Wait for a time that is taken; the entry is served at once should it be free by now.

    Joining again gives the entry there is. Raises InvalidBookingError for what the base does not
    allow anyhow, and NotAllowedError.
    """
    branch = branch_of(session, member.organisation_id)
    access.require(session, member, Action.BOOK, branch.id)
    steps.lock(session, wish.base)
    check_time(wish, now=now)
    check_open(session, wish)
    if wish.purpose is None:
        raise InvalidBookingError("no_purpose")
    mine = waiting(session, member, now=now)
    for entry in mine:
        if (entry.base_id, entry.starts_at, entry.ends_at) == (
            wish.base.id,
            wish.starts_at,
            wish.ends_at,
        ):
            return entry
    if len(mine) >= MOST_WAITING:
        raise InvalidBookingError("waits_for_too_much", most=MOST_WAITING)
    entry = WaitlistEntry(
        base_id=wish.base.id,
        room_id=wish.room.id if wish.room else None,
        organisation_id=branch.id,
        member_id=member.id,
        starts_at=wish.starts_at,
        ends_at=wish.ends_at,
        head_count=wish.head_count,
        purpose=wish.purpose.strip()[:LONGEST_PURPOSE],
        guide=wish.guide,
        state=WaitState.WAITING,
        created_at=now,
    )
    session.add(entry)
    session.flush()
    serve(session, wish.base, now=now, freed=(wish.starts_at, wish.ends_at))
    return entry


def waiting(session: Session, member: Member, *, now: datetime) -> list[WaitlistEntry]:
    """What the member waits for or is offered, the next one first."""
    return list(
        session.scalars(
            select(WaitlistEntry)
            .where(
                WaitlistEntry.member_id == member.id,
                WaitlistEntry.state.in_([WaitState.WAITING, WaitState.OFFERED]),
                WaitlistEntry.starts_at > now,
            )
            .order_by(WaitlistEntry.starts_at)
        )
    )


def serve(
    session: Session,
    base: ActivityBase,
    *,
    now: datetime,
    freed: tuple[datetime, datetime] | None = None,
) -> list[Booking]:
    """Offer what is free to those who wait for it, in their order; the offers that were made.

    The base is locked by the caller. ``freed`` narrows it to those whom that stretch may help.
    """
    query = (
        select(WaitlistEntry)
        .where(WaitlistEntry.base_id == base.id, WaitlistEntry.state == WaitState.WAITING)
        .order_by(WaitlistEntry.id)
        .execution_options(populate_existing=True)
    )
    if freed is not None:
        around = timedelta(minutes=base.buffer_before + base.buffer_after)
        query = query.where(
            WaitlistEntry.starts_at < freed[1] + around, WaitlistEntry.ends_at > freed[0] - around
        )
    offers = (_offer(session, entry, now=now) for entry in session.scalars(query).all())
    return [offer for offer in offers if offer is not None]


def _offer(session: Session, entry: WaitlistEntry, *, now: datetime) -> Booking | None:
    """Keep a place for the entry if there is one."""
    branch = session.get_one(Organisation, entry.organisation_id)
    if not access.may(session, entry.member, Action.BOOK, branch.id):
        _settle(session, entry, WaitState.WAITING, WaitState.LEFT)
        return None
    wish = wish_of(session, entry)
    try:
        room = check(session, wish, now=now, branch=branch)
    except SlotTakenError:
        return None
    except InvalidBookingError as error:
        if error.code in HOPELESS:
            _settle(session, entry, WaitState.WAITING, WaitState.LAPSED)
        return None
    limit = now + min(timedelta(minutes=entry.base.offer_minutes), (entry.starts_at - now) / 2)
    booking = write(
        session,
        entry.member,
        branch,
        wish,
        room,
        BookingState.OFFERED,
        EventKind.OFFERED,
        actor=None,
        now=now,
        request_key=f"waitlist:{entry.id}",
        decide_by=limit,
        detail={"waitlist": entry.id},
    )
    _settle(session, entry, WaitState.WAITING, WaitState.OFFERED, booking_id=booking.id)
    return booking


def take(session: Session, member: Member, entry_id: int, *, now: datetime) -> Booking:
    """Accept an offer: the booking stands, or is held where the keeper has to agree.

    Raises InvalidBookingError "offer_over" once its time has run out, "offer_taken" the second
    time; NotFoundError for anybody but the one who waits.
    """
    entry, booking = _mine(session, member, entry_id)
    if entry.state == WaitState.TAKEN:
        raise InvalidBookingError("offer_taken")
    if (
        entry.state != WaitState.OFFERED
        or booking is None
        or booking.decide_by is None
        or booking.decide_by <= now
    ):
        raise InvalidBookingError("offer_over")
    check_open(session, wish_of(session, entry, booking.room))
    base = booking.base
    held = base.approval == Approval.KEEPER
    steps.change(
        session,
        booking,
        BookingState.HELD if held else BookingState.CONFIRMED,
        EventKind.TAKEN,
        actor=member,
        now=now,
        decide_by=decide_by(base, booking.starts_at, now) if held else None,
        firm_since=None if held else now,
    )
    _settle(session, entry, WaitState.OFFERED, WaitState.TAKEN)
    return booking


def leave(session: Session, member: Member, entry_id: int, *, now: datetime) -> WaitlistEntry:
    """Wait no longer; what was offered goes to the next.

    Leaving twice changes nothing. Raises InvalidBookingError "offer_taken" once it was accepted.
    """
    entry, booking = _mine(session, member, entry_id)
    if entry.state == WaitState.TAKEN:
        raise InvalidBookingError("offer_taken")
    if entry.state == WaitState.OFFERED and booking is not None:
        _settle(session, entry, WaitState.OFFERED, WaitState.LEFT)
        give_up(session, booking, member, now=now)
    elif entry.state == WaitState.WAITING:
        _settle(session, entry, WaitState.WAITING, WaitState.LEFT)
    return entry


def lapse(session: Session, booking: Booking, *, now: datetime) -> None:
    """Take back an offer that ran out, and make it to the next; the base is locked."""
    entry = session.scalar(select(WaitlistEntry).where(WaitlistEntry.booking_id == booking.id))
    if entry is not None:
        _settle(session, entry, WaitState.OFFERED, WaitState.LAPSED)
    give_up(session, booking, None, now=now)


def give_up(session: Session, booking: Booking, actor: Member | None, *, now: datetime) -> None:
    """End an offer and serve those who still wait."""
    steps.change(
        session,
        booking,
        BookingState.LAPSED,
        EventKind.LAPSED,
        actor=actor,
        now=now,
        decide_by=None,
    )
    steps.release(session, [booking.id])
    serve(session, booking.base, now=now, freed=(booking.starts_at, booking.ends_at))


def wish_of(session: Session, entry: WaitlistEntry, room: Room | None = None) -> Wish:
    """What the entry waits for."""
    if room is None and entry.room_id is not None:
        room = session.get(Room, entry.room_id)
    return Wish(
        base=entry.base,
        starts_at=entry.starts_at,
        ends_at=entry.ends_at,
        head_count=entry.head_count,
        purpose=entry.purpose,
        guide=entry.guide,
        room=room,
    )


def _mine(session: Session, member: Member, entry_id: int) -> tuple[WaitlistEntry, Booking | None]:
    """The member's entry and its offer, the base locked."""
    entry = session.get(WaitlistEntry, entry_id) if 0 < entry_id <= steps.BIGGEST_ID else None
    if entry is None or entry.member_id != member.id:
        raise NotFoundError("waitlist_not_found")
    access.require(session, member, Action.BOOK, entry.organisation_id)
    steps.lock(session, entry.base)
    session.refresh(entry)
    if entry.booking is not None:
        session.refresh(entry.booking)
    return entry, entry.booking


def _settle(
    session: Session, entry: WaitlistEntry, seen: WaitState, to: WaitState, **values: object
) -> None:
    """Bring an entry on by compare-and-set."""
    changed = session.execute(
        update(WaitlistEntry)
        .where(WaitlistEntry.id == entry.id, WaitlistEntry.state == seen)
        .values(state=to, **values)
        .returning(WaitlistEntry.id)
        .execution_options(synchronize_session=False)
    ).scalar_one_or_none()
    if changed is None:
        raise InvalidBookingError("changed_meanwhile")
    session.refresh(entry)
