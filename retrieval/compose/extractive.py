"""Answers in whole sentences taken from the documents, best first; no chat model needed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import zip_longest

import numpy as np

from retrieval.answer import Outcome
from retrieval.compose.candidates import Candidate
from retrieval.compose.draft import LONGEST_QUOTE, Draft, DraftClaim, Span, plain
from retrieval.currency import Tense
from retrieval.index import SearchIndex
from retrieval.phrasing import phrase
from retrieval.reading import Reading
from retrieval.terms import terms, words


@dataclass(frozen=True)
class Room:
    """How much an answer may say: words of its claims, and their number."""

    words: int
    claims: int


ONE_THING = Room(words=118, claims=6)
TWO_SIDES = Room(words=172, claims=8)
"""A comparison needs room for both sides."""

EACH_SIDE = 3
"""Sentences a side may put forward."""

BEFORE_SINCE = 2
"""Sentences told before the one that says since when."""

SEVERAL_PARTS = 1.3
"""Several questions in one message share this much of the room of one."""

SAME = 0.985
"""Cosine between two sentences above which the second repeats the first."""

ALIKE = 0.85
"""Cosine above which a second sentence is worth telling only for a figure the first has not."""


@dataclass(frozen=True)
class Evidence:
    """The candidate sentences for one part of a question, and for each of its sides.

    `since` is the sentence that dates the measure, for a question of how it stands; `is_over` says
    that it tells of the end, which is then the bottom line. `looks_back` says that the question
    asks what was; `defined` are the stems of what it asks the meaning of, if it does.
    """

    candidates: Sequence[Candidate]
    sides: Sequence[Sequence[Candidate]] = ()
    since: Candidate | None = None
    is_over: bool = False
    looks_back: bool = False
    defined: frozenset[str] = frozenset()


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
        claims += _tell(part, chosen, language, dated=dated)
    frame = [phrase(language, "quotes"), phrase(language, "as_of", date=as_of) if dated else ""]
    opening = "\n\n".join(line for line in frame if line)
    return Draft(outcome=Outcome.ANSWERED, claims=tuple(claims), opening=opening)


def select(
    evidence: Evidence, index: SearchIndex, *, room: Room, told: Sequence[Candidate] = ()
) -> list[Candidate]:
    """The sentences of one part, best first, that fit in the room.

    Of a question with sides, each side has its say in turn before what is found for the whole. A
    sentence that nearly repeats one already chosen, here or for an earlier part, is left out.
    """
    chosen: list[Candidate] = []
    left = room.words
    for candidate in _in_turn(evidence):
        if len(chosen) >= room.claims:
            break
        length = len(candidate.text.split())
        if (chosen and length > left) or length > LONGEST_QUOTE:
            continue
        if not _repeats(candidate, [*told, *chosen], index):
            chosen.append(candidate)
            left -= length
    return chosen


def _in_turn(evidence: Evidence) -> Iterator[Candidate]:
    """The sides' candidates by turns, then the whole question's."""
    for turn in zip_longest(*(side[:EACH_SIDE] for side in evidence.sides)):
        yield from (candidate for candidate in turn if candidate is not None)
    before = 0 if evidence.is_over else BEFORE_SINCE
    yield from evidence.candidates[:before]
    if evidence.since:
        yield evidence.since
    yield from evidence.candidates[before:]


def _room(part: Evidence, parts: int) -> Room:
    room = TWO_SIDES if part.sides else ONE_THING
    if parts == 1:
        return room
    return Room(int(room.words * SEVERAL_PARTS / parts), room.claims // parts + 1)


@lru_cache(maxsize=4096)
def _words_of(sentence: str) -> frozenset[str]:
    return frozenset(words(sentence))


def _repeats(candidate: Candidate, others: Sequence[Candidate], index: SearchIndex) -> bool:
    if not others:
        return False
    said = _words_of(candidate.text)
    if any(said <= _words_of(other.text) for other in others):
        return True
    vectors = index.sentence_vectors[[other.reading.position for other in others]]
    similar = vectors @ index.sentence_vectors[candidate.reading.position]
    if float(np.max(similar)) > SAME:
        return True
    near = [o for o, cosine in zip(others, similar, strict=True) if cosine > ALIKE]
    told = {figure for other in near for figure in other.reading.figures}
    return bool(near) and candidate.reading.figures <= told


BOTTOM_LINE_MARGIN = 1.0
"""Log-odds within which a sentence about the day is told before a better one that is not."""

AHEAD_MARGIN = 2.5
"""The same for what held on a day that was named, before a sentence of what came after it."""


def _tell(
    part: Evidence, chosen: Sequence[Candidate], language: str, *, dated: bool
) -> list[DraftClaim]:
    """The bottom line, then what holds, then what was before and what came or comes after."""
    if not chosen:
        return []
    # A side may have put the same sentence forward, with a score of its own.
    end = part.since if part.is_over else None
    leading = [c for c in chosen if end and c.reading.position == end.reading.position]
    first = leading[0] if leading else _bottom_line(part, chosen, dated=dated)
    rest = [c for c in chosen if c is not first]
    coming = "afterwards" if dated else "later"
    present = [c for c in rest if c.tense in {Tense.HOLDS, Tense.UNDATED}]
    past = [c for c in rest if c.tense is Tense.PAST]
    future = [c for c in rest if c.tense is Tense.FUTURE]
    groups: tuple[tuple[str | None, list[Candidate]], ...]
    groups = ((None, [first, *present]), ("earlier", past), (coming, future))
    if dated and first.tense is Tense.FUTURE:
        # What came after a day that was named must not read as what was true on it.
        held = [c for c in present if c.tense is Tense.HOLDS]
        undated = [c for c in present if c.tense is Tense.UNDATED]
        groups = ((coming, [first]), ("on_the_day", held), (None, undated), *groups[1:])
    claims: list[DraftClaim] = []
    under = None
    for key, members in groups:
        for candidate in members:
            heading = phrase(language, key) if key and key != under else None
            under = key
            spans = (span_of(candidate.reading),)
            claims.append(DraftClaim(text=tell(candidate.reading), spans=spans, heading=heading))
    return claims


_DIRECTS = re.compile(r"^\W*(?:investors|readers|holders|buyers) (?:should|must|need to)\b", re.I)


_IS = re.compile(r"^\W*(?P<subject>[^,;:]{2,80}?) (?:is|are|was|were) (?:an?|the|one of)\b", re.I)


def _defines(candidate: Candidate, subject: frozenset[str]) -> bool:
    """Whether a sentence says what the subject is: "Project Vault is a planned store of ..."."""
    found = _IS.match(plain(candidate.text))
    told = set(terms(found["subject"])) if found else set()
    return bool(told & subject) and len(told - subject) <= len(told & subject)


def _bottom_line(part: Evidence, chosen: Sequence[Candidate], *, dated: bool) -> Candidate:
    """The best sentence, or one nearly as good that speaks of the day itself.

    What something is, is told first to whoever asks that; to whoever asks what was, the past is as
    good as today. A sentence that tells the reader what to do gives way to one that tells how
    things stand: we inform, and do not advise. Of several that speak of the day, the one with the
    latest news: a rate that was raised since still "applies from" its first day by its own words.
    """
    defining = [c for c in chosen if part.defined and _defines(c, part.defined)]
    if defining:
        return defining[0]
    margin = 2 * BOTTOM_LINE_MARGIN if dated else BOTTOM_LINE_MARGIN
    near = [c for c in chosen if c.score >= chosen[0].score - margin]
    near = [c for c in near if not _DIRECTS.search(c.text)] or near
    best = near[0]
    if not dated and (part.looks_back or best.tense in {Tense.HOLDS, Tense.UNDATED}):
        return best
    for tense in (Tense.HOLDS, Tense.UNDATED, Tense.PAST):
        fitting = [c for c in near if c.tense is tense]
        if fitting:
            return max(fitting, key=lambda c: c.score + BOTTOM_LINE_MARGIN * c.recency)
    held = [c for c in chosen if c.tense is Tense.HOLDS and c.score >= best.score - AHEAD_MARGIN]
    return held[0] if dated and held else best


def span_of(reading: Reading) -> Span:
    """Where a sentence stands."""
    return Span(reading.document, reading.section, reading.start, reading.end)


_REFERENCE = re.compile(r"\s?\[\d+\]")


def tell(reading: Reading) -> str:
    """The sentence as it is told, without Markdown's marks.

    The article's own reference numbers go too: a reader would take them for ours.
    """
    text = plain(reading.text)
    return _REFERENCE.sub("", text) if reading.is_article else text
