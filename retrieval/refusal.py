"""Does the corpus hold an answer at all? Several signs, weighed together; no single score decides.

A question near the corpus's topics finds near passages whether or not they answer it, so how near
they are says little. What says more is whether one sentence names the things the question names,
speaks of the property it asks for, and holds the kind of figure it wants; and whether the question
lies nearer to those that some document answers or to those, kept beside them, that none does. The
weights are fitted on golden questions by `tests/bench/fit.py` and kept in `refusal.json`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from retrieval.attributes import attributes_asked
from retrieval.compose.measuring import Measured
from retrieval.dates import find_dates, time_spans
from retrieval.features import Holds
from retrieval.index import SearchIndex
from retrieval.names import named_in
from retrieval.query import Query
from retrieval.reading import SentenceReader
from retrieval.retriever import Found
from retrieval.spelling import Speller
from retrieval.terms import STOP_WORDS, stem, words
from retrieval.understanding import Part

TOP = 5
"""Sentences, best first, that are looked at together."""

NAMES_MET = 0.65
"""The share of a question's names, by rarity, that a sentence and its title must hold."""

FIGURES = Holds.PERCENT | Holds.MONEY | Holds.QUANTITY | Holds.DATE

_NOW = re.compile(
    r"\b(?:today|right now|rn|spot|now|last (?:month|quarter|week|year|fiscal year)|yesterday"
    r"|tomorrow|next (?:year|month|quarter|week)|tonight|this (?:week|morning))\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Judgement:
    """How likely it is that the corpus does not answer, and the names it does not know."""

    refuse: float
    unknown_names: tuple[str, ...]


@dataclass(frozen=True)
class _Model:
    weights: Mapping[str, float]
    intercept: float
    threshold: float
    usual: Mapping[str, float]


@lru_cache(maxsize=1)
def load_model() -> _Model:
    """The fitted weights that come with Lodestone."""
    data = json.loads(Path(__file__).with_name("refusal.json").read_text(encoding="utf-8"))
    return _Model(data["weights"], data["intercept"], data["threshold"], data["usual"])


def judge(
    part: Part, found: Found, measured: Measured, reader: SentenceReader, speller: Speller
) -> Judgement:
    """Weigh the signs for one part of a question."""
    signs, unknown = read_signs(part, found, measured, reader, speller)
    model = load_model()
    logit = model.intercept + sum(model.weights[name] * value for name, value in signs.items())
    return Judgement(refuse=float(1 / (1 + np.exp(-logit))), unknown_names=unknown)


def threshold() -> float:
    """The probability from which a question is refused."""
    return load_model().threshold


def read_signs(
    part: Part, found: Found, measured: Measured, reader: SentenceReader, speller: Speller
) -> tuple[dict[str, float], tuple[str, ...]]:
    """The signs, each a number of about 0 to 1, and the names no document holds."""
    query, index = part.query, reader.index
    known, unknown = named_in(query, index, speller)
    scores = measured.scores
    order = np.argsort(-scores, kind="stable")
    similarity = found.similarity[measured.positions]
    like = found.asked[measured.positions]
    names = _names_met(known, unknown, query, measured, index)
    texts = [reader.read(position).text for position in measured.positions.tolist()]
    attributes = attributes_asked(" ".join([query.text, *query.corrections]))
    told = np.array([all(a.told.search(text) for a in attributes) for text in texts], dtype=bool)
    figures = int(part.asks & FIGURES)
    holds = index.sentence_holds[measured.positions]
    kind = (holds & figures) != 0 if figures else np.ones(len(texts), dtype=bool)
    timely = _timely(query, texts)
    strict = kind & told & (names[0] >= NAMES_MET) & timely
    loose = kind & told & (names[1] >= NAMES_MET)
    top = order[:TOP]
    best = float(similarity.max(initial=0.0))
    shares = measured.rarity / max(float(measured.rarity.sum()), 1e-9)
    covered = measured.terms[top].max(axis=0, initial=0.0) @ shares if len(shares) else 0.0
    ranked = np.sort(found.similarity)[::-1]
    signs = {
        "similarity": best,
        "margin": float(ranked[0] - ranked[min(10, len(ranked) - 1)]) if len(ranked) else 0.0,
        "similarity_strict": _most(similarity, strict),
        "similarity_loose": _most(similarity, loose),
        "asked_like": float(found.asked.max(initial=0.0)),
        "asked_like_strict": _most(like, strict),
        "asked_like_loose": _most(like, loose),
        "asked_like_first": float(like[order[0]]) if len(order) else 0.0,
        "asked_words": found.asked_words,
        **_unheld(found, index),
        "score": float(scores.max(initial=0.0)) / 10,
        "score_strict": _most(scores, strict) / 10,
        "score_loose": _most(scores, loose) / 10,
        "strict_at_all": float(strict.any()),
        "loose_at_all": float(loose.any()),
        "attribute_untold": float(bool(attributes) and not (told & (names[1] >= NAMES_MET)).any()),
        "strict_in_top": float(strict[top].mean()) if len(top) else 0.0,
        "loose_in_top": float(loose[top].mean()) if len(top) else 0.0,
        "attribute_asked": float(bool(attributes)),
        "attribute_told": float(told[top].any()) if len(top) else 0.0,
        "names_asked": min(len(known), 3) / 3,
        "names_met": float(names[0][top].max(initial=0.0)),
        "names_unknown": min(len(unknown), 2) / 2,
        "covered": float(covered),
        "title_like": found.title,
        "title_words": float(index.title_keywords.presence(query.terms).max(initial=0.0)),
        "wants_now": float(bool(_NOW.search(query.text))),
        "timely": float(timely[top].any()) if len(top) else 0.0,
        "words_unknown": _unknown_share(query, index, speller),
        "wants_figure": float(bool(figures)),
        "documents": len({hit.passage.document_id for hit in found.hits[:TOP]}) / TOP,
    }
    return signs, unknown


def _names_met(
    known: tuple[str, ...],
    unknown: tuple[str, ...],
    query: Query,
    measured: Measured,
    index: SearchIndex,
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """The share of the question's names met: by each sentence and its title; by its passage too.

    Both by the names' rarity, shape (sentences,).
    """
    if not known:
        met = np.full(len(measured.positions), 0.0 if unknown else 1.0, dtype=np.float32)
        return met, met
    groups = [(term, query.synonyms_of(term)) for term in known]
    rarity = index.sentence_keywords.rarity(known)
    # A name that no document holds is one that no sentence meets.
    lost = len(unknown) * index.sentence_keywords.idf_of_frequency(1)
    share = rarity / max(float(rarity.sum()) + lost, 1e-9)
    at = measured.positions
    sentence = index.sentence_keywords.term_matrix(groups)[:, at] > 0
    title = index.title_keywords.term_matrix(groups)[:, index.sentence_document[at]] > 0
    passage = index.keywords.term_matrix(groups)[:, index.sentence_passage[at]] > 0
    return share @ (sentence | title), share @ (sentence | title | passage)


def _unheld(found: Found, index: SearchIndex) -> Mapping[str, float]:
    """How near the question is to those that no document answers.

    Where a corpus lists none, as near as questions usually are, which says neither yes nor no.
    """
    if not index.manifest.unheld:
        return load_model().usual
    return {"unheld_like": found.unheld, "unheld_words": found.unheld_words}


def _unknown_share(query: Query, index: SearchIndex, speller: Speller) -> float:
    """The share of the question's words that no document holds, however they are spelt or put."""
    asked = [w for w in dict.fromkeys(words(query.text)) if w not in STOP_WORDS and len(w) > 2]
    if not asked:
        return 0.0
    unknown = [
        word
        for word in asked
        if stem(word) not in index.keywords
        and not query.synonyms_of(stem(word))
        and not speller.correct(word)
    ]
    return len(unknown) / len(asked)


def _timely(query: Query, texts: list[str]) -> NDArray[np.bool_]:
    """Which sentences speak of the time that the question names; all, where it names none."""
    asked = find_dates(query.text)
    if not asked:
        return np.ones(len(texts), dtype=bool)
    return np.array(
        [
            any(
                span.first <= mention.last and mention.first <= span.last
                for span in time_spans(text)
                for mention in asked
            )
            for text in texts
        ],
        dtype=bool,
    )


def _most(values: NDArray[np.float32], chosen: NDArray[np.bool_]) -> float:
    return float(values[chosen].max()) if chosen.any() else 0.0
