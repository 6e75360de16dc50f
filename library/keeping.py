"""Documents in the database: a new date is a new version, the same date replaces."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from itertools import pairwise

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload

from library import splitting
from library.errors import DocumentRefusedError
from library.heading import key_of
from office import audit
from office.models import Document, Passage, PassageUnit


class Outcome(StrEnum):
    """What an import did."""

    ADDED = "added"  # there was no version of this document
    REPLACED = "replaced"  # this version was there
    NEW_VERSION = "new_version"  # and the version before it has an end now
    EARLIER_VERSION = "earlier_version"  # a later one is there


@dataclass(frozen=True)
class Source:
    """The file that a document comes from."""

    file_name: str
    sha256: str


@dataclass(frozen=True)
class Kept:
    """A version that is kept, and the version that it follows."""

    document: Document
    outcome: Outcome
    previous: Document | None


def named(document: splitting.Document) -> tuple[str, date, str]:
    """The title, the date and the issuer, under which a document can be kept.

    Raises DocumentRefusedError if one of them is not known, or if the document has no parts.
    """
    heading = document.heading
    if not document.parts:
        raise DocumentRefusedError("import_no_numbering")
    if not heading.title or not key_of(heading.title):
        raise DocumentRefusedError("import_no_title")
    if not heading.effective:
        raise DocumentRefusedError("import_no_date")
    if not heading.issuer:
        raise DocumentRefusedError("import_no_issuer")
    if len(heading.title) > 300 or len(heading.issuer) > 200:
        raise DocumentRefusedError("import_too_long")
    return heading.title, heading.effective, heading.issuer


def keep(
    session: Session,
    document: splitting.Document,
    source: Source,
    *,
    until: date | None,
    now: datetime,
) -> Kept:
    """Store a document under its title and date, and end the version before it.

    ``until`` is the first day on which it is known to hold no longer. Raises DocumentRefusedError
    if something in its heading is missing.
    """
    title, effective, issuer = named(document)
    key = key_of(title)
    versions = {one.effective: one for one in _versions(session, key)}
    others = [one for one in versions.values() if one.effective != effective]
    version = versions.get(effective)
    if version is not None:
        outcome = Outcome.REPLACED
        version.passages.clear()
        session.flush()
    else:
        outcome = _outcome(others, effective)
        version = Document(key=key, effective=effective, valid_until=None)
        session.add(version)
    version.title = title
    version.issuer = issuer
    version.valid_until = until or version.valid_until
    version.file_name = source.file_name
    version.sha256 = source.sha256
    version.imported_at = now
    version.passages.extend(
        Passage(
            position=position,
            unit=PassageUnit(part.unit),
            number=part.number,
            inserted=part.inserted,
            chapter=part.chapter,
            text=part.text,
        )
        for position, part in enumerate(document.parts)
    )
    in_order = sorted([*others, version], key=lambda one: one.effective)
    for older, newer in pairwise(in_order):
        older.valid_until = newer.effective
    session.flush()
    subject = f"document:{version.id}"
    audit.record(session, at=now, member_id=None, action="import", subject=subject, outcome=outcome)
    place = in_order.index(version)
    return Kept(version, outcome, in_order[place - 1] if place else None)


def passages(session: Session, as_of: date) -> list[Passage]:
    """The passages of every document in force on a day, in order, each with its document."""
    in_force = or_(Document.valid_until.is_(None), Document.valid_until > as_of)
    rows = (
        select(Passage)
        .join(Passage.document)
        .options(joinedload(Passage.document))
        .where(Document.effective <= as_of, in_force)
        .order_by(Document.key, Document.effective, Passage.position)
    )
    return list(session.scalars(rows))


def _versions(session: Session, key: str) -> list[Document]:
    return list(session.scalars(select(Document).where(Document.key == key)))


def _outcome(others: list[Document], effective: date) -> Outcome:
    if not others:
        return Outcome.ADDED
    later = any(one.effective > effective for one in others)
    return Outcome.EARLIER_VERSION if later else Outcome.NEW_VERSION
