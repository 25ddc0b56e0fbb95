"""The keyword index: BM25 over the same passages and sentences that the vectors cover."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import bm25s
import numpy as np
from numpy.typing import NDArray

from corpus.errors import BrokenIndexError
from retrieval.terms import terms

Scores = NDArray[np.float32]

# The library announces each step at debug level through its own handler.
logging.getLogger("bm25s").setLevel(logging.WARNING)

K1, B = 1.2, 0.75
"""Robertson and Zaragoza, The Probabilistic Relevance Framework (2009): the usual values."""


class KeywordIndex:
    """BM25 scores of weighted terms against every text, in the order they were given."""

    def __init__(self, bm25: bm25s.BM25, size: int) -> None:
        self._data: Scores = bm25.scores["data"]
        self._indices = bm25.scores["indices"]
        self._indptr = bm25.scores["indptr"]
        self._vocabulary: dict[str, int] = bm25.vocab_dict
        self._bm25 = bm25
        self.size = size

    @classmethod
    def build(cls, texts: Iterable[str]) -> KeywordIndex:
        """Index the texts."""
        tokens = [terms(text) or [""] for text in texts]
        bm25 = bm25s.BM25(k1=K1, b=B, auto_compile=False)
        bm25.index(tokens or [[""]], show_progress=False)
        return cls(bm25, len(tokens))

    def save(self, folder: Path) -> None:
        """Write the index below `folder`."""
        self._bm25.save(str(folder), show_progress=False)

    @classmethod
    def load(cls, folder: Path, size: int) -> KeywordIndex:
        """Read what `save` wrote.

        Args:
            folder: where it lies.
            size: how many texts it must hold.

        Raises:
            BrokenIndexError: it is missing, damaged, or holds another number of texts.
        """
        try:
            bm25 = bm25s.BM25.load(str(folder), show_progress=False, auto_compile=False)
            found = int(bm25.scores["num_docs"])
        except Exception as error:
            # numpy, json and the library each raise their own kind on a damaged file.
            raise BrokenIndexError(f"the keyword index at {folder} is damaged") from error
        if found != max(size, 1):
            raise BrokenIndexError(f"the keyword index at {folder} holds {found} texts, not {size}")
        return cls(bm25, size)

    def scores(self, weights: Mapping[str, float]) -> Scores:
        """BM25 of each text for the weighted terms, shape (size,). Unknown terms add nothing."""
        total = np.zeros(max(self.size, 1), dtype=np.float32)
        for term, weight in weights.items():
            column = self._vocabulary.get(term)
            if column is not None:
                start, stop = self._indptr[column], self._indptr[column + 1]
                # Within one term's column no text stands twice, so plain indexing adds up right.
                total[self._indices[start:stop]] += weight * self._data[start:stop]
        return total[: self.size]

    def presence(self, group: Sequence[str]) -> Scores:
        """How much of these terms stands in each text, weighed by rarity: 0..1, shape (size,)."""
        return weighed(self.term_matrix([(term, ()) for term in group]), self.rarity(group))

    def term_matrix(self, groups: Sequence[tuple[str, Sequence[str]]]) -> Scores:
        """Which terms stand in which texts, shape (terms, size): 1, or 0.5 by an alternative.

        Args:
            groups: a term and what else it may be said with.
        """
        matrix = np.zeros((len(groups), self.size), dtype=np.float32)
        for row, (term, alternatives) in zip(matrix, groups, strict=True):
            for other in alternatives:
                row[self._texts_with(other)] = 0.5
            row[self._texts_with(term)] = 1.0
        return matrix

    def rarity(self, group: Sequence[str]) -> Scores:
        """The weight of each term; one that stands nowhere counts as if it stood in one text."""
        unknown = self.idf_of_frequency(1)
        return np.array([self.idf(term) or unknown for term in group], dtype=np.float32)

    def _texts_with(self, term: str) -> NDArray[np.int32]:
        column = self._vocabulary.get(term)
        if column is None:
            return np.zeros(0, dtype=np.int32)
        found: NDArray[np.int32] = self._indices[self._indptr[column] : self._indptr[column + 1]]
        return found

    def idf_of_frequency(self, frequency: int) -> float:
        """The inverse document frequency of a term that stands in so many texts."""
        return float(np.log(1 + (self.size - frequency + 0.5) / (frequency + 0.5)))

    def idf(self, term: str) -> float:
        """How rare a term is: Lucene's inverse document frequency, 0 for an unknown one."""
        column = self._vocabulary.get(term)
        if column is None:
            return 0.0
        return self.idf_of_frequency(int(self._indptr[column + 1] - self._indptr[column]))

    def __contains__(self, term: object) -> bool:
        return term in self._vocabulary

    @property
    def vocabulary(self) -> Sequence[str]:
        """Every term that stands in some text."""
        return list(self._vocabulary)


def weighed(matrix: Scores, rarity: Scores) -> Scores:
    """The share of the terms' weight that each text holds, shape (size,)."""
    mass = float(rarity.sum())
    shares: Scores = rarity @ matrix / mass if mass else np.zeros(matrix.shape[1], np.float32)
    return shares
