"""From a document to its passages, each with its exact place in the body.

A passage is what is searched and shown to a composer: whole bullets or paragraphs of one section,
packed to about 180 wordpieces. That size and the title put before each passage were measured best
on the bundled corpus with the packaged model, whose limit is 256 wordpieces.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from markdown_it import MarkdownIt
from pydantic import BaseModel, ConfigDict

from corpus.document import Document
from corpus.sentences import sentence_spans

WORDPIECE_BUDGET = 180

Measure = Callable[[str], int]
"""Tells how many wordpieces a text has."""


class Line(BaseModel):
    """One bullet, paragraph or table row: `[start, end)` of the body, list marker left out."""

    model_config = ConfigDict(frozen=True)

    start: int
    end: int


class Passage(BaseModel):
    """A run of lines of one section. `body[start:end]` is its text."""

    model_config = ConfigDict(frozen=True)

    document_id: str
    section: str
    start: int
    end: int
    lines: tuple[Line, ...]

    @property
    def id(self) -> str:
        """Unique in the corpus, and stable while the document's text is."""
        return f"{self.document_id}:{self.start}-{self.end}"


@dataclass(frozen=True)
class _Block:
    section: str
    start: int
    end: int


def estimate_wordpieces(text: str) -> int:
    """A rough count for English text: one wordpiece for every three and a half characters."""
    return max(1, round(len(text) / 3.5))


def split_passages(
    document: Document, *, budget: int = WORDPIECE_BUDGET, measure: Measure = estimate_wordpieces
) -> tuple[Passage, ...]:
    """Pack the lines of each section into passages of at most `budget` wordpieces.

    A line that is longer by itself is cut at its sentences, and a sentence that is still longer at
    its words, so that no text is lost to a model's limit. What counts is the lines; the list
    markers between them are few and do not.

    Args:
        document: the document to split.
        budget: wordpieces a passage may have.
        measure: the embedding model's own count, where it is at hand.
    """
    passages: list[Passage] = []
    pending: list[_Block] = []
    weight = 0

    def flush() -> None:
        nonlocal weight
        if pending:
            lines = tuple(Line(start=b.start, end=b.end) for b in pending)
            passages.append(
                Passage(
                    document_id=document.id,
                    section=pending[0].section,
                    start=pending[0].start,
                    end=pending[-1].end,
                    lines=lines,
                )
            )
        pending.clear()
        weight = 0

    for block in _blocks(document.body):
        for piece in _fit(document.body, block, budget, measure):
            size = measure(document.body[piece.start : piece.end])
            if pending and (piece.section != pending[0].section or weight + size > budget):
                flush()
            pending.append(piece)
            weight += size
    flush()
    return tuple(passages)


def _fit(body: str, block: _Block, budget: int, measure: Measure) -> Iterator[_Block]:
    """The block itself, or pieces of it that keep within the budget."""
    if measure(body[block.start : block.end]) <= budget:
        yield block
        return
    for start, end in _pack(
        body, list(sentence_spans(body, block.start, block.end)), budget, measure
    ):
        if measure(body[start:end]) <= budget:
            yield _Block(block.section, start, end)
        else:
            words = list(_word_spans(body, start, end, budget))
            for first, last in _pack(body, words, budget, measure):
                yield _Block(block.section, first, last)


def _pack(
    body: str, spans: list[tuple[int, int]], budget: int, measure: Measure
) -> Iterator[tuple[int, int]]:
    """Join neighbouring spans while they keep within the budget."""
    start, end = -1, -1
    for span in spans:
        if start >= 0 and measure(body[start : span[1]]) > budget:
            yield start, end
            start = -1
        if start < 0:
            start = span[0]
        end = span[1]
    if start >= 0:
        yield start, end


def _word_spans(body: str, start: int, end: int, longest: int) -> Iterator[tuple[int, int]]:
    """Words, a word of more than `longest` characters being cut (text without spaces)."""
    position = start
    while position < end:
        while position < end and body[position].isspace():
            position += 1
        stop = position
        while stop < end and not body[stop].isspace() and stop - position < longest:
            stop += 1
        if stop > position:
            yield position, stop
        position = stop


@lru_cache(maxsize=1)
def _markdown() -> MarkdownIt:
    return MarkdownIt("commonmark").enable("table")


_LEAVES = frozenset({"inline", "fence", "code_block", "html_block", "tr_open"})
_WORD = re.compile(r"[^\W_]")
_NEWLINE = re.compile(r"\r\n?|\n")


def _blocks(body: str) -> Iterator[_Block]:
    """Every stretch of text outside the headings, in order, each under the heading above it."""
    starts = _line_starts(body)
    section, line = "", 0
    for heading, first, last in _leaves(body):
        # Lines of no leaf, such as link definitions, are text of their own.
        if span := _trim(body, starts[line], starts[first]):
            yield _Block(section, *span)
        if heading is not None:
            section = heading
        elif span := _trim(body, starts[max(line, first)], starts[last]):
            yield _Block(section, *span)
        line = max(line, last)
    if span := _trim(body, starts[line], len(body)):
        yield _Block(section, *span)


def _leaves(body: str) -> Iterator[tuple[str | None, int, int]]:
    """The leaf blocks of the Markdown with their lines `[first, last)`; a heading with its text."""
    in_heading = in_table = False
    for token in _markdown().parse(body):
        if token.type in {"thead_open", "tbody_open"}:
            in_table = True
        elif token.type == "table_close":
            in_table = False
        elif token.type == "heading_open":
            in_heading = True
        elif token.type == "heading_close":
            in_heading = False
        elif token.map and token.type == "inline" and in_heading:
            yield " ".join(token.content.split()), token.map[0], token.map[1]
        elif token.map and token.type in _LEAVES and not (in_table and token.type == "inline"):
            yield None, token.map[0], token.map[1]


def _line_starts(body: str) -> list[int]:
    """Where each line begins, as markdown-it counts lines, and one past the end."""
    starts = [0, *(match.end() for match in _NEWLINE.finditer(body))]
    return [*starts, len(body), len(body)]


def _trim(body: str, start: int, end: int) -> tuple[int, int] | None:
    """Leave out white space and the list or quote markers in front; None where no word is left."""
    while end > start and body[end - 1].isspace():
        end -= 1
    while start < end:
        if body[start].isspace():
            start += 1
        elif body[start] in "-*+>" and body[start + 1 : start + 2] in {" ", "\t"}:
            start += 2
        elif (width := _ordinal_width(body, start)) > 0:
            start += width
        else:
            break
    return (start, end) if _WORD.search(body, start, end) else None


def _ordinal_width(body: str, start: int) -> int:
    """Length of a marker such as `12. ` at `start`, 0 where there is none."""
    position = start
    while position < len(body) and body[position].isascii() and body[position].isdigit():
        position += 1
    if (
        position == start
        or position - start > 9
        or body[position : position + 2] not in {". ", ") "}
    ):
        return 0
    return position - start + 2
