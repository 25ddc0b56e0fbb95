"""Which documents a topic, a few words or a document's id stand for, best first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from corpus import Document, Kind, Library
from retrieval.answer import clean_text
from retrieval.terms import terms
from retrieval.vocabulary import synonyms, translate

_MEASURES = frozenset({Kind.POLICY_BRIEF, Kind.OFFICIAL_TEXT})
"""Kinds that tell of a measure. A fund, a market or the article is never in force."""

_JURISDICTIONS = {
    "AU": "Australia",
    "CA": "Canada",
    "CD": "DRC Congo",
    "CN": "China Chinese",
    "EU": "Europe European",
    "GB": "UK Britain British",
    "ID": "Indonesia",
    "JP": "Japan Japanese",
    "KR": "Korea Korean",
    "US": "United States American",
}
"""What people write for the two letters that documents are filed under."""

_IN_TITLE, _IN_TOPICS, _IN_ISSUER, _IN_BODY = 3.0, 2.0, 1.0, 0.5


@dataclass(frozen=True)
class Matched:
    """Documents with a period of their own, best first.

    Attributes:
        documents: those found.
        whole: False when no document holds all of the words, and these hold the most of them.
    """

    documents: tuple[Document, ...]
    whole: bool = True


def matching(library: Library, wanted: str) -> Matched:
    """The measures that a document's id, a topic or words in English or Japanese stand for.

    A document's id stands for the whole chain of regimes it belongs to. No words stand for all.
    """
    wanted = clean_text(wanted).replace("\n", " ")
    if wanted in library:
        return Matched(library.chain(wanted))
    measures = [document for document in library if is_measure(document)]
    if not wanted:
        return Matched(tuple(measures))
    topic = wanted.casefold().replace(" ", "-")
    filed = [document for document in measures if topic in document.topics]
    if filed:
        return Matched(tuple(sorted(filed, key=lambda d: _rank_in_topic(d, topic))))
    asked = tuple(dict.fromkeys(terms(translate(wanted) or wanted)))
    found = _best(measures, asked, within=False)
    # What no title, topic or issuer names may still be what a text is about.
    return found if found.whole else max(_best(measures, asked, within=True), found, key=_whole)


def is_measure(document: Document) -> bool:
    """Whether a document tells of something that can be in force: it has a kind or a day for it."""
    return document.kind in _MEASURES or document.effective_from is not None


def _best(measures: Sequence[Document], asked: Sequence[str], *, within: bool) -> Matched:
    """The documents that hold the most of the terms; `within`: also in their text."""
    scored = [(*_score(document, asked, within=within), document) for document in measures]
    most = max((count for count, _, _ in scored), default=0)
    if most == 0:
        return Matched((), whole=False)
    best = [(score, document) for count, score, document in scored if count == most]
    best.sort(key=lambda pair: (-pair[0], pair[1].id))
    return Matched(tuple(document for _, document in best), whole=most == len(asked))


def _whole(found: Matched) -> bool:
    return found.whole


def _rank_in_topic(document: Document, topic: str) -> tuple[int, int, str]:
    """What has the topic in its name first, then what is filed under it earliest."""
    stems = set(terms(topic.replace("-", " ")))
    named = stems <= set(terms(f"{document.title} {_spaced(document.id)}"))
    return (not named, document.topics.index(topic), document.id)


def _score(document: Document, asked: Iterable[str], *, within: bool) -> tuple[int, float]:
    """How many of the terms a document is filed under, and how prominently."""
    places = [
        (_IN_TITLE, _terms_of(f"{document.title} {_spaced(document.id)}")),
        (_IN_TOPICS, _terms_of(" ".join(map(_spaced, document.topics)))),
        (_IN_ISSUER, _terms_of(f"{document.issuer} {_places(document)}")),
    ]
    if within:
        places.append((_IN_BODY, _terms_of(document.body)))
    count, score = 0, 0.0
    for term in asked:
        said = {term, *synonyms(term)}
        weight = max((w for w, held in places if said & held), default=0.0)
        count += weight > 0
        score += weight
    return count, score


def _terms_of(text: str) -> frozenset[str]:
    return frozenset(terms(text))


def _spaced(name: str) -> str:
    return name.replace("-", " ")


def _places(document: Document) -> str:
    return " ".join(_JURISDICTIONS.get(code, code) for code in document.jurisdictions)
