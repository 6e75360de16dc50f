"""The answer cards: sound as they stand, and a linter that sends back what is not."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from bot.answers import cards
from bot.answers.cards import Card, Document, Knowledge, KnowledgeError

TODAY = date(2026, 11, 24)
IN_FORCE = Document(key="new", title="新规定", issuer="某", effective=date(2026, 1, 1), articles=9)
REPLACED = Document(
    key="old", title="旧规定", issuer="某", effective=date(2014, 1, 1), until=date(2026, 1, 1)
)


def card(**changes: Any) -> Card:
    """A card without fault, with changes."""
    sound: dict[str, Any] = {
        "id": "one",
        "question": "多久一次？",
        "phrasings": ["几回", "频率", "隔多久", "一年几次", "要不要月月有"],
        "answer": "每季度 1 次。",
        "citations": [{"document": "new", "article": 3}],
        "scope": "central",
        "valid_from": "2026-01-01",
        "checked": {"by": "某", "on": "2026-11-01"},
    }
    return Card.model_validate(sound | changes)


def problems(*some: Card) -> list[str]:
    knowledge = Knowledge({"new": IN_FORCE, "old": REPLACED}, {one.id: one for one in some})
    return list(cards.problems(knowledge, today=TODAY))


def test_every_card_is_sound() -> None:
    assert list(cards.problems(cards.load(), today=date.today())) == []  # noqa: DTZ011


def test_there_are_enough_cards_on_everything() -> None:
    known = cards.load().cards
    assert len(known) >= 350
    prefixes = {name.partition("-")[0] for name in known}
    assert {"ol", "br", "adm", "adm2014", "prob", "mem", "dues", "tr", "edu", "as"} <= prefixes


def test_a_sound_card_passes() -> None:
    assert problems(card()) == []


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"citations": []}, "cites nothing"),
        ({"citations": [{"document": "new", "article": 10}]}, "has no article 10"),
        ({"citations": [{"document": "new", "article": 0}]}, "has no article 0"),
        ({"citations": [{"document": "nowhere"}]}, "unknown document"),
        ({"citations": [{"document": "old"}]}, "gives the replaced old as in force"),
        ({"phrasings": ["一", "二", "三", "四"]}, "fewer than five"),
        ({"answer": "长" * 301}, "too many for a messenger"),
        ({"related": ["two"]}, "related card two does not exist"),
        ({"checked": {"by": "某", "on": "2027-01-01"}}, "checked in the future"),
        ({"scope": "local"}, "cites no local rule"),
    ],
)
def test_the_linter_sends_back(changes: dict[str, Any], complaint: str) -> None:
    assert any(complaint in found for found in problems(card(**changes)))


def test_the_linter_sends_back_a_double() -> None:
    twin = card(id="two", question="隔多久？")
    assert any("stands in one too" in found for found in problems(card(), twin))


def test_a_replaced_text_may_be_cited_by_a_card_that_has_ended() -> None:
    ended = card(citations=[{"document": "old"}], valid_from="2014-01-01", valid_until="2026-01-01")
    assert problems(ended) == []
    assert ended.holds_on(date(2025, 12, 31))
    assert not ended.holds_on(date(2026, 1, 1))


@pytest.mark.parametrize("content", ["- id: [", "- id: A b\n", "- {id: one, more: 1}\n"])
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, content: str) -> None:
    (tmp_path / "cards").mkdir()
    (tmp_path / "documents.yaml").write_text("[]")
    (tmp_path / "cards" / "broken.yaml").write_text(content)
    with pytest.raises(KnowledgeError) as raised:
        cards.load(tmp_path)
    assert raised.value.detail["file"] == "broken.yaml"
