"""Sentences that might answer, each with the figures by which it is ranked.

The ranking is a linear model over a handful of features; its weights are fitted on golden questions
by `tests/bench/fit.py` and kept in `ranking.json`, never typed in.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from corpus import Document, Kind, Library
from retrieval.features import Holds, counts_asked_for, counts_told
from retrieval.currency import OVER, State, Tense, recency, state_on, tense_on
from retrieval.index import SearchIndex
from retrieval.lexical import weighed
from retrieval.query import Query
from retrieval.retriever import Found
from retrieval.terms import words
from retrieval.understanding import Part

SHORTLIST = 64
"""Sentences looked at one by one, after a first ranking of all."""

LONGEST_QUOTE = 60
"""Words; a longer sentence is not cited whole."""

FEATURES = (
    "passage",
    "similarity",
    "keywords",
    "coverage",
    "own_coverage",
    "context_coverage",
    "first_hits",
    *(f"asked_{kind.name.lower()}" for kind in Holds if kind.name),
    "other_kind",
    "title",
    "lead",
    "top_document",
    "before",
    "after",
    "new_figure",
    "same_count",
    "holds_today",
    "past",
    "future",
    "recent",
    "dated_holds",
    "dated_past",
    "dated_future",
    "dated_recent",
    "measure_over",
    "not_published",
    "article",
    "article_asked",
    "timeline",
    "short",
    "long",
    "audience",
)

Matrix = NDArray[np.float32]


@dataclass(frozen=True)
class Candidate:
    """One sentence that might be cited: where it stands, and how well it answers."""

    sentence: int
    document: Document
    section: str
    start: int
    end: int
    score: float
    covers: tuple[float, ...]
    tense: Tense

    @property
    def text(self) -> str:
        """The sentence, word for word."""
        return self.document.body[self.start : self.end]


@dataclass(frozen=True)
class Measured:
    """Shortlisted sentences and what was measured of them.

    Attributes:
        positions: in the index, shape (sentences,).
        features: in the order of `FEATURES`, shape (sentences, features).
        terms: which of the question's terms each holds, shape (sentences, terms).
        rarity: the weight of each term, shape (terms,).
    """

    positions: NDArray[np.int64]
    features: Matrix
    terms: Matrix
    rarity: Matrix


@lru_cache(maxsize=1)
def load_weights() -> Matrix:
    """The fitted weights that come with Lodestone, in the order of `FEATURES`."""
    data = json.loads((Path(__file__).parent / "ranking.json").read_text(encoding="utf-8"))
    return np.array([data["weights"][name] for name in FEATURES], dtype=np.float32)


def gather(
    part: Part,
    found: Found,
    index: SearchIndex,
    library: Library,
    as_of: date,
    *,
    is_dated: bool,
) -> list[Candidate]:
    """The sentences most likely to answer one part of a question, best first."""
    measured = measure(part, found, index, library, as_of, is_dated=is_dated)
    positions = measured.positions
    scores = measured.features @ load_weights()
    shares = measured.terms * (measured.rarity / max(float(measured.rarity.sum()), 1e-9))
    order = np.argsort(-scores, kind="stable")
    candidates = []
    for i in order:
        sentence = index.manifest.sentences[positions[i]]
        passage = index.passages[sentence.passage]
        document = library.get(passage.document_id)
        candidates.append(
            Candidate(
                sentence=int(positions[i]),
                document=document,
                section=passage.section,
                start=sentence.start,
                end=sentence.end,
                score=float(scores[i]),
                covers=tuple(float(share) for share in shares[i]),
                tense=tense_on(document.body[sentence.start : sentence.end], as_of),
            )
        )
    return candidates


def measure(
    part: Part,
    found: Found,
    index: SearchIndex,
    library: Library,
    as_of: date,
    *,
    is_dated: bool,
) -> Measured:
    """Shortlist sentences and measure each."""
    query = part.query
    passage_score = _passage_scores(found, index)
    keywords = index.sentence_keywords.scores(query.weights)
    top = float(keywords.max()) if len(keywords) else 0.0
    scaled_keywords = keywords / top if top > 0 else keywords
    cover = _cover(query, index)
    rough = passage_score + found.similarity + scaled_keywords + cover.own
    in_first_hits = np.isin(index.sentence_passage, [hit.position for hit in found.hits[:3]])
    rough += 0.5 * in_first_hits
    rough[index.sentence_words > LONGEST_QUOTE] -= 0.5
    size = min(SHORTLIST, len(rough))
    positions = np.sort(np.argpartition(-rough, size - 1)[:size]) if size else np.zeros(0, np.int64)
    holds = index.sentence_holds[positions]
    lengths = index.sentence_words[positions]
    asked = int(part.asks)
    top_documents = [index.document_of[hit.position] for hit in found.hits[:1]]
    columns = {
        "passage": passage_score[positions],
        "similarity": found.similarity[positions],
        "keywords": scaled_keywords[positions],
        "coverage": cover.coverage[positions],
        "own_coverage": cover.own[positions],
        "context_coverage": cover.context[positions],
        "first_hits": in_first_hits[positions],
        **{
            f"asked_{kind.name.lower()}": (holds & asked & kind.value) != 0
            for kind in Holds
            if kind.name
        },
        "title": index.title_keywords.presence(query.terms)[index.sentence_document[positions]],
        "lead": index.is_lead[positions],
        "top_document": np.isin(index.sentence_document[positions], top_documents),
        "before": _neighbour(found.similarity, index, positions, -1),
        "after": _neighbour(found.similarity, index, positions, 1),
        "other_kind": (holds & asked) == 0 if asked else np.zeros(size),
        "short": lengths < 6,
        "long": np.maximum(lengths - 30, 0) / 30,
    }
    columns |= _reading(part, positions, index, library, as_of)
    # Somebody who names a date wants to know of that day: the same signs then weigh otherwise.
    for name, dated in (
        ("holds_today", "dated_holds"),
        ("past", "dated_past"),
        ("future", "dated_future"),
        ("recent", "dated_recent"),
    ):
        columns[dated] = columns[name] if is_dated else np.zeros(size)
    matrix = np.stack([np.asarray(columns[name], dtype=np.float32) for name in FEATURES], axis=1)
    return Measured(positions, matrix, cover.terms[:, positions].T, cover.rarity)


def _neighbour(
    similarity: Matrix, index: SearchIndex, positions: NDArray[np.int64], step: int
) -> Matrix:
    """Similarity of the sentence before or after, 0 where that is in another passage."""
    others = np.clip(positions + step, 0, len(similarity) - 1)
    same = index.sentence_passage[others] == index.sentence_passage[positions]
    return np.where(same, similarity[others], 0.0).astype(np.float32)


def _passage_scores(found: Found, index: SearchIndex) -> Matrix:
    """The fused score of each sentence's passage, scaled by the best; 0 outside the hits."""
    by_passage = np.zeros(len(index.passages), dtype=np.float32)
    if found.hits:
        best = found.hits[0].score or 1.0
        for hit in found.hits:
            by_passage[hit.position] = hit.score / best
    return by_passage[index.sentence_passage]


