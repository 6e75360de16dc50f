"""BM25 over a sparse matrix, for short texts, as a share of what a perfect match would score."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

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
        self._column = {term: n for n, term in enumerate(sorted(set().union(*counts)))}
        lengths = np.array([sum(count.values()) for count in counts], dtype=np.float32)
        mean = float(lengths.mean()) if len(lengths) else 1.0
        frequency = Counter(term for count in counts for term in count)
        total = len(texts)
        self._idf = {term: _idf(total, n) for term, n in frequency.items()}
        self._unknown = _idf(total, 0)
        rows, columns, weights = [], [], []
        for row, count in enumerate(counts):
            damp = K1 * (1 - B + B * lengths[row] / mean)
            for term, times in count.items():
                rows.append(row)
                columns.append(self._column[term])
                weights.append(self._idf[term] * times * (K1 + 1) / (times + damp))
        shape = (total, max(len(self._column), 1))
        self._matrix = csc_matrix((weights, (rows, columns)), shape=shape, dtype=np.float32)

    def scores(self, query: str) -> NDArray[np.float32]:
        """A score for every text; a query of unknown words scores 0 everywhere."""
        asked = set(self._cut(query))
        ideal = sum(self._idf.get(term, self._unknown) for term in asked)
        columns = [self._column[term] for term in asked if term in self._column]
        if not columns:
            return np.zeros(self._matrix.shape[0], dtype=np.float32)
        found = np.asarray(self._matrix[:, columns].sum(axis=1), dtype=np.float32).ravel()
        return found / np.float32(ideal)


def _idf(total: int, containing: int) -> float:
    return float(np.log(1 + (total - containing + 0.5) / (containing + 0.5)))
