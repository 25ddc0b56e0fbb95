"""What is measured of the sentences that might answer, and how they are ranked by it.

The ranking is a linear model over a handful of features; its weights are fitted on golden questions
by `tests/bench/fit.py` and kept in `ranking.json`, never typed in.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from retrieval.attributes import attributes_asked
from retrieval.compose.coverage import cover
from retrieval.compose.draft import LONGEST_QUOTE
from retrieval.currency import Tense
from retrieval.features import Holds, counts_asked_for, is_definition
from retrieval.index import SearchIndex
from retrieval.lexical import weighed
from retrieval.query import Query
from retrieval.reading import SentenceReader
from retrieval.retriever import Found
from retrieval.terms import figures
from retrieval.understanding import Part

SHORTLIST = 64
"""Sentences looked at one by one, after a first ranking of all."""

_KINDS = tuple(kind for kind in Holds if kind.name)

FEATURES = (
    "passage",
    "similarity",
    "keywords",
    "asked_like",
    "asked_words",
    "coverage",
    "own_coverage",
    "context_coverage",
    "first_hits",
    *(f"asked_{str(kind.name).lower()}" for kind in _KINDS),
    "other_kind",
    "title",
    "lead",
    "top_document",
    "document_share",
    "document_best",
    "passage_best",
    "standing_out",
    "before",
    "after",
    "short",
    "long",
    "new_figure",
    "same_count",
    "article",
    "article_asked",
    "timeline",
    "audience",
    "holds_today",
    "past",
    "future",
    "recent",
    "measure_over",
    "not_published",
    "dated_holds",
    "dated_past",
    "dated_future",
    "dated_recent",
    "names_met",
    "names_missed",
    "attribute_told",
    "attribute_untold",
    "definition_lead",
)

Matrix = NDArray[np.float32]


@dataclass(frozen=True)
class Measured:
    """Shortlisted sentences and what was measured of them.

    Attributes:
        positions: in the index, shape (sentences,).
        features: in the order of `FEATURES`, shape (sentences, features).
        scores: by the fitted ranking, shape (sentences,).
        terms: which of the question's terms each holds, shape (sentences, terms).
        rarity: the weight of each term, shape (terms,).
    """

    positions: NDArray[np.int64]
    features: Matrix
    scores: Matrix
    terms: Matrix
    rarity: Matrix


@lru_cache(maxsize=1)
def load_weights() -> Matrix:
    """The fitted weights that come with Lodestone, in the order of `FEATURES`."""
    data = json.loads((Path(__file__).parent / "ranking.json").read_text(encoding="utf-8"))
    return np.array([data["weights"].get(name, 0.0) for name in FEATURES], dtype=np.float32)


def measure(
    part: Part, found: Found, reader: SentenceReader, as_of: date, *, is_dated: bool
) -> Measured:
    """Shortlist sentences for one part of a question and measure each.

    Args:
        part: what is asked.
        found: the search for it.
        reader: the sentences.
        as_of: the date the answer speaks for.
        is_dated: whether the asker named that date.
    """
    index = reader.index
    passage_score = _passage_scores(found, index)
    keywords = index.sentence_keywords.scores(part.query.weights)
    keywords = keywords / max(float(keywords.max(initial=0.0)), 1e-9)
    covered = cover(part.query, index)
    in_first_hits = np.isin(index.sentence_passage, [hit.position for hit in found.hits[:3]])
    nearness = np.maximum(found.similarity, found.asked)
    rough = passage_score + nearness + keywords + covered.own + 0.5 * in_first_hits
    rough[index.sentence_words > LONGEST_QUOTE] -= 0.5
    size = min(SHORTLIST, len(rough))
    at = np.sort(np.argpartition(-rough, size - 1)[:size]) if size else np.zeros(0, np.int64)
    holds = index.sentence_holds[at]
    lengths = index.sentence_words[at]
    asked = int(part.asks)
    first_document = [index.document_of[hit.position] for hit in found.hits[:1]]
    columns = [
        passage_score[at],
        found.similarity[at],
        keywords[at],
        found.asked[at],
        found.asked_keywords[at],
        covered.coverage[at],
        covered.own[at],
        covered.context[at],
        in_first_hits[at],
        *((holds & asked & kind.value) != 0 for kind in _KINDS),
        (holds & asked) == 0 if asked else np.zeros(size),
        index.title_keywords.presence(part.query.terms)[index.sentence_document[at]],
        index.is_lead[at],
        np.isin(index.sentence_document[at], first_document),
        _document_shares(found, index)[at],
        _best_among(nearness, index.sentence_document)[at],
        _best_among(nearness, index.sentence_passage)[at],
        _standing_out(nearness)[at],
        _neighbour(found.similarity, index, at, -1),
        _neighbour(found.similarity, index, at, 1),
        lengths < 6,
        np.maximum(lengths - 30, 0) / 30,
    ]
    read = _reading(part, at, reader, as_of, is_dated=is_dated)
    met = _names_met(part.query, at, index)
    defines = is_definition(part.query.text)
    told = _attribute_told(part, at, reader)
    last = [met == 1.0, met == 0.0, told, ~told, index.is_lead[at] & defines]
    if met.size and not part.query.names_in(index.names):
        last[:2] = [np.zeros(size), np.zeros(size)]
    if not attributes_asked(part.query.spoken):
        last[2:4] = [np.zeros(size), np.zeros(size)]
    measured = _columns(columns)
    features = np.concatenate([measured, read, _columns(last)], axis=1)
    return Measured(at, features, features @ load_weights(), covered.terms[:, at].T, covered.rarity)


def _columns(columns: Sequence[NDArray[Any]]) -> Matrix:
    return np.stack([np.asarray(column, dtype=np.float32) for column in columns], axis=1)


def _names_met(query: Query, at: NDArray[np.int64], index: SearchIndex) -> Matrix:
    """The share of the question's names that stand in each sentence or its title."""
    names = query.names_in(index.names)
    if not names:
        return np.zeros(len(at), dtype=np.float32)
    groups = [(name, query.synonyms_of(name)) for name in names]
    sentence = index.sentence_keywords.term_matrix(groups)[:, at] > 0
    title = index.title_keywords.term_matrix(groups)[:, index.sentence_document[at]] > 0
    met: Matrix = weighed((sentence | title).astype(np.float32), index.keywords.rarity(names))
    return np.round(met, 4)


