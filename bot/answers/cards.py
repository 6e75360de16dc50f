"""The answer cards and the documents that they cite, read from ``knowledge/``."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from office.errors import ZhibuError

T = TypeVar("T", bound=BaseModel)

KNOWLEDGE = Path(__file__).resolve().parents[2] / "knowledge"


class _Loader(yaml.CSafeLoader):
    """YAML 1.2: only true and false are truth values, so that ``on`` is a key like any other."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, form) for tag, form in rules if tag != "tag:yaml.org,2002:bool"]
    for first, rules in yaml.CSafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("^(?:true|false)$"), list("tf"))


class KnowledgeError(ZhibuError):
    """A file of the knowledge folder cannot be used."""

    code = "knowledge_broken"


class Document(BaseModel):
    """A document that may be cited, in force from ``effective`` up to, not including, ``until``."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    key: str
    title: str
    issuer: str
    effective: date | None = None
    effective_precision: str = "day"
    until: date | None = None
    articles: int | None = None
    unit: str = "article"
    local: bool = False
    replaces: str | None = None

    @property
    def effective_text(self) -> str | None:
        """The effective date as far as it is known: a day, or a year."""
        if self.effective is None:
            return None
        if self.effective_precision == "year":
            return str(self.effective.year)
        return self.effective.isoformat()


class Citation(BaseModel):
    """A document and, where its text was checked, the article (or section) in it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    document: str
    article: int | None = None


class Checked(BaseModel):
    """Who last compared the card with its sources, and when."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    by: str
    on: date


class Card(BaseModel):
    """One question and its answer."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")
    question: str
    phrasings: tuple[str, ...]
    answer: str
    steps: tuple[str, ...] = ()
    citations: tuple[Citation, ...]
    scope: str = Field(pattern=r"^(central|local|mixed)$")
    valid_from: date
    valid_until: date | None = None
    related: tuple[str, ...] = ()
    checked: Checked

    @property
    def asked(self) -> tuple[str, ...]:
        """Every way in which the question is put."""
        return (self.question, *self.phrasings)

    def holds_on(self, day: date) -> bool:
        """Whether the answer holds on a day."""
        return self.valid_from <= day and (self.valid_until is None or day < self.valid_until)

    @property
    def short(self) -> str:
        """The answer in a sentence or two."""
        return self.answer.strip()

    @property
    def body(self) -> str:
        """The short answer, then the steps as a numbered or a plain list."""
        if not self.steps:
            return self.short
        marks = ["·"] * len(self.steps)
        if len(self.steps) > 1:
            marks = [f"{n}." for n in range(1, len(self.steps) + 1)]
        lines = [f"{mark} {step}" for mark, step in zip(marks, self.steps, strict=True)]
        return "\n".join([self.short, *lines])


@dataclass(frozen=True)
class Knowledge:
    """All cards and documents."""

    documents: dict[str, Document]
    cards: dict[str, Card]


def load(folder: Path = KNOWLEDGE) -> Knowledge:
    """Read every card; raise KnowledgeError naming the file that cannot be read."""
    documents = _read(folder / "documents.yaml", Document)
    cards: list[Card] = []
    for file in sorted((folder / "cards").glob("*.yaml")):
        cards += _read(file, Card)
    return Knowledge(
        documents={document.key: document for document in documents},
        cards={card.id: card for card in cards},
    )


def _read(file: Path, kind: type[T]) -> list[T]:
    try:
        rows: Any = yaml.load(file.read_text(encoding="utf-8"), _Loader) or []  # noqa: S506 - safe
        return [kind.model_validate(row) for row in rows]
    except (OSError, yaml.YAMLError, ValidationError) as error:
        raise KnowledgeError(file=file.name, reason=str(error)[:300]) from error


def problems(knowledge: Knowledge, *, today: date) -> Iterable[str]:
    """What a reviewer would send back: each line names the card and what is wrong with it."""
    seen: dict[str, str] = {}
    for card in knowledge.cards.values():
        yield from _problems_of(card, knowledge, today)
        for said in card.asked:
            key = "".join(char for char in said if char.isalnum())
            if key in seen:
                yield f"{card.id}: “{said}” stands in {seen[key]} too"
            seen[key] = card.id


def _problems_of(card: Card, knowledge: Knowledge, today: date) -> Iterable[str]:
    if len(card.phrasings) < 5:
        yield f"{card.id}: fewer than five phrasings"
    if not card.citations:
        yield f"{card.id}: cites nothing"
    if len(card.body) > 300:
        yield f"{card.id}: {len(card.body)} characters are too many for a messenger"
    if card.checked.on > today:
        yield f"{card.id}: checked in the future"
    for related in card.related:
        if related not in knowledge.cards:
            yield f"{card.id}: related card {related} does not exist"
    for cited in card.citations:
        document = knowledge.documents.get(cited.document)
        if document is None:
            yield f"{card.id}: cites unknown document {cited.document}"
            continue
        if cited.article is not None and not 1 <= cited.article <= (document.articles or 0):
            yield f"{card.id}: {document.title} has no article {cited.article}"
        replaced = document.until is not None and document.until <= today
        if replaced and (card.valid_until is None or card.valid_until > today):
            yield f"{card.id}: gives the replaced {cited.document} as in force"
    if card.scope == "local" and not any(
        knowledge.documents[cited.document].local
        for cited in card.citations
        if cited.document in knowledge.documents
    ):
        yield f"{card.id}: local, but cites no local rule"
