"""Study content (学习内容): sent to chosen organisations and all below them at a chosen time."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from office import access, audit, outbox
from office.access import Action
from office.errors import InvalidStudyError, NotFoundError
from office.models import (
    Member,
    MemberState,
    StudyItem,
    StudyState,
    StudyTarget,
)
from office.organisations import ancestors, descendants
from office.study_files import StudyFile

STUDY = "study"
"""The rule of the messages; their keys are ``study:<member>:<item>:``."""
LONGEST_TITLE, LONGEST_TEXT, LONGEST_LINK = 120, 3000, 500
FARTHEST = timedelta(days=366)


@dataclass(frozen=True)
class Draft:
    """An item as it was written; at least one of text, link and file."""

    title: str
    text: str
    link: str
    send_at: datetime
    file: StudyFile | None = None


def create(
    session: Session,
    actor: Member,
    organisation_id: int,
    draft: Draft,
    targets: Collection[int],
    *,
    now: datetime,
) -> StudyItem:
    """Plan an item, sent by an organisation to some of its own or those below it.

    Raises NotFoundError for a sender that the actor does not speak for or a target that is not
    below it, and InvalidStudyError for what cannot be sent.
    """
    if not access.may(session, actor, Action.SEND_STUDY, organisation_id):
        raise NotFoundError("no_such_organisation")
    _check(draft, now)
    if not targets:
        raise InvalidStudyError("study_no_target")
    if not set(targets) <= set(descendants(session, organisation_id)):
        raise NotFoundError("no_such_organisation")
    item = StudyItem(
        organisation_id=organisation_id,
        title=draft.title,
        text=draft.text,
        link=draft.link,
        send_at=max(draft.send_at, now),
        created_by_id=actor.id,
        created_at=now,
        targets=[StudyTarget(organisation_id=one) for one in sorted(set(targets))],
    )
    if draft.file:
        item.file_name, item.file_type = draft.file.name, draft.file.media_type
        item.file = draft.file.content
    session.add(item)
    session.flush()
    _note(session, actor, item, "create_study", now)
    return item


def _check(draft: Draft, now: datetime) -> None:
    if not 0 < len(draft.title) <= LONGEST_TITLE:
        raise InvalidStudyError("study_title", most=LONGEST_TITLE)
    if len(draft.text) > LONGEST_TEXT:
        raise InvalidStudyError("study_text", most=LONGEST_TEXT)
    if not (draft.text or draft.link or draft.file):
        raise InvalidStudyError("study_empty")
    if draft.link and not sound_link(draft.link):
        raise InvalidStudyError("study_link")
    if draft.send_at > now + FARTHEST:
        raise InvalidStudyError("study_time")


def sound_link(link: str) -> bool:
    """Whether it is a plain http or https address: no spaces, no name before an @."""
    if len(link) > LONGEST_LINK or any(one.isspace() or not one.isprintable() for one in link):
        return False
    try:
        parts = urlsplit(link)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(host) and "@" not in parts.netloc


def sender_of(session: Session, own: Collection[int], targets: Collection[int]) -> int:
    """The nearest of the actor's own organisations that all targets stand in or below.

    Raises NotFoundError where there is none: then some target is not the actor's.
    """
    lines = [[one.id for one in ancestors(session, target)] for target in targets]
    common = set(own).intersection(*lines)
    for place in lines[0] if lines else []:
        if place in common:
            return place
    raise NotFoundError("no_such_organisation")


def withdraw(session: Session, actor: Member, item_id: int, *, now: datetime) -> StudyItem:
    """Take an item back: what is not sent yet is dropped, what was sent cannot be opened."""
    item = managed(session, actor, item_id)
    if item.state != StudyState.WITHDRAWN:
        item.state = StudyState.WITHDRAWN
        outbox.cancel(session, STUDY, about=f"{item.id}:", now=now)
        _note(session, actor, item, "withdraw_study", now)
    return item


def managed(session: Session, actor: Member, item_id: int) -> StudyItem:
    """An item of an organisation that the actor speaks for; NotFoundError for any other."""
    item = session.get(StudyItem, item_id)
    if item is None or not access.may(session, actor, Action.SEND_STUDY, item.organisation_id):
        raise NotFoundError("no_such_study")
    return item


def sent_by(session: Session, organisations: Collection[int], limit: int = 50) -> list[StudyItem]:
    """The latest items of these organisations."""
    return list(
        session.scalars(
            select(StudyItem)
            .where(StudyItem.organisation_id.in_(organisations))
            .order_by(StudyItem.send_at.desc(), StudyItem.id.desc())
            .limit(limit)
        )
    )


def due(session: Session, *, now: datetime) -> list[int]:
    """The planned items whose time has come (``send_at <= now``), the earliest first."""
    return list(
        session.scalars(
            select(StudyItem.id)
            .where(StudyItem.state == StudyState.PLANNED, StudyItem.send_at <= now)
            .order_by(StudyItem.send_at, StudyItem.id)
        )
    )


def recipients(session: Session, item: StudyItem) -> list[int]:
    """The ids of the active members of its targets and all below them, each once."""
    return list(
        session.scalars(
            select(Member.id)
            .where(
                Member.organisation_id.in_(places_of(session, item)),
                Member.state == MemberState.ACTIVE,
            )
            .order_by(Member.id)
        )
    )


def all_queued(session: Session, item_id: int) -> None:
    """Everybody's message stands in the outbox; an item withdrawn meanwhile stays so."""
    session.execute(
        update(StudyItem)
        .where(StudyItem.id == item_id, StudyItem.state == StudyState.PLANNED)
        .values(state=StudyState.SENT)
    )


def for_member(
    session: Session, member: Member, *, now: datetime, limit: int = 5
) -> list[StudyItem]:
    """The latest items that were sent to the member's organisations, the newest first."""
    return list(
        session.scalars(
            select(StudyItem)
            .where(
                StudyItem.id.in_(
                    select(StudyTarget.item_id).where(
                        StudyTarget.organisation_id.in_(_above(session, member))
                    )
                ),
                StudyItem.state != StudyState.WITHDRAWN,
                StudyItem.send_at <= now,
            )
            .order_by(StudyItem.send_at.desc(), StudyItem.id.desc())
            .limit(limit)
        )
    )


def readable(session: Session, member: Member | None, item_id: int, *, now: datetime) -> StudyItem:
    """An item that was sent to the member's organisations; NotFoundError for any other."""
    item = session.get(StudyItem, item_id)
    if item is None or member is None or member.state != MemberState.ACTIVE:
        raise NotFoundError("no_such_study")
    if not {one.organisation_id for one in item.targets} & set(_above(session, member)):
        raise NotFoundError("no_such_study")
    if item.state == StudyState.WITHDRAWN or item.send_at > now:
        raise NotFoundError("study_withdrawn")
    return item


def places_of(session: Session, item: StudyItem) -> set[int]:
    """The organisations whose members get an item."""
    return {place for one in item.targets for place in descendants(session, one.organisation_id)}


def _above(session: Session, member: Member) -> list[int]:
    return [one.id for one in ancestors(session, member.organisation_id)]


def _note(session: Session, actor: Member, item: StudyItem, action: str, now: datetime) -> None:
    audit.record(session, at=now, member_id=actor.id, action=action, subject=f"study:{item.id}")
