"""The passages that a few words find, each with the line of it that fits best, word for word."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

from pydantic import BaseModel, ConfigDict

from corpus import Document, Kind, Status
from corpus.errors import BrokenIndexError
from corpus.passages import Passage
from corpus.sentences import sentence_spans
from retrieval.answer import clean_text
from retrieval.currency import State, state_on
from retrieval.engine import Engine, Holdings
from retrieval.query import make_query
from retrieval.retriever import Hit
from retrieval.terms import terms

LONGEST_QUOTE = 700
"""Characters; a longer line is quoted by its first sentences, never by a part of one."""

LONGEST_WORDS = 256
"""Characters of what is searched for that are read."""


class FoundPassage(BaseModel):
    """A line of a document: `body[start:end] == quote`, always.

    `status` is how the measure stood when the document was checked, `state` how it stands now.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    document_id: str
    title: str
    kind: Kind
    issuer: str
    section: str
    published: date
    status: Status
    state: State
    url: str | None
    quote: str
    start: int
    end: int
    score: float


class PassageFinder:
    """Searches the corpus as a question is searched, and composes nothing.

    Safe to share among threads.

    Args:
        engine: what is searched.
        today: the clock.
    """

    def __init__(self, engine: Engine, *, today: Callable[[], date]) -> None:
        self._engine = engine
        self._today = today

    def find(self, words: str, count: int) -> tuple[FoundPassage, ...]:
        """At most `count` lines, best first, each once; none for words that say nothing.

        Raises:
            LodestoneError: the index cannot be read, nor built.
        """
        wanted = clean_text(words)[:LONGEST_WORDS].replace("\n", " ")
        if not terms(wanted):
            return ()
        holdings = self._engine.holdings()
        try:
            return self._search(holdings, wanted, count)
        except BrokenIndexError as error:
            return self._search(self._engine.repair(str(error), holdings), wanted, count)

    def _search(self, holdings: Holdings, wanted: str, count: int) -> tuple[FoundPassage, ...]:
        query = make_query(wanted)
        rarity = holdings.index.keywords.idf
        weights = {term: weight * rarity(term) for term, weight in query.weights.items()}
        found: dict[tuple[str, int], FoundPassage] = {}
        for hit in holdings.search.search(query, count).hits:
            passage = self._passage(hit, holdings, weights)
            found.setdefault((passage.document_id, passage.start), passage)
        return tuple(found.values())

    def _passage(self, hit: Hit, holdings: Holdings, weights: Mapping[str, float]) -> FoundPassage:
        library = holdings.library
        document = library.get(hit.passage.document_id)
        start, end = _best_line(document, hit.passage, weights)
        return FoundPassage(
            document_id=document.id,
            title=document.title,
            kind=document.kind,
            issuer=document.issuer,
            section=hit.passage.section,
            published=document.published,
            status=document.status,
            state=state_on(document, self._today(), library),
            url=document.url,
            quote=document.body[start:end],
            start=start,
            end=end,
            score=hit.score,
        )


def _best_line(
    document: Document, passage: Passage, weights: Mapping[str, float]
) -> tuple[int, int]:
    """The line of the passage that holds most of what was asked for; of equals, the first."""

    def weight(start: int, end: int) -> float:
        return sum(weights.get(term, 0.0) for term in set(terms(document.body[start:end])))

    lines = [(line.start, line.end) for line in passage.lines] or [(passage.start, passage.end)]
    start, end = max(lines, key=lambda line: weight(*line))
    if end - start <= LONGEST_QUOTE:
        return start, end
    whole = [stop for _, stop in sentence_spans(document.body, start, end)]
    fitting = [stop for stop in whole if stop - start <= LONGEST_QUOTE]
    return start, fitting[-1] if fitting else start + LONGEST_QUOTE
