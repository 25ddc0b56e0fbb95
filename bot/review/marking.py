"""Text for the pages: a document with a span marked, a quote in its surroundings, a diff."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from typing import Literal

from pydantic import BaseModel, ConfigDict

Shape = Literal["heading", "item", "code", "text"]

_AROUND = 240
"""Characters of a document shown before and after a quote."""

_WORD = re.compile(r"\s+|[\w'’.%$€¥-]+|.", re.DOTALL)
_HEADING = re.compile(r"#{1,6} ")
_ITEM = re.compile(r"\s*(?:[-*+]|\d+[.)]) ")
_MOST_COMPARED = 1500
"""Words of a text that are compared one by one; longer ones are compared line by line."""


class Piece(BaseModel):
    """A run of text. `marked`: within the span."""

    model_config = ConfigDict(frozen=True)

    text: str
    marked: bool = False


class Block(BaseModel):
    """A line of a document, as it is laid out."""

    model_config = ConfigDict(frozen=True)

    shape: Shape
    pieces: tuple[Piece, ...]
    first: bool = False
    """Whether the marked span begins here."""


class Change(BaseModel):
    """A run of text in a comparison: the same in both, only in the old, only in the new."""

    model_config = ConfigDict(frozen=True)

    kind: Literal["same", "old", "new"]
    text: str


def lay_out(body: str, start: int = 0, end: int = 0) -> tuple[Block, ...]:
    """A document's lines, the span `[start, end)` marked.

    Only the signs at the beginning of a line are taken for layout; nothing else of the text is
    read as markup, so that what is shown is what is cited.
    """
    blocks: list[Block] = []
    found = False
    for offset, line in _lines(body):
        shown = line.rstrip()
        if not shown:
            continue
        shape, skipped = _shape(shown)
        begin = offset + skipped
        pieces = mark(body, begin, offset + len(shown), start, end)
        first = not found and any(piece.marked for piece in pieces)
        found = found or first
        if shape == "code" and blocks and blocks[-1].shape == "code":
            # The rows of a table stay one.
            above = blocks.pop()
            pieces = (*above.pieces, Piece(text="\n"), *pieces)
            first = first or above.first
        blocks.append(Block(shape=shape, pieces=pieces, first=first))
    return tuple(blocks)


def mark(body: str, begin: int, stop: int, start: int, end: int) -> tuple[Piece, ...]:
    """The text from `begin` to `stop`, what of it lies in `[start, end)` marked."""
    low, high = max(begin, start), min(stop, end)
    if low >= high:
        return (Piece(text=body[begin:stop]),)
    cut = ((begin, low, False), (low, high, True), (high, stop, False))
    return tuple(Piece(text=body[a:b], marked=marked) for a, b, marked in cut if a < b)


def surroundings(body: str, start: int, end: int) -> tuple[Piece, ...]:
    """A span with a little of what stands around it, cut at blanks."""
    begin, stop = max(0, start - _AROUND), min(len(body), end + _AROUND)
    if begin:
        begin = next((i + 1 for i in range(begin, start) if body[i].isspace()), begin)
    if stop < len(body):
        stop = next((i for i in range(stop, end, -1) if body[i - 1].isspace()), stop)
    pieces = [*mark(body, begin, stop, start, end)]
    if begin:
        pieces.insert(0, Piece(text="… "))
    if stop < len(body):
        pieces.append(Piece(text=" …"))
    return tuple(pieces)


def compare(old: str, new: str) -> tuple[Change, ...]:
    """What changed from one text to another, word by word."""
    before, after = _WORD.findall(old), _WORD.findall(new)
    if max(len(before), len(after)) > _MOST_COMPARED:
        before, after = old.splitlines(keepends=True), new.splitlines(keepends=True)
    changes: list[Change] = []
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    for kind, a, b, c, d in matcher.get_opcodes():
        if kind == "equal":
            changes.append(Change(kind="same", text="".join(before[a:b])))
            continue
        if a < b:
            changes.append(Change(kind="old", text="".join(before[a:b])))
        if c < d:
            changes.append(Change(kind="new", text="".join(after[c:d])))
    return tuple(changes)


def _lines(body: str) -> Iterator[tuple[int, str]]:
    offset = 0
    for line in body.split("\n"):
        yield offset, line
        offset += len(line) + 1


def _shape(line: str) -> tuple[Shape, int]:
    """How a line is laid out, and how many of its first characters only say so."""
    if found := _HEADING.match(line):
        return "heading", found.end()
    if line.lstrip().startswith("|") or line.startswith("    "):
        return "code", 0
    if (found := _ITEM.match(line)) and not line.lstrip()[0].isdigit():
        return "item", found.end()
    return "text", 0
