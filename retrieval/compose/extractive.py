"""Answers in whole sentences taken from the documents, best first; no chat model needed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from retrieval.answer import Outcome
from retrieval.compose.candidates import LONGEST_QUOTE, Candidate, figures
from retrieval.compose.draft import Draft, DraftClaim, Span, plain
from retrieval.currency import Tense
from retrieval.index import SearchIndex
from retrieval.phrasing import phrase


@dataclass(frozen=True)
class Room:
    """How much an answer may say: words of its claims, and their number."""

    words: int
    claims: int


ONE_THING = Room(words=118, claims=6)
TWO_SIDES = Room(words=160, claims=7)
"""A comparison needs room for both sides."""

SEVERAL_PARTS = 1.3
"""Several questions in one message share this much of the room of one."""

SAME = 0.95
"""Cosine between two sentences above which the second repeats the first."""

ALIKE = 0.85
"""Cosine above which a second sentence is worth telling only for a figure the first has not."""


@dataclass(frozen=True)
class Evidence:
    """The candidate sentences for one part of a question, and for each of its sides."""

    candidates: Sequence[Candidate]
    sides: Sequence[Sequence[Candidate]] = ()


def compose(
    evidence: Sequence[Evidence], index: SearchIndex, *, language: str, as_of: date, dated: bool
) -> Draft:
    """Answer each part of the question with the sentences that tell most of it.

    Args:
        evidence: one entry a part, in the order asked.
        index: where the sentences' vectors are.
        language: of the frame around the sentences.
        as_of: the date the answer speaks for.
        dated: whether the asker named that date, so that the answer repeats it.
    """
    claims: list[DraftClaim] = []
    told: list[Candidate] = []
    for part in evidence:
        chosen = select(part, index, room=_room(part, len(evidence)), told=told)
        told += chosen
        claims += _tell(chosen, language)
    opening = phrase(language, "as_of", date=as_of) if dated else ""
    return Draft(outcome=Outcome.ANSWERED, claims=tuple(claims), opening=opening)


def select(
    evidence: Evidence, index: SearchIndex, *, room: Room, told: Sequence[Candidate] = ()
) -> list[Candidate]:
    """The sentences of one part: the best of each side, then the best of all that fit.

    A sentence that nearly repeats one already chosen, here or for an earlier part, is left out.
    """
    chosen: list[Candidate] = []
    left = room.words
    for side in evidence.sides:
        best = next(
            (c for c in side if _fits(c) and not _repeats(c, [*told, *chosen], index)), None
        )
        if best:
            chosen.append(best)
            left -= len(best.text.split())
    for candidate in evidence.candidates:
        if len(chosen) >= room.claims:
            break
        words = len(candidate.text.split())
        if (chosen and words > left) or not _fits(candidate):
            continue
        if not _repeats(candidate, [*told, *chosen], index):
            chosen.append(candidate)
            left -= words
    return chosen


def _room(part: Evidence, parts: int) -> Room:
    room = TWO_SIDES if part.sides else ONE_THING
    if parts == 1:
        return room
    return Room(int(room.words * SEVERAL_PARTS / parts), room.claims // parts + 1)


def _fits(candidate: Candidate) -> bool:
    return len(candidate.text.split()) <= LONGEST_QUOTE


def _repeats(candidate: Candidate, others: Sequence[Candidate], index: SearchIndex) -> bool:
    if not others:
        return False
    vectors = index.sentence_vectors[[other.sentence for other in others]]
    similar = vectors @ index.sentence_vectors[candidate.sentence]
    if float(np.max(similar)) > SAME:
        return True
    near = [o for o, cosine in zip(others, similar, strict=True) if cosine > ALIKE]
    told = {figure for other in near for figure in figures(other.text)}
    return bool(near) and not set(figures(candidate.text)) - told


def _tell(chosen: Sequence[Candidate], language: str) -> list[DraftClaim]:
    """The bottom line, then what holds, then what was before and what is to come."""
    if not chosen:
        return []
    rest = chosen[1:]
    groups = (
        (None, [chosen[0], *(c for c in rest if c.tense in {Tense.HOLDS, Tense.UNDATED})]),
        ("earlier", [c for c in rest if c.tense is Tense.PAST]),
        ("later", [c for c in rest if c.tense is Tense.FUTURE]),
    )
    claims: list[DraftClaim] = []
    for key, members in groups:
        for i, candidate in enumerate(members):
            heading = phrase(language, key) if key and i == 0 else None
            span = Span(candidate.document, candidate.section, candidate.start, candidate.end)
            claims.append(DraftClaim(text=plain(candidate.text), spans=(span,), heading=heading))
    return claims
