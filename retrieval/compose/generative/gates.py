"""The model's claims at the gates: places of quotes restored, what does not stand cut."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from rapidfuzz import fuzz

from corpus.sentences import sentence_spans
from retrieval.answer import clean_text
from retrieval.compose.draft import DraftClaim, Span, plain
from retrieval.compose.generative.material import Excerpt
from retrieval.compose.generative.reply import Reply, ReplyClaim, ReplyQuote
from retrieval.compose.report import CutClaim
from retrieval.verify import Verdict, check_claim, locate_quote

MOST_CLAIMS = 6
LONGEST_QUOTE = 60
"""Words a reader is shown of one quote."""

LONGEST_CLAIM = 400
"""Characters; a longer one is no single sentence."""

MOST_QUOTES = 4
"""Quotes to one claim; with more, anything can be pieced together."""

ALIKE = 90.0
"""Likeness (0..100) of two claims resting on the same quotes above which the second is dropped."""

_MARKS = re.compile(r"\s*(?:\[(?:p?\d{1,3}[\s,;]*)+\]|\((?:p\d{1,3}[\s,;]*)+\))+(?=[\s.,;。、]|$)")
"""Citation marks of the model's own, such as `[1][p2]` or `(p3)`."""

_ADDRESS = re.compile(r"\w+://\S+|\bwww\.\S+", re.IGNORECASE)

Gate = Literal["form", "quote", "figure", "meaning"]


@dataclass(frozen=True)
class Passed:
    """What came through, in the order told, and what did not.

    Attributes:
        bottom_line: whether the model's first claim is among what came through.
    """

    claims: tuple[DraftClaim, ...]
    cut: tuple[CutClaim, ...]
    bottom_line: bool


class _Cut(Exception):  # noqa: N818 - a verdict on one claim, never seen outside this module
    def __init__(self, gate: Gate, reason: str, detail: str = "") -> None:
        super().__init__(reason)
        self.gate = gate
        self.reason = reason
        self.detail = detail


def pass_gates(reply: Reply, excerpts: Sequence[Excerpt]) -> Passed:
    """Check every claim of a reply.

    Args:
        reply: what the model wrote.
        excerpts: the passages it was shown.
    """
    gatekeeper = Gatekeeper(excerpts)
    for claim in reply.claims:
        gatekeeper.check(claim)
    return gatekeeper.passed


class Gatekeeper:
    """The gates for one reply, whose claims come one after another.

    Args:
        excerpts: the passages the model was shown.
    """

    def __init__(self, excerpts: Sequence[Excerpt]) -> None:
        self._shown = {excerpt.id: excerpt for excerpt in excerpts}
        self._kept: list[DraftClaim] = []
        self._cut: list[CutClaim] = []
        self._bottom_line = False

    @property
    def passed(self) -> Passed:
        """What has come through so far, and what has not."""
        return Passed(tuple(self._kept), tuple(self._cut), self._bottom_line)

    def check(self, claim: ReplyClaim) -> None:
        """Let the next claim through, or cut it."""
        is_first = not (self._kept or self._cut)
        try:
            if len(self._kept) >= MOST_CLAIMS:
                raise _Cut("form", "too many")  # noqa: TRY301 - cut like any other
            self._kept.append(_checked(claim, self._shown, self._kept))
            self._bottom_line = self._bottom_line or is_first
        except _Cut as fault:
            self._cut.append(
                CutClaim(
                    text=clean_text(claim.text)[:LONGEST_CLAIM],
                    gate=fault.gate,
                    reason=fault.reason,
                    detail=clean_text(fault.detail)[:LONGEST_CLAIM],
                )
            )


def check_draft_claim(claim: DraftClaim) -> Verdict:
    """Gates 2 and 3 for a claim whose quotes have their places.

    The quotes are read once as they are cited, and once with the whole sentences around them: words
    cut out of the middle of a sentence can say the opposite of it.
    """
    verdict = check_claim(claim.text, [span.quote for span in claim.spans])
    whole = tuple(_whole_sentences(span) for span in claim.spans)
    if not verdict.ok or whole == claim.spans:
        return verdict
    return check_claim(claim.text, [span.quote for span in whole])


