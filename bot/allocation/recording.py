"""Allocations into the journal, and made again from there to the last byte.

What is kept is the JSON line of the contract, under its own id: it echoes the profile as it was
given, and carries the day, the version and hash of the rules and the fingerprint of the corpus. A
comparison with holdings is kept the same way: its profile holds them.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Protocol

from bot.allocation.engine import Allocator
from bot.allocation.loading import RuleSet, packaged_rules
from bot.allocation.result import Allocation
from bot.allocation.words import load_allocation_words
from bot.output import warn as warn_on_stderr
from bot.words.words import LANGUAGES, Language
from corpus import Library
from corpus.errors import AllocationError, LodestoneError

ALLOCATION, PORTFOLIO = "allocation", "portfolio"
"""What the journal calls these results: a mix that was asked for, and holdings beside one."""

KINDS = (ALLOCATION, PORTFOLIO)


class ResultJournal(Protocol):
    """What is needed of a journal."""

    def record_result(
        self,
        kind: str,
        document: str,
        *,
        channel: str,
        user_id: int | None = None,
        chat_id: int | None = None,
        result_id: str | None = None,
    ) -> str:
        """Keep a result whole; returns its id."""


def keep_result(
    journal: ResultJournal,
    result: Allocation,
    *,
    channel: str,
    kind: str = ALLOCATION,
    user_id: int | None = None,
    chat_id: int | None = None,
) -> None:
    """Keep a result as it was shown, under its own id. Blocks.

    Args:
        journal: where to.
        result: as it was shown.
        channel: `terminal` or `telegram`.
        kind: one of KINDS.
        user_id: the Telegram user who asked.
        chat_id: the Telegram chat, for lack of a user.

    Raises:
        JournalError: it could not be kept.
    """
    journal.record_result(
        kind,
        result.to_json(),
        channel=channel,
        user_id=user_id,
        chat_id=chat_id,
        result_id=result.id,
    )


def record_allocation(
    journal: ResultJournal,
    result: Allocation,
    *,
    channel: str,
    warn: Callable[[str], object] = warn_on_stderr,
) -> bool:
    """Keep a result; a journal that fails does not cost the result.

    Args:
        journal: where to.
        result: as it was shown.
        channel: where it was asked for.
        warn: takes the one line that tells why a result could not be kept.

    Returns:
        Whether it was kept, so that it can be made again by its id.
    """
    try:
        keep_result(journal, result, channel=channel)
    except LodestoneError as error:
        warn(f"this result was not kept: {error}")
        return False
    return True


def replayer(library: Library, rule_set: RuleSet | None = None) -> Callable[[str], str]:
    """What makes a kept result again, by the rules and the corpus there are now.

    It raises AllocationError where these are others than those the result was made by, naming
    them; then no result of today can have its bytes.
    """

    def make_again(document: str) -> str:
        stored = json.loads(document)
        rules = rule_set or packaged_rules()
        _require_same(stored, rules, library)
        allocator = Allocator.load(library, _language_of(stored), rules)
        return _again(stored, allocator)

    return make_again


def _again(stored: Mapping[str, Any], allocator: Allocator) -> str:
    profile = allocator.parse(stored["profile"])
    day = date.fromisoformat(stored["as_of"])
    return allocator.allocate(profile, day, lambda: stored["id"]).to_json()


def _require_same(stored: Mapping[str, Any], rules: RuleSet, library: Library) -> None:
    changed = []
    if stored["rules_hash"] != rules.digest:
        changed.append(
            f"the rules (then {stored['rules_version']}, hash {stored['rules_hash']}; now "
            f"{rules.rules.version}, hash {rules.digest})"
        )
    if stored["corpus_fingerprint"] != library.fingerprint:
        changed.append(
            f"the corpus (then {stored['corpus_fingerprint']}, now {library.fingerprint}"
            f"{_moved_signals(stored, rules, library)})"
        )
    if changed:
        verb = "has" if changed[0].startswith("the corpus") else "have"
        raise AllocationError(
            f"result {stored['id']} cannot be made again: {' and '.join(changed)} {verb} changed "
            "since; put back what it was made by to replay it"
        )


def _moved_signals(stored: Mapping[str, Any], rules: RuleSet, library: Library) -> str:
    """The signals that stand otherwise in this corpus, where it still carries the rules."""
    try:
        again = json.loads(_again(stored, Allocator.load(library, _language_of(stored), rules)))
    except LodestoneError:
        return ""
    now = {signal["id"]: _standing(signal) for signal in again["signals"]}
    moved = [s["id"] for s in stored["signals"] if now.get(s["id"]) != _standing(s)]
    return f"; signals that stand otherwise: {', '.join(moved)}" if moved else ""


def _standing(signal: Mapping[str, Any]) -> tuple[Any, ...]:
    return signal["state"], signal["tilts_bp"], signal["quote"]


def _language_of(stored: Mapping[str, Any]) -> Language:
    """The language a result is written in: the contract has no key for it, its words tell."""
    told = set(stored["disclosures"])
    return max(
        LANGUAGES, key=lambda name: len(told.intersection(load_allocation_words(name).disclosures))
    )
