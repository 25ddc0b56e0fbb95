"""The keyword index: BM25 over the same passages and sentences that the vectors cover.

The library scores every term in every text when the index is built; what it found is kept as plain
arrays, so that answering needs neither it nor the SciPy it brings, a tenth of a cold start.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from corpus.errors import BrokenIndexError
from retrieval.terms import terms

Scores = NDArray[np.float32]

K1, B = 1.2, 0.75
"""Robertson and Zaragoza, The Probabilistic Relevance Framework (2009): the usual values."""


@dataclass(frozen=True)
class KeywordIndex:
    """BM25 scores of weighted terms against every text, in the order they were given.

    Attributes:
        size: how many texts there are.
        _columns: each term's number.
        _starts: where each term's scores begin, shape (terms + 1,).
        _texts: the texts that hold each term, term by term.
        _data: its score in each.
    """

    size: int
    _columns: Mapping[str, int]
    _starts: NDArray[np.int64]
    _texts: NDArray[np.int32]
    _data: Scores

    @classmethod
    def build(cls, texts: Iterable[str]) -> KeywordIndex:
        """Index the texts."""
        import bm25s

        # The library announces each step at debug level through its own handler.
        logging.getLogger("bm25s").setLevel(logging.WARNING)
        tokens = [terms(text) or [""] for text in texts]
        bm25 = bm25s.BM25(k1=K1, b=B, auto_compile=False)
        bm25.index(tokens or [[""]], show_progress=False)
        scores = bm25.scores
        columns = len(scores["indptr"]) - 1
        return cls(
            len(tokens),
            # The library adds an empty term, which has no scores unless a text is empty.
            {str(term): int(n) for term, n in bm25.vocab_dict.items() if n < columns},
            np.asarray(scores["indptr"], dtype=np.int64),
            np.asarray(scores["indices"], dtype=np.int32),
            np.asarray(scores["data"], dtype=np.float32),
        )

    def save(self, folder: Path) -> None:
        """Write the index below `folder`."""
        folder.mkdir(parents=True, exist_ok=True)
        vocabulary = json.dumps({"size": self.size, "columns": self._columns}, ensure_ascii=False)
        (folder / "terms.json").write_text(vocabulary, encoding="utf-8")
        for name, values in (
            ("starts", self._starts),
            ("texts", self._texts),
            ("data", self._data),
        ):
            np.save(folder / f"{name}.npy", values)

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
            kept = json.loads((folder / "terms.json").read_text(encoding="utf-8"))
            found, columns = int(kept["size"]), dict(kept["columns"])
            starts, texts, data = (
                np.load(folder / f"{name}.npy", allow_pickle=False)
                for name in ("starts", "texts", "data")
            )
            if not len(starts) - 1 == len(columns) or not starts[-1] == len(texts) == len(data):
                raise ValueError("the arrays do not match")  # noqa: TRY301 - told below
        except (OSError, ValueError, KeyError, TypeError, EOFError, IndexError) as error:
            raise BrokenIndexError(f"the keyword index at {folder} is damaged") from error
        if found != size:
            raise BrokenIndexError(f"the keyword index at {folder} holds {found} texts, not {size}")
        return cls(size, columns, starts, texts, data)

    def scores(self, weights: Mapping[str, float]) -> Scores:
        """BM25 of each text for the weighted terms, shape (size,). Unknown terms add nothing."""
        total = np.zeros(max(self.size, 1), dtype=np.float32)
        for term, weight in weights.items():
            column = self._columns.get(term)
            if column is not None:
                start, stop = self._starts[column], self._starts[column + 1]
                # Within one term's column no text stands twice, so plain indexing adds up right.
                total[self._texts[start:stop]] += weight * self._data[start:stop]
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
        column = self._columns.get(term)
        if column is None:
            return np.zeros(0, dtype=np.int32)
        found: NDArray[np.int32] = self._texts[self._starts[column] : self._starts[column + 1]]
        return found

    def idf_of_frequency(self, frequency: int) -> float:
        """The inverse document frequency of a term that stands in so many texts."""
        return float(np.log(1 + (self.size - frequency + 0.5) / (frequency + 0.5)))

    def idf(self, term: str) -> float:
        """How rare a term is: Lucene's inverse document frequency, 0 for an unknown one."""
        column = self._columns.get(term)
        if column is None:
            return 0.0
        return self.idf_of_frequency(int(self._starts[column + 1] - self._starts[column]))

    def __contains__(self, term: object) -> bool:
        return term in self._columns

    @property
    def vocabulary(self) -> Sequence[str]:
        """Every term that stands in some text."""
        return list(self._columns)


def weighed(matrix: Scores, rarity: Scores) -> Scores:
    """The share of the terms' weight that each text holds, shape (size,)."""
    mass = float(rarity.sum())
    shares: Scores = rarity @ matrix / mass if mass else np.zeros(matrix.shape[1], np.float32)
    return shares
