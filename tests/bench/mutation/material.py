"""What the bench is made of: sentences of the corpus, and cases to put to the verifier."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from corpus import Document, Library, sentence_spans, split_passages

SHORTEST, LONGEST = 40, 400
"""Characters of the sentences that are used; shorter ones are headings and labels."""


@dataclass(frozen=True)
class Sentence:
    """One sentence of a document."""

    document_id: str
    topics: tuple[str, ...]
    text: str


@dataclass(frozen=True)
class Case:
    """A claim, what it cites, and whether it should pass."""

    kind: str
    honest: bool
    claim: str
    quotes: tuple[str, ...]
    document_id: str


def is_held_out(document_id: str) -> bool:
    """Whether a document is of the second half: see `mutations` for what that half is worth."""
    return hashlib.sha256(document_id.encode()).digest()[0] % 2 == 1


def sentences(library: Library, *, held_out: bool) -> list[Sentence]:
    """The sentences of one half of the documents."""
    chosen = [document for document in library if is_held_out(document.id) == held_out]
    return [sentence for document in chosen for sentence in _sentences(document)]


def _sentences(document: Document) -> Iterator[Sentence]:
    for passage in split_passages(document):
        for line in passage.lines:
            if document.body[line.start : line.end].startswith(("#", "|")):
                continue
            for start, end in sentence_spans(document.body, line.start, line.end):
                text = document.body[start:end]
                if SHORTEST <= len(text) <= LONGEST:
                    yield Sentence(document.id, tuple(document.topics), text)


_WORD = re.compile(r"[A-Za-z]{4,}|\d[\d.,]*\d|\d")
_COMMON = frozenset(
    [
        "that",
        "this",
        "with",
        "from",
        "were",
        "been",
        "have",
        "which",
        "their",
        "there",
        "would",
        "will",
        "they",
        "than",
        "then",
        "also",
        "only",
        "into",
        "over",
        "under",
        "after",
        "before",
        "about",
        "other",
        "such",
        "some",
        "more",
        "most",
    ]
)


def gist(text: str) -> frozenset[str]:
    """The longer words of a text, cut to six letters so that endings count for little."""
    return frozenset(
        word.lower()[:6] for word in _WORD.findall(text) if word.lower() not in _COMMON
    )


_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


def figures(text: str) -> frozenset[str]:
    """The numbers of a text, and the months of its dates as `m3`, whatever their form."""
    iso = re.sub(r"(\d{4})-(\d\d)-(\d\d)", lambda m: f"{m[1]} m{int(m[2])} {int(m[3])}", text)
    named = re.sub(
        rf"\b({'|'.join(_MONTHS)})[a-z]*(?= \d)|(?<=\d )({'|'.join(_MONTHS)})[a-z]*",
        lambda m: f"m{_MONTHS.index(m[1] or m[2]) + 1}",
        iso,
    )
    return frozenset(re.findall(r"m?\d+(?:[.,]\d+)*", named))


@lru_cache(maxsize=1)
def lists() -> dict[str, Any]:
    """The bench's own word lists."""
    data: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "lists.yaml").read_text("utf-8"))
    return data


def written_by_hand() -> Iterator[Case]:
    """The freely reworded claims of `paraphrases.yaml`, true and false."""
    rows = yaml.safe_load((Path(__file__).parent / "paraphrases.yaml").read_text("utf-8"))
    for row in rows:
        for honest in (True, False):
            for claim in row["honest" if honest else "mutated"]:
                yield Case("written by hand", honest, claim, (row["quote"],), "")
