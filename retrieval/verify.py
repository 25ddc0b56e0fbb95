"""Does each claim stand in what it cites? Three gates; no unsupported sentence leaves the house.

    gate 1  quote     the quote stands word for word in the document       `locate_quote`
    gate 2  figure    every figure, unit, date and name of the claim       `check_claim`
                      stands in its quotes, beside the same things
    gate 3  meaning   polarity, hedges, directions and who-does-what       `check_claim`
                      agree, and the quotes speak of what the claim says

No model is asked. The checks read both sides, align them word by word, and look at what differs:
what was added, what was dropped, what changed places. The words they know live in data files
(`retrieval/checks/*.yaml`); none of them is about the documents at hand.

A claim that merely repeats a sentence of its quotes is passed at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from corpus.sentences import sentence_spans
from retrieval.checks.alignment import align
from retrieval.checks.coverage import unrelated
from retrieval.checks.frames import split_frame
from retrieval.checks.japanese import check_japanese, is_japanese
from retrieval.checks.meaning import bent, fulfilled
from retrieval.checks.opposites import reversed_words
from retrieval.checks.placing import misplaced
from retrieval.checks.quotes import locate_quote
from retrieval.checks.reading import read, read_quotes
from retrieval.checks.roles import exchanged, turned_round
from retrieval.checks.standing import missing
from retrieval.checks.tidy import tidy
from retrieval.checks.verdict import Failure, Gate, Verdict

__all__ = ["Failure", "Gate", "Verdict", "check_claim", "locate_quote"]


def check_claim(text: str, quotes: Sequence[str], *, context: Sequence[str] = ()) -> Verdict:
    """Whether the quotes bear the claim, and if not, why.

    Args:
        text: one claim, a sentence or two, with or without citation numbers.
        quotes: what it cites, each already found in its document by `locate_quote`.
        context: what a reader sees beside the quotes, such as the document's title and section.
            It may carry names and topics, and never a figure.

    Example:
        >>> check_claim("The duty is 25%.", ["The duty is 15%."]).failures[0].reason
        'figure'
    """
    claim = tidy(text)
    tidied = [tidy(quote) for quote in quotes if quote.strip()]
    if not tidied:
        return _verdict(
            [Failure(gate="quote", reason="no quote", detail="the claim cites nothing")]
        )
    if not any(char.isalnum() for char in claim):
        return _verdict([Failure(gate="meaning", reason="empty", detail="the claim says nothing")])
    if _repeats(claim, tidied):
        return Verdict(ok=True)
    if is_japanese(claim) and not any(is_japanese(quote) for quote in tidied):
        return _verdict(check_japanese(claim, tidied, context, check_claim))
    return _verdict(_failures(claim, tidied, context))


def _verdict(failures: Iterator[Failure] | list[Failure]) -> Verdict:
    found = tuple(dict.fromkeys(failures))
    return Verdict(ok=not found, failures=found)


def _failures(claim: str, quotes: Sequence[str], context: Sequence[str]) -> Iterator[Failure]:
    frame, said = split_frame(claim)
    cited = read_quotes(quotes)
    known = read_quotes(context).keys if context else frozenset()
    alignment = align(read(said), cited)
    if frame:
        yield from missing(align(read(frame), cited), known)
    yield from missing(alignment, known)
    yield from misplaced(alignment)
    yield from bent(alignment, attributed=bool(frame))
    yield from fulfilled(alignment)
    yield from reversed_words(alignment)
    yield from exchanged(alignment)
    yield from turned_round(alignment)
    yield from unrelated(alignment, known)


def _repeats(claim: str, quotes: Sequence[str]) -> bool:
    """Whether the claim is one or more whole sentences of one quote, word for word."""
    for quote in quotes:
        if claim == quote:
            return True
        start = quote.find(claim)
        if start < 0:
            continue
        spans = list(sentence_spans(quote))
        end = start + len(claim)
        if any(start == span[0] for span in spans) and any(end == span[1] for span in spans):
            return True
    return False
