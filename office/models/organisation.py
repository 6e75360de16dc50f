"""Organisations: a tree of any depth (区域党委 -> 网格党支部 -> 楼院党小组)."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from office.database import Record


class OrganisationKind(StrEnum):
    """What an organisation is in the tree."""

    COMMITTEE = "committee"  # 党委
    BRANCH = "branch"  # 党支部
    GROUP = "group"  # 党小组


class Organisation(Record):
    """A Party organisation."""

    __tablename__ = "organisations"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(20), unique=True)
    name: Mapped[str] = mapped_column(String(80))
    kind: Mapped[OrganisationKind] = mapped_column(String(20))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"), index=True)
    term_years: Mapped[int] = mapped_column(default=3)
    """Term of the branch committee: 5 in villages and communities, else 3 (支部工作条例, 21)."""
    term_began_on: Mapped[date | None]
    rules: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """Local rules that override the defaults of ``office.rules``."""
