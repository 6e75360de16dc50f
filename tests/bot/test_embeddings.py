"""Embeddings on disk: computed once and shipped; and the space that tells cards apart."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from bot.answers import cards
from bot.answers.embeddings import SHIPPED, Store, embed
from bot.answers.off_topic import off_topic
from bot.answers.space import Space
from bot.answers.words import plain


def test_what_the_project_ships_is_not_computed_again(tmp_path: Path) -> None:
    known = cards.load().cards.values()
    store = Store(SHIPPED, tmp_path / "made.npz")
    assert store.missing(plain(said) for card in known for said in card.asked) == []
    assert store.missing([card.body for card in known], passages=True) == []
    assert len(store.missing(map(plain, off_topic()))) < 100  # those of the language model's data


def test_what_is_missing_is_computed_once_and_kept(tmp_path: Path) -> None:
    first = Store(tmp_path / "made.npz")
    told: list[tuple[int, int]] = []
    rows = first.vectors(["党费怎么交", "明天下雨吗"], progress=lambda *done: told.append(done))
    assert told == [(2, 2)]
    again = Store(tmp_path / "made.npz")
    assert again.missing(["党费怎么交", "明天下雨吗"]) == []
    assert np.allclose(again.vectors(["明天下雨吗"])[0], rows[1])
    assert rows[0] @ embed("党费怎么交") > 0.999
    assert again.missing(["党费怎么交"], passages=True) == ["党费怎么交"]


def test_a_damaged_file_is_made_anew(tmp_path: Path) -> None:
    (tmp_path / "made.npz").write_bytes(b"PK\x03\x04 half a file")
    assert Store(tmp_path / "made.npz").vectors(["党费怎么交"]).shape == (1, 384)


def test_the_space_brings_phrasings_of_one_card_together() -> None:
    known = list(cards.load().cards.values())[:200]
    sizes = [len(card.asked) for card in known]
    owner = np.repeat(np.arange(len(known)), sizes)
    vectors = Store(SHIPPED).vectors([plain(said) for card in known for said in card.asked])
    space = Space(vectors, owner)

    def contrast(rows: np.ndarray) -> float:
        """How much likelier a phrasing is to its own card than to another, in deviations."""
        same = owner[:, None] == owner[None, :]
        likeness = rows @ rows.T
        own, other = likeness[same & ~np.eye(len(rows), dtype=bool)], likeness[~same]
        return float((own.mean() - other.mean()) / other.std())

    assert contrast(space.of(vectors)) > 1.2 * contrast(space.centred(vectors))