def _attribute_told(part: Part, at: NDArray[np.int64], reader: SentenceReader) -> NDArray[np.bool_]:
    """Whether each sentence speaks of the properties asked for."""
    attributes = attributes_asked(part.query.spoken)
    return np.array(
        [all(a.told.search(reader.read(p).text) for a in attributes) for p in at.tolist()],
        dtype=bool,
    )


def _reading(
    part: Part, at: NDArray[np.int64], reader: SentenceReader, as_of: date, *, is_dated: bool
) -> Matrix:
    """Features that take a look at the sentence itself and at its document."""
    question_figures = figures(part.query.text)
    counts = counts_asked_for(part.query.text)
    article_asked = part.query.asks_about_article
    rows = []
    for position in at.tolist():
        reading, standing = reader.read(position), reader.on(position, as_of)
        dated = (
            standing.tense is Tense.HOLDS,
            standing.tense is Tense.PAST,
            standing.tense is Tense.FUTURE,
            standing.recency,
        )
        rows.append(
            (
                not reading.figures <= question_figures,
                not counts.isdisjoint(reading.counts),
                reading.is_article and not article_asked,
                reading.is_article and article_asked,
                reading.is_timeline,
                reading.tells_who_is_affected,
                *dated,
                standing.measure_is_over,
                standing.is_not_published,
                # Somebody who names a date wants to know of that day: these signs weigh otherwise.
                *(dated if is_dated else (0, 0, 0, 0)),
            )
        )
    return np.array(rows, dtype=np.float32).reshape(len(rows), 16)


def _document_shares(found: Found, index: SearchIndex) -> Matrix:
    """How much of all that the hits score goes to each sentence's document, 0 to 1."""
    shares = np.zeros(int(index.document_of.max(initial=-1)) + 1, dtype=np.float32)
    for hit in found.hits:
        shares[index.document_of[hit.position]] += hit.score
    shares /= max(float(shares.sum()), 1e-9)
    return shares[index.sentence_document]


def _best_among(nearness: Matrix, group: NDArray[np.int32]) -> Matrix:
    """For each sentence, the highest nearness in its group."""
    best = np.zeros(int(group.max(initial=-1)) + 1, dtype=np.float32)
    np.maximum.at(best, group, nearness)
    return best[group]


def _standing_out(nearness: Matrix) -> Matrix:
    """Nearness on a scale from the middle sentence, 0, to the nearest, 1."""
    if not nearness.size:
        return nearness
    middle = float(np.median(nearness))
    return (nearness - middle) / max(float(nearness.max()) - middle, 1e-6)


def _neighbour(
    similarity: Matrix, index: SearchIndex, positions: NDArray[np.int64], step: int
) -> Matrix:
    """Similarity of the sentence before or after, 0 where that is in another passage."""
    others = np.clip(positions + step, 0, len(similarity) - 1)
    same = index.sentence_passage[others] == index.sentence_passage[positions]
    # The first sentence of all has none before it, and the last none after it.
    same &= others == positions + step
    return np.where(same, similarity[others], 0.0).astype(np.float32)


def _passage_scores(found: Found, index: SearchIndex) -> Matrix:
    """The fused score of each sentence's passage, scaled by the best; 0 outside the hits."""
    by_passage = np.zeros(len(index.passages), dtype=np.float32)
    if found.hits:
        best = found.hits[0].score or 1.0
        for hit in found.hits:
            by_passage[hit.position] = hit.score / best
    return by_passage[index.sentence_passage]
