"""What a reader must be told beside the answer: overtaken, disputed, ending soon, not checked.

Each notice follows from the dates and links of a document that the answer cites, or from the ledger
of the article's claims, and carries its own citation.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta

from corpus import ArticleClaim, Document, Library, Standing, sentence_spans
from retrieval.answer import NoticeKind
from retrieval.compose.draft import LONGEST_QUOTE, DraftClaim, DraftNotice, Span
from retrieval.currency import OVER, State, state_on
from retrieval.dated import sentence_about, sentences_of
from retrieval.dates import find_dates
from retrieval.phrasing import phrase
from retrieval.terms import terms

SOON = timedelta(days=60)
"""A milestone this near is worth a warning."""

LONG_AGO = timedelta(days=90)
"""A document not looked at for so long may have been overtaken unnoticed."""

MOST = 5
"""Notices beside one answer; the gravest come first."""

ABOUT_THE_SAME = 0.3
"""The share of a milestone's words, by rarity, that the question must hold."""

_ORDER = (NoticeKind.SUPERSEDED, NoticeKind.CONFLICT, NoticeKind.EXPIRING, NoticeKind.STALE)

_STANDINGS = {
    Standing.OUTDATED: NoticeKind.SUPERSEDED,
    Standing.WRONG: NoticeKind.SUPERSEDED,
    Standing.IMPRECISE: NoticeKind.SUPERSEDED,
    Standing.CONTESTED: NoticeKind.CONFLICT,
    Standing.UNVERIFIED: NoticeKind.STALE,
}

_DISAGREE = re.compile(
    r"\b(?:(?:sources?|reports?|figures?|records?|estimates?|texts?|guides?|accounts?)\b.{0,60}\b(?:disagree|differ)s?"
    r"|differs? by source|other figures|conflicting|none was reconciled|not reconciled)\b",
    re.IGNORECASE,
)


_SUSPENDED = re.compile(r"\b(?:suspen|paus)\w+", re.IGNORECASE)


def notices_for(
    claims: Sequence[DraftClaim],
    library: Library,
    as_of: date,
    language: str,
    *,
    question: str = "",
    rarity: Callable[[str], float] = lambda _: 1.0,
) -> tuple[DraftNotice, ...]:
    """The notices that an answer with these claims owes its reader, gravest first.

    Args:
        claims: what the answer says.
        library: its documents.
        as_of: the date it speaks for.
        language: of the notices.
        question: what was asked; a milestone of a document beside the main one is told only when
            it is about that.
        rarity: the weight of a term, for telling whether two texts are about the same.
    """
    asked = frozenset(terms(question))

    def is_asked_about(document: Document) -> bool:
        if document is spans[0].document:
            return True
        event = set(terms(document.next_event or ""))
        weight = sum(rarity(term) for term in event)
        return weight > 0 and sum(rarity(t) for t in event & asked) >= ABOUT_THE_SAME * weight

    spans = [span for claim in claims for span in claim.spans]
    documents = {span.document.id: span.document for span in spans}
    found = [
        *_article(spans, library, as_of, language),
        *(n for d in documents.values() for n in _overtaken(d, library, as_of, language)),
        *(n for d in documents.values() for n in _suspended(d, library, as_of, language)),
        *_disputed(spans, language),
        *(
            notice
            for document in documents.values()
            if is_asked_about(document)
            for notice in _milestones(document, library, as_of, language)
        ),
        *_unchecked(list(documents.values()), as_of, language),
    ]
    distinct = {(notice.kind, notice.text): notice for notice in found}
    ordered = sorted(distinct.values(), key=lambda notice: _ORDER.index(notice.kind))
    return tuple(ordered[:MOST])


def _article(
    spans: Sequence[Span], library: Library, as_of: date, language: str
) -> Iterator[DraftNotice]:
    """How the article's cited statements stand, by the ledger."""
    article = library.article
    if article is None:
        return
    cited = [span for span in spans if span.document.id == article.id]
    for claim in library.claims:
        kind = _STANDINGS.get(claim.standing)
        if kind is None or (claim.since and as_of < claim.since):
            continue
        start = article.body.find(claim.quote)
        end = start + len(claim.quote)
        if start >= 0 and any(span.start < end and start < span.end for span in cited):
            yield DraftNotice(
                kind=kind,
                text=phrase(language, f"article_{claim.standing.value}", summary=claim.summary),
                document=article,
                # Where no document bears on it, the statement itself is what can be shown.
                spans=tuple(_evidence(claim, library)) or (Span(article, "", start, end),),
            )


