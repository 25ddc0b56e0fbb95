"""The passages that are shown to the model, each with the id by which it cites them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain, zip_longest

from corpus import Document, Library
from retrieval.compose.draft import Draft, Span
from retrieval.compose.generative.budget import estimate_tokens
from retrieval.currency import State, state_on
from retrieval.retriever import Hit


@dataclass(frozen=True)
class Excerpt:
    """A stretch of a document as the model is shown it; `state` is as of the date asked for."""

    id: str
    document: Document
    section: str
    start: int
    end: int
    state: State

    @property
    def text(self) -> str:
        """Word for word, so that the model can quote it."""
        return self.document.body[self.start : self.end]


def gather_material(
    hits: Sequence[Sequence[Hit]],
    fallback: Draft,
    library: Library,
    as_of: date,
    *,
    tokens: int,
) -> tuple[Excerpt, ...]:
    """What the model may draw on: the passages found, and what the extractive draft cites.

    Args:
        hits: for each part of the question and each of its sides, its passages, best first; they
            are taken in turn, so that every part gets its share.
        fallback: the extractive draft; its sentences are shown even where no hit holds them.
        library: the documents.
        as_of: the date whose state is told.
        tokens: room, estimated; the best passage is shown even when it alone is longer.
    """
    in_turn = chain.from_iterable(zip_longest(*hits))
    distinct = {hit.position: hit for hit in in_turn if hit is not None}
    spans: list[Span] = []
    for hit in distinct.values():
        passage = hit.passage
        document = library.get(passage.document_id)
        span = Span(document, passage.section, passage.start, passage.end)
        tokens -= estimate_tokens(span.quote)
        if tokens < 0 and spans:
            break
        spans.append(span)
    for span in chain.from_iterable(claim.spans for claim in fallback.claims):
        if not any(_holds(other, span) for other in spans):
            spans.append(span)
    return tuple(
        Excerpt(
            id=f"p{number}",
            document=span.document,
            section=span.section,
            start=span.start,
            end=span.end,
            state=state_on(span.document, as_of, library),
        )
        for number, span in enumerate(spans, start=1)
    )


def _holds(outer: Span, inner: Span) -> bool:
    same = outer.document.id == inner.document.id
    return same and outer.start <= inner.start and inner.end <= outer.end
