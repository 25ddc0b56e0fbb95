"""Sentences that might answer, best first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from corpus import Document
from retrieval.compose.measuring import Measured
from retrieval.currency import Tense
from retrieval.reading import Reading, SentenceReader

CONSIDERED = 32
"""Of the sentences that were measured, the best, from which an answer is put together."""


@dataclass(frozen=True)
class Candidate:
    """One sentence that might be cited.

    Attributes:
        reading: the sentence.
        score: higher is likelier to answer; a log-odds.
        tense: what it says about the day asked for.
        recency: how fresh its news is on that day, 0 to 1.
    """

    reading: Reading
    score: float
    tense: Tense
    recency: float

    @property
    def document(self) -> Document:
        """Where it stands."""
        return self.reading.document

    @property
    def text(self) -> str:
        """The sentence, word for word."""
        return self.reading.text


def candidates_from(measured: Measured, reader: SentenceReader, as_of: date) -> list[Candidate]:
    """The best of the shortlisted sentences, best first."""
    order = np.argsort(-measured.scores, kind="stable")[:CONSIDERED]
    return [
        candidate_at(position, float(measured.scores[i]), reader, as_of)
        for i, position in zip(order, measured.positions[order].tolist(), strict=True)
    ]


def candidate_at(position: int, score: float, reader: SentenceReader, as_of: date) -> Candidate:
    """The sentence at this position as a candidate."""
    standing = reader.on(position, as_of)
    return Candidate(reader.read(position), score, standing.tense, standing.recency)
