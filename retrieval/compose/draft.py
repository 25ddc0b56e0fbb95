"""An answer before its citations are numbered: claims with the spans they rest on."""

from __future__ import annotations

import re
from dataclasses import dataclass

from corpus import Document
from retrieval.answer import NoticeKind, Outcome
from retrieval.compose.report import CompositionReport

LONGEST_QUOTE = 60
"""Words; a longer sentence is not cited whole."""


@dataclass(frozen=True)
class Span:
    """A place in a document: `document.body[start:end]` is what is quoted."""

    document: Document
    section: str
    start: int
    end: int

    @property
    def quote(self) -> str:
        """The text, word for word."""
        return self.document.body[self.start : self.end]


@dataclass(frozen=True)
class DraftClaim:
    """One sentence and what it rests on; `heading` opens a new group of claims, if given."""

    text: str
    spans: tuple[Span, ...]
    heading: str | None = None


@dataclass(frozen=True)
class DraftNotice:
    """A warning and what it rests on."""

    kind: NoticeKind
    text: str
    document: Document
    spans: tuple[Span, ...] = ()


@dataclass(frozen=True)
class Draft:
    """What a composer wrote.

    Attributes:
        outcome: answered, not in the corpus, or declined.
        claims: in the order they are told.
        opening: our own words before the claims.
        closing: our own words after them.
        composer: who wrote it.
        report: what happened when a chat model was asked; None: none was.
    """

    outcome: Outcome
    claims: tuple[DraftClaim, ...] = ()
    opening: str = ""
    closing: str = ""
    notices: tuple[DraftNotice, ...] = ()
    composer: str = "extractive"
    report: CompositionReport | None = None


_EMPHASIS = re.compile(r"(\*{1,3}|_{2,3}|`)(?=\S)(.+?)(?<=\S)\1")
_LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")

DEEPEST_MARKS = 3
"""Marks within marks that are taken away, as in a bold line with code in it."""


def plain(text: str) -> str:
    """A sentence without Markdown's marks, its white space folded.

    Example:
        >>> plain("**GLD:** launched in [2004](x).")
        'GLD: launched in 2004.'
    """
    told = _LINK.sub(r"\1", text)
    for _ in range(DEEPEST_MARKS):
        told = _EMPHASIS.sub(r"\2", told)
    return " ".join(told.split())
