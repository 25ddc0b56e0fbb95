"""Find what is wrong with a corpus folder: files, ids, dates, supersession, the claims ledger."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from functools import lru_cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict

from corpus.asked import asked_file, places
from corpus.document import ENDED, RUNNING, Document, Kind, Status
from corpus.errors import DocumentError
from corpus.ledger import LEDGER_NAME
from corpus.library import Library
from corpus.passages import split_passages
from corpus.unheld import UNHELD_NAME

_OUTCOME_OPEN = re.compile(r"\bnot (?:yet )?(?:known|verified)\b")


class Problem(BaseModel):
    """One thing that is wrong, and where: a path below the corpus folder."""

    model_config = ConfigDict(frozen=True)

    where: str
    text: str

    def __str__(self) -> str:
        return f"{self.where}: {self.text}"


def check_corpus(library: Library) -> tuple[Problem, ...]:
    """Every problem found, in the order of the files; empty when the corpus is sound."""
    problems = [
        Problem(where=_relative(str(e).split(": ", 1)[0], library), text=str(e).split(": ", 1)[-1])
        for e in library.broken
    ]
    for document in library:
        where = _relative(str(document.path), library)
        texts = [
            *_check_name(document),
            *_check_topics(document),
            *_check_dates(document),
            *_check_status(document),
            *_check_links(document, library),
            *_check_body(document, library),
        ]
        problems += [Problem(where=where, text=text) for text in texts]
        beside = _relative(str(asked_file(document.path)), library)
        problems += [Problem(where=beside, text=text) for text in _check_asked(document, library)]
    problems += [Problem(where=UNHELD_NAME, text=text) for text in _check_unheld(library)]
    problems += [Problem(where="supersession", text=text) for text in _check_chains(library)]
    problems += [Problem(where=LEDGER_NAME, text=text) for text in _check_ledger(library)]
    return tuple(problems)


@lru_cache(maxsize=1)
def known_topics() -> frozenset[str]:
    """The topics laid down in `corpus/topics.yaml`."""
    text = (Path(__file__).parent / "topics.yaml").read_text(encoding="utf-8")
    return frozenset(yaml.safe_load(text))


def _relative(path: str, library: Library) -> str:
    try:
        return str(Path(path).relative_to(library.folder))
    except ValueError:
        return path


def _check_name(document: Document) -> Iterator[str]:
    if document.id != document.path.stem:
        yield f"id {document.id!r} differs from the file's name {document.path.stem!r}"
    if (document.kind is Kind.TIMELINE) != ("timeline" in document.path.stem):
        yield f"kind is {document.kind.value!r}, but the file's name says otherwise"


def _check_topics(document: Document) -> Iterator[str]:
    for topic in document.topics:
        if topic not in known_topics():
            yield f"unknown topic {topic!r}: mend its spelling or add it to corpus/topics.yaml"


def _check_dates(document: Document) -> Iterator[str]:
    start, end = document.effective_from, document.effective_until
    if start and end and end < start:
        yield f"effective_until {end} comes before effective_from {start}"
    if document.published > document.checked:
        yield f"published {document.published} comes after checked {document.checked}"
    if document.next_date is None:
        return
    if document.next_date < document.published:
        yield f"next_date {document.next_date} comes before published {document.published}"
    passed = document.next_date < document.checked
    if passed and not _OUTCOME_OPEN.search(document.next_event or ""):
        yield (
            f"next_date {document.next_date} has passed, and next_event does not say that the "
            "outcome is not known"
        )


def _check_status(document: Document) -> Iterator[str]:
    """Hold the status to the dates, as of the day of checking."""
    status, today = document.status, document.checked
    start, end = document.effective_from, document.effective_until
    if status in RUNNING:
        if start and start > today:
            yield f"status is {status}, but effective_from {start} lies after {today}, when checked"
        if end and end < today:
            yield f"status is {status}, but effective_until {end} lies before {today}, when checked"
    if status is Status.SUSPENDED and end:
        yield "status is suspended, which has no effective_until: its end is a next_date"
    if status is Status.ANNOUNCED and start and start <= today:
        yield f"status is announced, but effective_from {start} has come"
    if status in ENDED and not (end and end < today):
        yield f"status is {status}, which asks for an effective_until before {today}, not {end}"
    if status is Status.SUPERSEDED and not document.superseded_by:
        yield "status is superseded, but superseded_by is empty"


def _check_links(document: Document, library: Library) -> Iterator[str]:
    """Supersession is written on both sides, between documents that exist."""
    for key, mirror in (("supersedes", "superseded_by"), ("superseded_by", "supersedes")):
        for other in getattr(document, key):
            if other not in library:
                yield f"{key}: no document has the id {other!r}"
            elif document.id not in getattr(library.get(other), mirror):
                yield f"{key} names {other!r}, which does not name {document.id!r} in {mirror}"
    for other in document.supersedes:
        if other in library:
            yield from _check_succession(library.get(other), document)


def _check_succession(earlier: Document, later: Document) -> Iterator[str]:
    """A successor applies from the day after its predecessor's last day: no gap, no overlap."""
    end, start = earlier.effective_until, later.effective_from
    if earlier.status not in ENDED:
        yield f"supersedes {earlier.id!r}, whose status is {earlier.status.value!r}"
    if end is None or start is None:
        yield (
            f"supersedes {earlier.id!r}, but its last day ({end}) and our first ({start}) "
            "are not both known"
        )
    elif start <= end:
        yield f"overlaps {earlier.id!r}, which applies until {end}: effective_from is {start}"
    elif start != end + timedelta(days=1):
        yield f"leaves a gap after {earlier.id!r}, which ends on {end}: effective_from is {start}"


