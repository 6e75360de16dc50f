"""BM25 over a sparse matrix, for short texts, as a share of what a perfect match would score."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_matrix

Cut = Callable[[str], list[str]]

K1 = 1.2
B = 0.5


class Bm25:
    """Scores texts against a query between 0 and about 1."""

    def __init__(self, texts: Sequence[str], cut: Cut) -> None:
        self._cut = cut
        counts = [Counter(cut(text)) for text in texts]
        # Of each term its mark is kept alone: 300,000 character grams as strings are 50 MB.
        marks = {mark_of(term): term for term in set().union(*counts)}
        self._marks = np.array(sorted(marks), dtype=np.uint64)
        column_of = {marks[mark]: n for n, mark in enumerate(sorted(marks))}
        lengths = np.array([sum(count.values()) for count in counts], dtype=np.float32)
        mean = float(lengths.mean()) if len(lengths) else 1.0
        total = len(texts)
        frequency = np.zeros(len(column_of), dtype=np.int64)
        for count in counts:
            for term in count:
                frequency[column_of[term]] += 1
        self._idf = np.log(1 + (total - frequency + 0.5) / (frequency + 0.5))
        self._unknown = float(np.log(1 + (total + 0.5) / 0.5))
        rows, columns, weights = [], [], []
        for row, count in enumerate(counts):
            damp = K1 * (1 - B + B * lengths[row] / mean)
            for term, times in count.items():
                column = column_of[term]
                rows.append(row)
                columns.append(column)
                weights.append(self._idf[column] * times * (K1 + 1) / (times + damp))
        shape = (total, max(len(column_of), 1))
        self._matrix = csc_matrix((weights, (rows, columns)), shape=shape, dtype=np.float32)

    def scores(self, query: str) -> NDArray[np.float32]:
        """A score for every text; a query of unknown words scores 0 everywhere."""
        asked = set(self._cut(query))
        columns = self._columns(asked)
        if not len(columns):
            return np.zeros(self._matrix.shape[0], dtype=np.float32)
        unknown = (len(asked) - len(columns)) * self._unknown
        ideal = float(self._idf[columns].sum()) + unknown
        found = np.asarray(self._matrix[:, columns].sum(axis=1), dtype=np.float32).ravel()
        return found / np.float32(ideal)

    def _columns(self, terms: Iterable[str]) -> NDArray[np.int64]:
        """The columns of those terms that any text has."""
        wanted = np.array([mark_of(term) for term in terms], dtype=np.uint64)
        if not len(self._marks):
            return np.zeros(0, dtype=np.int64)
        places = np.searchsorted(self._marks, wanted).clip(max=len(self._marks) - 1)
        return np.asarray(places[self._marks[places] == wanted], dtype=np.int64)


def mark_of(term: str) -> int:
    """A number that stands for a term, the same in every process; 64 bits, so no two share one."""
    return int.from_bytes(blake2b(term.encode(), digest_size=8).digest(), "little")