def _checked(
    claim: ReplyClaim, shown: dict[str, Excerpt], kept: Iterable[DraftClaim]
) -> DraftClaim:
    text = _tidied(claim.text)
    spans = tuple(dict.fromkeys(_span(quote, shown) for quote in claim.quotes[:MOST_QUOTES]))
    if not spans:
        raise _Cut("quote", "no quote", "the claim cites nothing")
    draft = DraftClaim(text=text, spans=spans)
    verdict = check_draft_claim(draft)
    if not verdict.ok:
        first = verdict.failures[0]
        raise _Cut(first.gate, first.reason, first.detail)
    for other in kept:
        if _repeats(draft, other):
            raise _Cut("form", "duplicate", other.text)
    return draft


def _tidied(text: str) -> str:
    """The claim on one line, without Markdown and without citation marks of its own."""
    text = _MARKS.sub("", plain(clean_text(text))).strip()
    if not any(char.isalnum() for char in text):
        raise _Cut("form", "empty")
    if len(text) > LONGEST_CLAIM:
        raise _Cut("form", "too long", f"{len(text):,} characters")
    if found := _ADDRESS.search(text):
        raise _Cut("form", "address", found.group())
    return text


def _span(quote: ReplyQuote, shown: dict[str, Excerpt]) -> Span:
    """Gate 1: where the quote stands; as much of the sentence around it as a reader can take."""
    excerpt = shown.get(quote.passage)
    if excerpt is None:
        raise _Cut("quote", "unknown passage", quote.passage)
    span = _located(quote.quote, excerpt, shown.values())
    if span is None:
        raise _Cut("quote", "not in the passage", f"{excerpt.id}: {quote.quote}")
    whole = _whole_sentences(span)
    for candidate in (whole, span):
        if len(candidate.quote.split()) <= LONGEST_QUOTE:
            return candidate
    raise _Cut("quote", "long quote", f"{len(span.quote.split())} words")


def _located(quote: str, excerpt: Excerpt, shown: Iterable[Excerpt]) -> Span | None:
    """The quote's place in the passage named, or where it runs on into one beside it.

    A quote that stands in another document, or in a part of this one that the model never saw, is
    not moved there: whoever mistakes the source may mistake the matter.
    """
    document = excerpt.document
    inside = locate_quote(quote, excerpt.text)
    if inside:
        start, end = (offset + excerpt.start for offset in inside)
        return Span(document, excerpt.section, start, end)
    place = locate_quote(quote, document.body, near=excerpt.start)
    if place is None:
        return None
    start, end = place
    read = [other for other in shown if other.document.id == document.id]
    for other in read:
        if other.start <= start < other.end and any(o.start < end <= o.end for o in read):
            return Span(document, other.section, start, end)
    return None


def _whole_sentences(span: Span) -> Span:
    """The span widened to the sentences it begins and ends in; it stays within its lines."""
    body = span.document.body
    start, end = span.start, span.end
    for first, last in _sentences(body, span):
        if first < span.end and span.start < last:
            start, end = min(start, first), max(end, last)
    return Span(span.document, span.section, start, end)


def _sentences(body: str, span: Span) -> Iterator[tuple[int, int]]:
    begin = body.rfind("\n", 0, span.start) + 1
    stop = body.find("\n", span.end)
    stop = len(body) if stop < 0 else stop
    while begin < stop:
        line_end = body.find("\n", begin, stop)
        line_end = stop if line_end < 0 else line_end
        yield from sentence_spans(body, _past_marker(body, begin, line_end), line_end)
        begin = line_end + 1


_MARKER = re.compile(r"\s*(?:[-*+]|\d{1,9}[.)]|#{1,6}|>)\s+")


def _past_marker(body: str, start: int, end: int) -> int:
    """Where the text of a line begins, its list marker left out."""
    match = _MARKER.match(body, start, end)
    return match.end() if match else start


def _repeats(claim: DraftClaim, other: DraftClaim) -> bool:
    a, b = claim.text.casefold(), other.text.casefold()
    if a == b:
        return True
    same_place = set(claim.spans) <= set(other.spans)
    return same_place and fuzz.token_set_ratio(a, b) >= ALIKE
