"""Days on which something changed for what an answer rests on. Pure functions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta

from corpus import Document, Library
from retrieval.answer import Answer
from retrieval.dates import find_dates

MOST_DAYS = 6

_FIRST_DAY = date(1990, 1, 1)


def days_of_change(answer: Answer, library: Library) -> tuple[date, ...]:
    """The days nearest the answer's own on which a measure behind it began, ended or will change.

    A measure's own days and those of what came before and after it count; the answer's own day
    does not. In order, at most `MOST_DAYS`.
    """
    found: set[date] = set()
    for document_id in dict.fromkeys(citation.document_id for citation in answer.citations):
        if document_id in library:
            for document in library.chain(document_id):
                found.update(_days(document))
    found.discard(answer.as_of)
    nearest = sorted(found, key=lambda day: (abs(day - answer.as_of), day))[:MOST_DAYS]
    return tuple(sorted(nearest))


def read_day(text: str) -> date | None:
    """A day as people write it, as `2025-06-30` or `30 June 2025`; None: it is none, or not one."""
    text = text.strip()
    if re.fullmatch(r"\d{4}-\d{1,2}-\d{1,2}", text, re.ASCII):
        year, month, day = map(int, text.split("-"))
        try:
            return _plausible(date(year, month, day))
        except ValueError:
            return None
    mentions = find_dates(text)
    if len(mentions) != 1 or mentions[0].first != mentions[0].last:
        return None
    return _plausible(mentions[0].first)


def _plausible(day: date) -> date | None:
    return day if day >= _FIRST_DAY else None


def _days(document: Document) -> Iterator[date]:
    if document.effective_from:
        yield document.effective_from
    if document.effective_until and document.effective_until < date.max:
        yield document.effective_until + timedelta(days=1)
    if document.next_date:
        yield document.next_date