def _check_chains(library: Library) -> Iterator[str]:
    """No measure follows itself, however many steps away."""
    reported: set[frozenset[str]] = set()
    for document in library:
        trail, current = [document.id], document
        while following := [d for d in library.successors.get(current.id, ()) if d.id in library]:
            current = following[0]
            if current.id in trail:
                circle = trail[trail.index(current.id) :]
                if frozenset(circle) not in reported:
                    reported.add(frozenset(circle))
                    yield f"goes round in a circle: {' > '.join([*circle, current.id])}"
                break
            trail.append(current.id)


def _check_body(document: Document, library: Library) -> Iterator[str]:
    """A body holds text, and names no document by its id: readers are shown single sentences."""
    if not split_passages(document):
        yield "no text stands below its headings: write some, or remove the file"
    words = set(re.findall(r"[a-z0-9]+(?:-[a-z0-9]+)+", document.body))
    for name in sorted(words & library.documents.keys()):
        yield f"the body names the id {name!r}; write 'see the brief on ...'"


def _check_asked(document: Document, library: Library) -> Iterator[str]:
    """Each question is bound to words that stand just once in the document."""
    try:
        entries = library.asked(document.id)
    except DocumentError as error:
        yield str(error).split(": ", 1)[-1]
        return
    for entry in entries:
        if (count := len(places(document, entry.says))) != 1:
            yield f"{entry.says!r} stands in the document {count} times: give words that stand once"


def _check_unheld(library: Library) -> Iterator[str]:
    """What is listed as not answered is not asked of a document as well."""
    try:
        unheld = library.unheld()
    except DocumentError as error:
        yield str(error)
        return
    listed = {question.casefold() for question in unheld}
    for document in library:
        with suppress(DocumentError):  # told of the document itself
            for entry in library.asked(document.id):
                for question in entry.asked:
                    if question.casefold() in listed:
                        yield f"{question!r} is asked of {document.id!r}, which answers it"


def _check_ledger(library: Library) -> Iterator[str]:
    """Each claim's quote stands in the article, each piece of evidence in its document."""
    if not library.claims:
        return
    if library.article is None:
        yield "there is a ledger of claims, but no document of kind 'article'"
        return
    seen: set[str] = set()
    for claim in library.claims:
        if claim.id in seen:
            yield f"{claim.id}: the id is given twice"
        seen.add(claim.id)
        if claim.quote not in library.article.body:
            yield f"{claim.id}: the quote does not stand in {library.article.id!r}: {claim.quote!r}"
        for evidence in claim.evidence:
            if evidence.document not in library:
                yield f"{claim.id}: evidence from {evidence.document!r}, which is no document's id"
            elif evidence.quote not in library.get(evidence.document).body:
                yield (
                    f"{claim.id}: the evidence does not stand in {evidence.document!r}: "
                    f"{evidence.quote!r}"
                )
