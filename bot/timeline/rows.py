"""What was in force when, as rows: a measure each, with its first and last day. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from pydantic import BaseModel, ConfigDict, Field

from bot.timeline.matching import matching
from corpus import Document, Kind, Library, Status
from retrieval.answer import clean_text
from retrieval.currency import OVER, State, state_on

MOST_ROWS = 14
"""Rows that stay legible on a phone; what is left out is counted."""

_LONG_OVER = timedelta(days=365)


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Row(_Model):
    """One measure.

    Attributes:
        document_id: the document that tells of it.
        title: the document's, whole.
        status: how it stood when the document was checked.
        state: how it stands on the timeline's day.
        first: the first day it applies; where that is not known, the day it was published.
        first_is_known: False where `first` is only the day of publication.
        last: the last day it applies, inclusive; None: no end is known.
        next_date: the next dated milestone, with `next_event`.
    """

    document_id: str
    title: str
    kind: Kind
    status: Status
    state: State
    published: date
    first: date
    first_is_known: bool
    last: date | None
    next_date: date | None
    next_event: str | None
    url: str | None


class Timeline(_Model):
    """Measures by their first day, as they stand on `day`.

    Attributes:
        asked: the topic or words it was made for, or the title of a document named by its id;
            empty for everything.
        whole: False when nothing holds all the words, and the nearest is shown instead.
        left_out: measures that were found too, but are not among the rows.
        checked: the day on which the documents shown were all last checked.
    """

    asked: str
    day: date
    rows: tuple[Row, ...] = ()
    whole: bool = True
    left_out: int = Field(default=0, ge=0)
    checked: date | None = None


def timeline_of(
    library: Library, wanted: str, *, day: date, most: int | None = MOST_ROWS
) -> Timeline:
    """The measures on a topic, by their first day.

    Args:
        library: the documents.
        wanted: a topic, some words in either language, or a document's id; empty: everything.
        day: today, or the day to speak for.
        most: rows at most; None: all. When there are more, what is over for long goes first, then
            what was found last.
    """
    found = matching(library, wanted)
    kept = found.documents if most is None else _foremost(found.documents, day, most)
    rows = sorted(
        (_row(document, library, day) for document in kept),
        key=lambda row: (row.first, row.last or date.max, row.document_id),
    )
    asked = clean_text(wanted).replace("\n", " ")
    return Timeline(
        asked=library.get(asked).title if asked in library else asked,
        day=day,
        rows=tuple(rows),
        whole=found.whole,
        left_out=len(found.documents) - len(kept),
        checked=min((document.checked for document in kept), default=None),
    )


def _foremost(documents: Sequence[Document], day: date, most: int) -> Sequence[Document]:
    """The `most` best, those that ended more than a year ago let go of first."""
    long_ago = day - _LONG_OVER
    ended = {d.id for d in documents if d.effective_until and d.effective_until < long_ago}
    ordered = sorted(documents, key=lambda document: document.id in ended)
    return ordered[:most]


def _row(document: Document, library: Library, day: date) -> Row:
    return Row(
        document_id=document.id,
        title=document.title,
        kind=document.kind,
        status=document.status,
        state=state_on(document, day, library),
        published=document.published,
        first=document.effective_from or document.published,
        first_is_known=document.effective_from is not None,
        last=document.effective_until,
        next_date=document.next_date,
        next_event=document.next_event,
        url=document.url,
    )


def is_over(row: Row) -> bool:
    """Whether a row's measure no longer applies on the timeline's day."""
    return row.state in OVER
