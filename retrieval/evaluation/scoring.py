"""How right one answer is, held to its golden question. Pure functions, no figures over many."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence

from pydantic import BaseModel, ConfigDict

from corpus import Library
from retrieval.answer import Answer, Citation, Outcome
from retrieval.evaluation.golden import GoldenQuestion
from retrieval.evaluation.numbers import ungrounded

DEPTH = 5
"""Passages that are looked at. The same for every system, so that a longer list wins nothing."""

_SCRIPT_WITHOUT_SPACES = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uff66-\uff9f]")


class Score(BaseModel):
    """What was right and wrong about one answer. None and empty: not applicable or not measured.

    Attributes:
        expected: the outcome that would be right.
        rank: place of the first passage from a right document, counted from 1, at most `DEPTH`.
        missing: of each group of facts that was not found, the first alternative.
        forbidden: texts that stand in the answer and must not.
        cited_right: citations of a document that is a right source; only answerable questions.
        claims_uncited: claims that cite nothing the answer holds. An answer without claims is one.
        ungrounded: for each claim that states an unsupported number, what it states, joined.
        words: of the answer's text; see `count_words`.
        longest_quote: words of the longest quote.
        latency_ms: from question to answer, in milliseconds.
        error: why there is no answer at all, where that happened.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    tags: tuple[str, ...] = ()
    answerable: bool
    expected: Outcome
    outcome: Outcome | None = None
    rank: int | None = None
    missing: tuple[str, ...] = ()
    forbidden: tuple[str, ...] = ()
    citations: int = 0
    cited_right: int = 0
    quotes_inexact: tuple[int, ...] = ()
    claims: int = 0
    claims_uncited: int = 0
    ungrounded: tuple[str, ...] = ()
    words: int | None = None
    longest_quote: int | None = None
    latency_ms: float | None = None
    error: str | None = None

    @property
    def outcome_right(self) -> bool:
        """Answered, declined or said to be not in the corpus, as it should be."""
        return self.outcome is self.expected

    @property
    def facts_right(self) -> bool:
        """Every fact there and nothing forbidden said. Says something of answerable ones only."""
        return self.error is None and not self.missing and not self.forbidden

    @property
    def right(self) -> bool:
        """The right outcome with the right facts."""
        return self.outcome_right and self.facts_right

    @property
    def refused(self) -> bool:
        """No answer was given, whether as not in the corpus or as declined."""
        return self.outcome in {Outcome.NOT_IN_CORPUS, Outcome.DECLINED}


def fold(text: str) -> str:
    """Small letters, and each run of white space one space: how facts are looked for."""
    return re.sub(r"\s+", " ", text).casefold()


def count_words(text: str) -> int:
    """Words between white space; Japanese and Chinese count two characters as one word.

    Markers such as `[1]` count where they stand alone: they are read too.
    """
    spaceless = len(_SCRIPT_WITHOUT_SPACES.findall(text))
    return len(_SCRIPT_WITHOUT_SPACES.sub(" ", text).split()) + math.ceil(spaceless / 2)


def first_right_rank(documents: Sequence[str], right: Iterable[str]) -> int | None:
    """Place of the first passage from a right document, from 1; None: not among the first five."""
    wanted = set(right)
    ranks = (rank for rank, name in enumerate(documents[:DEPTH], start=1) if name in wanted)
    return next(ranks, None)


def missing_facts(groups: Iterable[Sequence[str]], texts: Iterable[str]) -> tuple[str, ...]:
    """The first alternative of each group of which none stands in any of the texts."""
    held = "\n".join(fold(text) for text in texts)
    return tuple(group[0] for group in groups if not any(fold(text) in held for text in group))


def score_answer(
    golden: GoldenQuestion, answer: Answer, library: Library, latency_ms: float | None = None
) -> Score:
    """Hold one answer to its golden question.

    Args:
        golden: what would be right.
        answer: what was said.
        library: the documents, to see that each quote stands at its offsets.
        latency_ms: how long it took, where it was measured.
    """
    by_number = {citation.number: citation for citation in answer.citations}
    evidence = [c.quote for c in answer.citations] + [n.text for n in answer.notices]
    text = fold(answer.text)
    uncited = sum(not all(n in by_number for n in claim.citations) for claim in answer.claims)
    unsupported = (
        ungrounded(claim.text, [by_number[n].quote for n in claim.citations if n in by_number])
        for claim in answer.claims
    )
    silent = answer.outcome is Outcome.ANSWERED and not answer.claims
    return Score(
        id=golden.id,
        tags=golden.tags,
        answerable=golden.answerable,
        expected=golden.expected_outcome,
        outcome=answer.outcome,
        rank=first_right_rank([p.document_id for p in answer.passages], golden.documents),
        missing=missing_facts(golden.must_include, [answer.text, *evidence]),
        forbidden=tuple(one for one in golden.must_not_include if fold(one) in text),
        citations=len(answer.citations),
        cited_right=sum(c.document_id in golden.documents for c in answer.citations),
        quotes_inexact=tuple(c.number for c in answer.citations if not _is_exact(c, library)),
        claims=len(answer.claims) + silent,
        claims_uncited=uncited + silent,
        ungrounded=tuple(", ".join(one) for one in unsupported if one),
        words=count_words(answer.text),
        longest_quote=max((count_words(c.quote) for c in answer.citations), default=None),
        latency_ms=latency_ms,
    )


def score_passages(
    golden: GoldenQuestion,
    passages: Sequence[tuple[str, str]],
    latency_ms: float | None = None,
) -> Score:
    """Score a system that only finds passages: rank, and whether they hold the facts.

    Args:
        golden: what would be right.
        passages: document id and text of each, best first; the first `DEPTH` count.
        latency_ms: how long it took, where it was measured.
    """
    near = passages[:DEPTH]
    return Score(
        id=golden.id,
        tags=golden.tags,
        answerable=golden.answerable,
        expected=golden.expected_outcome,
        rank=first_right_rank([name for name, _ in near], golden.documents),
        missing=missing_facts(golden.must_include, [text for _, text in near]),
        latency_ms=latency_ms,
    )


def score_error(golden: GoldenQuestion, reason: str) -> Score:
    """The score of a question that got no answer: nothing about it is right."""
    return Score(
        id=golden.id,
        tags=golden.tags,
        answerable=golden.answerable,
        expected=golden.expected_outcome,
        missing=tuple(group[0] for group in golden.must_include),
        error=reason,
    )


def _is_exact(citation: Citation, library: Library) -> bool:
    if citation.document_id not in library:
        return False
    body = library.get(citation.document_id).body
    # Out-of-range offsets would be forgiven by slicing, so they are held to the body first.
    inside = 0 <= citation.start < citation.end <= len(body)
    return inside and body[citation.start : citation.end] == citation.quote
