"""What speaks for an article, and for any article, as the answer to a question."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import log

import numpy as np

from bot.answers.asked_for import kinds
from bot.answers.passages.index import Candidate
from bot.answers.passages.lexicon import pairs
from bot.answers.retrieval import Matrix
from bot.answers.words import bare, key_terms, plain, words

OF_A_PASSAGE = (
    "likeness",  # cosine of the embeddings of question and chunk
    "words",  # share of the question's words in chunk, chapter and title; rare ones weigh more
    "pairs",  # the same of its pairs of characters
    "pairs_of_text",  # … in the chunk alone
    "terms_missing",  # share of its Party-affairs terms that are not there
    "number_missing",  # it asks how many, how much or how long, and the chunk has no number
)
OF_A_QUESTION = ("likeness", "off_topic", "words", "pairs", "terms", "length")
"""The best of each, the closest sentence off the topic, how much the question says."""
ASKS_A_NUMBER = frozenset(["count", "time", "frequency", "money"])
NUMBER = re.compile(r"\d|半[年数月]|每[年月季周]|年度|定期")


@dataclass(frozen=True)
class Evidence:
    """The best chunk of each article that stands out, a row for each; and OF_A_QUESTION."""

    candidates: list[Candidate]
    of_passages: Matrix
    of_question: Matrix


class Rarity:
    """How much a word or pair tells: by how many texts of Party affairs have it."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._total = len(texts)
        found: Counter[str] = Counter()
        for text in texts:
            found.update({*words(text), *pairs(text)})
        self._found = dict(found)

    def __call__(self, term: str) -> float:
        """Falls from about 7 for what no text has to 0 for what all have."""
        found = self._found.get(term, 0)
        return log(1 + (self._total - found + 0.5) / (found + 0.5))

    def share(self, terms: Iterable[str], text: str) -> float:
        """The share of the terms that a text has, weighted."""
        weights = {term: self(term) for term in terms}
        total = sum(weights.values())
        return sum(w for term, w in weights.items() if term in text) / total if total else 0.0


def weigh(
    question: str, candidates: Sequence[Candidate], off_topic: float, rarity: Rarity
) -> Evidence:
    """The evidence; ``off_topic`` is the likeness of the closest sentence that is not ours."""
    asked_words, asked_pairs = set(words(question)), set(pairs(question))
    terms = key_terms(question)
    wants_number = bool(kinds(question) & ASKS_A_NUMBER)
    best: dict[tuple[object, ...], tuple[float, Candidate, list[float]]] = {}
    for one in candidates:
        text = plain(one.chunk.text)
        whole = f"{plain(one.version.title)}\n{plain(one.chunk.chapter)}\n{text}"
        row = [
            one.likeness,
            rarity.share(asked_words, whole),
            rarity.share(asked_pairs, bare(whole)),
            rarity.share(asked_pairs, bare(text)),
            sum(term not in whole for term in terms) / max(len(terms), 1),
            float(wants_number and not NUMBER.search(text)),
        ]
        rank = 4 * row[0] + row[2] + 0.5 * row[3]
        article = (one.version.made_of, one.chunk.unit, one.chunk.number, one.chunk.inserted)
        if article not in best or rank > best[article][0]:
            best[article] = (rank, one, row)
    rows = np.array([row for _, _, row in best.values()]).reshape(-1, len(OF_A_PASSAGE))
    top = rows.max(axis=0, initial=0.0)
    length = min(len(asked_words), 6) / 6
    return Evidence(
        [one for _, one, _ in best.values()],
        rows,
        np.array([top[0], off_topic, top[1], top[2], min(len(terms), 3) / 3, length]),
    )
