"""Documents that were imported, in versions, and the articles in them."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from office.database import Record


class PassageUnit(StrEnum):
    """What a passage is in its document."""

    ARTICLE = "article"  # 第三条
    SECTION = "section"  # 三、
    PREAMBLE = "preamble"  # before the first of them, such as the 总纲 of the 党章
    ANNEX = "annex"  # 附件


class Document(Record):
    """One version of a document, in force from ``effective`` up to, not including, ``valid_until``.

    Versions of the same document share their ``key``.
    """

    __tablename__ = "documents"
    __table_args__ = (UniqueConstraint("key", "effective"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(300))
    """The title without what changes from version to version, such as 试行."""
    title: Mapped[str] = mapped_column(String(300))
    issuer: Mapped[str] = mapped_column(String(200))
    effective: Mapped[date]
    valid_until: Mapped[date | None]
    file_name: Mapped[str] = mapped_column(String(255))
    sha256: Mapped[str] = mapped_column(String(64))
    """Of the file, to know it again."""
    imported_at: Mapped[datetime]
    passages: Mapped[list[Passage]] = relationship(
        back_populates="document", order_by="Passage.position", cascade="all, delete-orphan"
    )


class Passage(Record):
    """An article of a document; its paragraphs (款) are parted by empty lines."""

    __tablename__ = "passages"
    __table_args__ = (UniqueConstraint("document_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[int] = mapped_column(ForeignKey("documents.id"), index=True)
    position: Mapped[int]
    unit: Mapped[PassageUnit] = mapped_column(String(20))
    number: Mapped[int]
    """Of the article or section; annexes are counted, and the preamble has 0."""
    inserted: Mapped[int]
    """1 for 第十条之一, else 0."""
    chapter: Mapped[str] = mapped_column(String(500))
    """The headings above it: 第一编 通用规则 / 第二章 会议."""
    text: Mapped[str] = mapped_column(Text)
    document: Mapped[Document] = relationship(back_populates="passages")