@dataclass(frozen=True)
class _Coverage:
    """How much of the question stands in each sentence, by the rarity of its words.

    `terms` tells it term by term, shape (terms, sentences); the others are shares, 0..1.
    """

    terms: Matrix
    rarity: Matrix
    coverage: Matrix
    own: Matrix
    context: Matrix


def _cover(query: Query, index: SearchIndex) -> _Coverage:
    own_terms = query.terms
    keywords = index.sentence_keywords
    matrix = keywords.term_matrix([(term, query.synonyms_of(term)) for term in own_terms])
    rarity = keywords.rarity(own_terms)
    in_sentence = weighed(matrix, rarity)
    in_passage = index.keywords.presence(own_terms)[index.sentence_passage]
    earlier = tuple(term for term in query.context_terms if term not in own_terms)
    context = 0.5 * keywords.presence(earlier)
    context += 0.5 * index.keywords.presence(earlier)[index.sentence_passage]
    return _Coverage(
        terms=matrix,
        rarity=rarity,
        coverage=np.maximum(in_sentence, 0.5 * in_sentence + 0.5 * in_passage),
        own=weighed((matrix == 1.0).astype(np.float32), rarity),
        context=context,
    )


def _reading(
    part: Part,
    positions: NDArray[np.int64],
    index: SearchIndex,
    library: Library,
    as_of: date,
) -> dict[str, list[float]]:
    """Features that take a look at the sentence itself and at its document."""
    question_figures = set(figures(part.query.text))
    counts = counts_asked_for(part.query.text)
    article_asked = part.query.asks_about_article
    states: dict[str, State] = {}
    columns: dict[str, list[float]] = {
        name: []
        for name in (
            "new_figure",
            "same_count",
            "holds_today",
            "past",
            "future",
            "recent",
            "measure_over",
            "not_published",
            "article",
            "article_asked",
            "timeline",
            "audience",
        )
    }
    for position in positions:
        sentence = index.manifest.sentences[position]
        passage = index.passages[sentence.passage]
        document = library.get(passage.document_id)
        text = document.body[sentence.start : sentence.end]
        state = states.setdefault(document.id, state_on(document, as_of, library))
        tense = tense_on(text, as_of)
        is_article = document.kind is Kind.ARTICLE
        row = {
            "new_figure": bool(set(figures(text)) - question_figures),
            "same_count": bool(counts and counts & counts_told(text)),
            "holds_today": tense is Tense.HOLDS,
            "past": tense is Tense.PAST,
            "future": tense is Tense.FUTURE,
            "recent": recency(text, as_of),
            "measure_over": state in OVER,
            "not_published": state is State.NOT_YET,
            "article": is_article and not article_asked,
            "article_asked": is_article and article_asked,
            "timeline": document.kind is Kind.TIMELINE,
            "audience": passage.section.startswith("Who is affected"),
        }
        for name, value in row.items():
            columns[name].append(float(value))
    return columns


@lru_cache(maxsize=8192)
def figures(text: str) -> tuple[str, ...]:
    """Every number in a text, as it is written."""
    return tuple(word for word in words(text) if word[0].isdigit())
