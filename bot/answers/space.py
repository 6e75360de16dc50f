"""A space in which phrasings of one card lie close together: linear discriminant analysis.

Embeddings differ most in what does not matter here (register, length, small words). The directions
in which the phrasings of one card differ from each other are shrunk, so that what tells cards
apart counts more. Found from the cards themselves at start (a tenth of a second), never stored.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from bot.answers.embeddings import Vectors

SHRINKAGE = 3.0
"""Added to each variance, in means of all: the higher, the closer to the plain embedding."""


class Space:
    """Turns embeddings into coordinates of this space, rows of length 1."""

    def __init__(self, vectors: Vectors, owner: NDArray[np.int64]) -> None:
        """Fit to phrasings and the card that each belongs to."""
        self._mean = vectors.mean(axis=0)
        centred = self.centred(vectors)
        count = np.bincount(owner)[:, None]
        middle = np.zeros((len(count), centred.shape[1]), np.float32)
        np.add.at(middle, owner, centred)
        apart = centred - (middle / count)[owner]
        variances, directions = np.linalg.eigh(apart.T @ apart / len(apart))
        weights = (variances + SHRINKAGE * variances.mean()) ** -0.5
        self._turn = np.asarray(directions * weights, dtype=np.float32)

    def centred(self, vectors: Vectors) -> Vectors:
        """The plain embeddings less their common mean, in which all sentences are alike."""
        return _unit(vectors - self._mean)

    def of(self, vectors: Vectors) -> Vectors:
        """The coordinates of embeddings, row by row."""
        centred = self.centred(vectors)
        if len(centred) == 1:  # a question: without waking the threads, see embeddings.likeness
            return _unit(np.einsum("ij,jk->ik", centred, self._turn))
        return _unit(centred @ self._turn)


def _unit(rows: Vectors) -> Vectors:
    length = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.maximum(length, 1e-9), dtype=np.float32)
