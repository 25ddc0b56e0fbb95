"""What is known of an answer's claims, quotes and passages on the day it is written down."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict

from retrieval.answer import Answer, Citation, PassageRef
from retrieval.compose.report import CompositionReport

if TYPE_CHECKING:
    from corpus import Library


class CheckedClaim(BaseModel):
    """A claim with its checks; `gate` and `reason` tell why one was cut.

    `grounded`: every number it states stands in what it cites; null: a claim that was cut.
    """

    model_config = ConfigDict(frozen=True)

    text: str
    citations: tuple[int, ...] = ()
    grounded: bool | None = None
    gate: str | None = None
    reason: str | None = None


def check_claims(answer: Answer, report: CompositionReport | None) -> tuple[CheckedClaim, ...]:
    """The claims that were sent, then those that were cut.

    Numbers are read by the evaluation's own reader, which shares nothing with the gates that a
    claim passed when it was composed: a blind spot of theirs shows here.
    """
    from retrieval.evaluation.numbers import ungrounded

    quotes: dict[int, list[str]] = {}
    for citation in answer.citations:
        quotes.setdefault(citation.number, []).append(citation.quote)
    sent = [
        CheckedClaim(
            text=claim.text,
            citations=claim.citations,
            grounded=all(number in quotes for number in claim.citations)
            and not ungrounded(
                claim.text, [q for number in claim.citations for q in quotes.get(number, ())]
            ),
        )
        for claim in answer.claims
    ]
    cut = report.claims_cut if report else ()
    return (
        *sent,
        *(CheckedClaim(text=one.text, gate=one.gate, reason=one.reason) for one in cut),
    )


def is_exact(citation: Citation, library: Library | None) -> bool | None:
    """Whether the quote stands at its place; None: the documents are not at hand."""
    if library is None:
        return None
    if citation.document_id not in library:
        return False
    body = library.get(citation.document_id).body
    # Out-of-range offsets would be forgiven by slicing, so they are held to the body first.
    inside = 0 <= citation.start < citation.end <= len(body)
    return inside and body[citation.start : citation.end] == citation.quote


def text_hash(passage: PassageRef, library: Library | None) -> str | None:
    """The sha256 of a passage's text; None: the document is not at hand."""
    if library is None or passage.document_id not in library:
        return None
    body = library.get(passage.document_id).body
    return hashlib.sha256(body[passage.start : passage.end].encode()).hexdigest()
