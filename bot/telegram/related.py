"""Questions that lie near an answer, made from the documents so that they can be answered. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from bot.titles import shortened_title
from bot.words import Words
from corpus import Document, Kind, Library
from retrieval.answer import Answer
from retrieval.currency import OVER, state_on

MOST_RELATED = 4

_LONGEST_TITLE = 60
_MEASURES = frozenset({Kind.POLICY_BRIEF, Kind.OFFICIAL_TEXT})


def related_questions(answer: Answer, library: Library, words: Words) -> tuple[str, ...]:
    """What replaced what the answer rests on, what comes next, and how its neighbours stand.

    In the language of `words`, at most `MOST_RELATED`, none twice.
    """
    cited = dict.fromkeys(c.document_id for c in answer.citations if c.document_id in library)
    documents = [library.get(document_id) for document_id in cited]
    found: dict[str, None] = {}
    for document in documents:
        found.update(dict.fromkeys(_about(document, answer, library, words)))
    if documents:
        for document in _neighbours(documents[0], library, frozenset(cited)):
            over = state_on(document, answer.as_of, library) in OVER
            frame = words.days.related_state if over else words.days.related_about
            found[frame.format(title=_title(document))] = None
    return tuple(question for question in found if question != answer.question)[:MOST_RELATED]


def _about(document: Document, answer: Answer, library: Library, words: Words) -> Iterator[str]:
    frame, title = words.days, _title(document)
    if library.successors.get(document.id):
        yield frame.related_replaced.format(title=title)
    if document.next_date and document.next_date >= answer.as_of:
        yield frame.related_next.format(title=title, date=words.day(document.next_date))


def _neighbours(document: Document, library: Library, cited: frozenset[str]) -> Iterator[Document]:
    """Measures that share the most topics and jurisdictions, not cited already."""

    def shared(other: Document) -> int:
        topics = len(set(document.topics) & set(other.topics))
        return 2 * topics + len(set(document.jurisdictions) & set(other.jurisdictions))

    others = [d for d in library if d.kind in _MEASURES and d.id not in cited]
    others.sort(key=lambda other: (-shared(other), other.id))
    yield from others[:MOST_RELATED]


def _title(document: Document) -> str:
    return shortened_title(document.title, _LONGEST_TITLE).rstrip("…")
