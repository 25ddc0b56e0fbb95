"""Results in the journal: kept there whole, and read again for their buttons and for `/portfolio`.

The answers of somebody's newest allocation are their profile. They are sealed, exported and erased
with all else that the journal keeps of a person.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple, Protocol, runtime_checkable

from bot.allocation import Allocation, Allocator
from bot.allocation.recording import ALLOCATION
from bot.allocation.recording import ResultJournal as RecordingJournal
from corpus.errors import JournalError, ProfileError


class ResultLike(Protocol):
    """A result as it was kept; no document: it was erased."""

    @property
    def at(self) -> datetime:
        """When it was made."""

    @property
    def document(self) -> str | None:
        """JSON text."""


@runtime_checkable
class ResultJournal(RecordingJournal, Protocol):
    """A journal that keeps results and gives them back."""

    def result(self, id_or_prefix: str) -> ResultLike:
        """One result; raises a JournalError where there is none such."""

    def results_of(self, user_id: int | None, kind: str | None = None) -> Sequence[ResultLike]:
        """Somebody's results, newest first."""


class KeptProfile(NamedTuple):
    """Answers as data, and the day they were given."""

    data: dict[str, Any]
    answered: date


def newest_profile(journal: ResultJournal, user_id: int) -> KeptProfile | None:
    """The answers of somebody's newest allocation; None: there are none. Blocks."""
    for record in journal.results_of(user_id, ALLOCATION):
        if record.document is not None:
            return KeptProfile(json.loads(record.document)["profile"], record.at.date())
    return None


def made_again(document: str, allocator: Allocator) -> Allocation | None:
    """A kept result in the allocator's language; None: its rules or documents have changed.

    The rules are a pure function, so that the same profile on the same day gives the same mix.
    """
    kept = json.loads(document)
    same_rules = kept["rules_hash"] == allocator.rule_set.digest
    if not same_rules or kept["corpus_fingerprint"] != allocator.fingerprint:
        return None
    try:
        profile = allocator.parse(kept["profile"])
    except ProfileError:
        return None
    return allocator.allocate(profile, date.fromisoformat(kept["as_of"]), lambda: str(kept["id"]))


def find_document(journal: ResultJournal, result_id: str) -> str | None:
    """A result's document; None: it is gone, or erased. Blocks."""
    from bot.database.batching import is_trouble

    try:
        return journal.result(result_id).document
    except JournalError as error:
        if is_trouble(error):
            raise
        return None
