"""Writing the answer: which outcome, which sentences, which frame."""

from __future__ import annotations

from collections.abc import Sequence

from corpus import Library
from retrieval.compose.candidates import gather
from retrieval.compose.draft import Draft
from retrieval.compose.extractive import Evidence, compose
from retrieval.index import SearchIndex
from retrieval.retriever import Found
from retrieval.understanding import Inquiry, Part

__all__ = ["Draft", "write_draft"]


def write_draft(
    inquiry: Inquiry,
    found: Sequence[tuple[Part, Found]],
    index: SearchIndex,
    library: Library,
) -> Draft:
    """Answer from what was found.

    Args:
        inquiry: the question, understood.
        found: for each part and each of its sides, in order, what was found.
        index: the index that was searched.
        library: its documents.
    """
    ranked = iter(
        [
            gather(part, hits, index, library, inquiry.as_of, is_dated=inquiry.dated)
            for part, hits in found
        ]
    )
    evidence = [
        Evidence(candidates=next(ranked), sides=[next(ranked) for _ in part.sides])
        for part in inquiry.parts
    ]
    draft = compose(
        evidence,
        index,
        language=inquiry.language,
        as_of=inquiry.as_of,
        dated=inquiry.dated,
    )
    return draft