def _evidence(claim: ArticleClaim, library: Library) -> Iterator[Span]:
    for evidence in claim.evidence:
        if evidence.document in library:
            document = library.get(evidence.document)
            start = document.body.find(evidence.quote)
            if start < 0:
                continue
            end = start + len(evidence.quote)
            if len(evidence.quote.split()) <= LONGEST_QUOTE:
                yield Span(document, "", start, end)
            else:
                spans = sentence_spans(document.body, start, end)
                yield from (Span(document, "", first, last) for first, last in spans)


def _overtaken(
    document: Document, library: Library, as_of: date, language: str
) -> Iterator[DraftNotice]:
    """The measure is over on the day asked for: since when, and what took its place."""
    state = state_on(document, as_of, library)
    until = document.effective_until
    if until is None or until >= as_of:
        return
    if state is State.LAPSED_UNCONFIRMED:
        text = phrase(language, "over_unconfirmed", title=document.title, until=until)
        span = sentence_about(document, until)
        yield DraftNotice(NoticeKind.STALE, text, document, (span,))
        return
    if state not in OVER:
        return
    key = f"over_{state.value.replace('-', '_')}"
    parts = [phrase(language, key, title=document.title, until=until)]
    spans = [sentence_about(document, until)]
    successor = _now_in_its_place(document, library, as_of)
    if successor and successor.effective_from:
        over = state_on(successor, as_of, library) in OVER
        told = phrase(
            language,
            "over_next" if over else "over_now",
            successor=successor.title,
            since=successor.effective_from,
        )
        parts.append(told)
        spans.append(sentence_about(successor, successor.effective_from))
    joint = "" if language == "ja" else " "
    yield DraftNotice(NoticeKind.SUPERSEDED, joint.join(parts), document, tuple(spans))


def _suspended(
    document: Document, library: Library, as_of: date, language: str
) -> Iterator[DraftNotice]:
    """The measure is suspended: by the first sentence that says so, and since when."""
    if state_on(document, as_of, library) is not State.SUSPENDED:
        return
    for start, end in sentences_of(document):
        sentence = document.body[start:end]
        word = _SUSPENDED.search(sentence)
        if word is None or len(sentence.split()) > LONGEST_QUOTE:
            continue
        dates = [m for m in find_dates(sentence) if m.start > word.start() and m.first == m.last]
        if dates and dates[0].first > document.published:
            since = dates[0].first
            if since <= as_of:
                text = phrase(language, "suspended", title=document.title, since=since)
                where = Span(document, "", start, end)
                yield DraftNotice(NoticeKind.SUPERSEDED, text, document, (where,))
            return


def _now_in_its_place(document: Document, library: Library, as_of: date) -> Document | None:
    """The last successor that had begun by the day."""
    current, seen = document, {document.id}
    while True:
        later = [
            successor
            for successor in library.successors.get(current.id, ())
            if successor.id not in seen
            and (successor.effective_from or successor.published) <= as_of
        ]
        if not later:
            return None if current is document else current
        current = later[0]
        seen.add(current.id)


def _disputed(spans: Sequence[Span], language: str) -> Iterator[DraftNotice]:
    """A cited sentence, or the one beside it, that says its sources disagree."""
    for span in spans:
        sentences = sentences_of(span.document)
        starts = [start for start, _ in sentences]
        if span.start not in starts:
            continue
        at = starts.index(span.start)
        for start, end in sentences[at : at + 2]:
            if start - span.end <= 2 and _DISAGREE.search(span.document.body, start, end):
                where = Span(span.document, span.section, start, end)
                text = phrase(language, "conflict")
                yield DraftNotice(NoticeKind.CONFLICT, text, span.document, (where,))
                break


def _milestones(
    document: Document, library: Library, as_of: date, language: str
) -> Iterator[DraftNotice]:
    """A milestone that is near, or has passed without anything later being held."""
    day, event = document.next_date, document.next_event
    if day is None or event is None:
        return
    span = sentence_about(document, day)
    if as_of <= day <= as_of + SOON:
        text = phrase(language, "expiring", title=document.title, date=day, event=event)
        yield DraftNotice(NoticeKind.EXPIRING, text, document, (span,))
    elif day < as_of and state_on(document, as_of, library) is State.LAPSED_UNCONFIRMED:
        text = phrase(language, "stale_milestone", title=document.title, date=day, event=event)
        yield DraftNotice(NoticeKind.STALE, text, document, (span,))


def _unchecked(documents: Sequence[Document], as_of: date, language: str) -> Iterator[DraftNotice]:
    """The document that was looked at longest ago, when that is too long."""
    if not documents:
        return
    oldest = min(documents, key=lambda document: document.checked)
    age = as_of - oldest.checked
    if age > LONG_AGO:
        text = phrase(
            language, "stale_checked", title=oldest.title, checked=oldest.checked, days=age.days
        )
        start, end = sentences_of(oldest)[0]
        yield DraftNotice(NoticeKind.STALE, text, oldest, (Span(oldest, "", start, end),))
