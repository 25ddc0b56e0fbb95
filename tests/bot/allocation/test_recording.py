"""Allocations in the journal, and made again: on SQLite and on PostgreSQL."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.allocation import Allocator, load_rules
from bot.allocation.loading import RULES_FILE, UNIVERSE_FILE
from bot.allocation.recording import (
    ALLOCATION,
    KINDS,
    PORTFOLIO,
    keep_result,
    record_allocation,
    replayer,
)
from bot.journal import Journal
from bot.journal import replay as registry
from bot.words.words import LANGUAGES, Language
from corpus import PACKAGED_CORPUS, Library
from corpus.errors import AllocationError, JournalError
from tests.bot.allocation.cases import days, profile, profiles, share
from tests.conftest import TODAY


@pytest.fixture
def journal(
    database_url: str, tmp_path: Path, library: Library, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Journal]:
    """An empty journal of each kind of database, in which allocations can be made again."""
    monkeypatch.setattr(registry, "_loaders", {kind: lambda: replayer(library) for kind in KINDS})
    with Journal(database_url, key_file=tmp_path / "home" / "journal.key") as opened:
        yield opened


@pytest.mark.parametrize("kind", KINDS)
def test_a_result_is_kept_under_its_own_id_as_it_was_shown(
    journal: Journal, allocator: Allocator, kind: str
) -> None:
    result = allocator.allocate(allocator.parse(profile(as_of="2026-11-22")), TODAY)

    keep_result(journal, result, channel="telegram", kind=kind, user_id=7, chat_id=9)

    (record,) = journal.results_of(7, kind)
    assert (record.id, record.kind, record.channel) == (result.id, kind, "telegram")
    assert record.document == result.to_json()
    kept = json.loads(record.document)
    assert kept["profile"] == profile(as_of="2026-11-22")
    assert kept["as_of"] == "2026-11-22"
    assert kept["rules_hash"] == allocator.rule_set.digest
    assert kept["corpus_fingerprint"] == allocator.fingerprint


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"costly_debt": True},
        {"amount": 12345.67, "currency": "JPY", "country": "JP"},
        {"holdings": [{"ticker": "VT", "amount": 0.1}, {"ticker": "CASH", "amount": 3}]},
        {"exclusions": ["defense", "china-exposure"], "implementation": "funds"},
        {"tolerable_loss_pct": 30.0, "as_of": "2025-01-01"},
    ],
)
def test_a_kept_result_is_made_again_to_the_last_byte_in_its_language(
    journal: Journal,
    allocator: Allocator,
    allocator_ja: Allocator,
    changes: dict[str, object],
) -> None:
    for maker in (allocator, allocator_ja):
        result = maker.allocate(maker.parse(profile(**changes)), TODAY)
        kind = PORTFOLIO if "holdings" in changes else ALLOCATION
        keep_result(journal, result, channel="telegram", kind=kind, user_id=7)

        replayed = registry.replay(journal.result(result.id))

        assert (replayed.kind, replayed.again) == (kind, result.to_json())
        assert (replayed.same, replayed.differences) == (True, ())


@share(0.1)
@given(profiles(), days, st.sampled_from(LANGUAGES))
def test_any_result_is_made_again_to_the_last_byte(
    library: Library, data: dict[str, object], day: date, language: Language
) -> None:
    maker = Allocator.load(library, language)
    document = maker.allocate(maker.parse(data), day).to_json()
    assert replayer(library)(document) == document


def test_a_result_is_kept_only_once(journal: Journal, allocator: Allocator) -> None:
    result, told = allocator.allocate(allocator.default_profile, TODAY), list[str]()
    assert record_allocation(journal, result, channel="terminal", warn=told.append)
    assert not record_allocation(journal, result, channel="terminal", warn=told.append)
    (line,) = told
    assert line.startswith(f'this result was not kept: result "{result.id}" is in the journal')
    assert len(journal.results_of(None)) == 1


def test_changed_rules_are_named(
    journal: Journal, allocator: Allocator, library: Library, tmp_path: Path
) -> None:
    changed = tmp_path / "rules.yaml"
    text = RULES_FILE.read_text(encoding="utf-8")
    changed.write_text(text + "# one thought more\n", encoding="utf-8")
    rules = load_rules(changed, UNIVERSE_FILE)
    result = allocator.allocate(allocator.default_profile, TODAY)

    with pytest.raises(AllocationError) as told:
        replayer(library, rules)(result.to_json())

    assert str(told.value) == (
        f"result {result.id} cannot be made again: the rules (then {rules.rules.version}, "
        f"hash {allocator.rule_set.digest}; now {rules.rules.version}, hash {rules.digest}) have "
        "changed since; put back what it was made by to replay it"
    )
    # A result of the changed rules is made again by them, and by no others.
    later = Allocator.load(library, "en", rules).allocate(allocator.default_profile, TODAY)
    assert replayer(library, rules)(later.to_json()) == later.to_json()
    with pytest.raises(AllocationError, match="the rules"):
        replayer(library)(later.to_json())


def test_a_changed_corpus_is_named_with_the_signals_that_stand_otherwise(
    allocator: Allocator, tmp_path: Path
) -> None:
    result = allocator.allocate(allocator.default_profile, TODAY)
    folder = tmp_path / "corpus"
    shutil.copytree(PACKAGED_CORPUS, folder)
    document = folder / "minerals" / "china-october-2025-controls-suspension.md"
    text = document.read_text(encoding="utf-8")
    document.write_text(f"{text}\nOne more line.\n", encoding="utf-8")
    with pytest.raises(AllocationError) as told:
        replayer(Library.load(folder))(result.to_json())
    now = Library.load(folder).fingerprint
    assert f"the corpus (then {allocator.fingerprint}, now {now}) has changed" in str(told.value)

    document.write_text(text.replace("status: suspended", "status: in-force"), encoding="utf-8")
    with pytest.raises(AllocationError, match=f"stand otherwise: {document.stem}\\)"):
        replayer(Library.load(folder))(result.to_json())

    document.unlink()
    with pytest.raises(AllocationError, match=r"the corpus \(then \w+, now \w+\) has changed"):
        replayer(Library.load(folder))(result.to_json())


def test_an_erased_persons_result_cannot_be_made_again(
    journal: Journal, allocator: Allocator
) -> None:
    result = allocator.allocate(allocator.default_profile, TODAY)
    keep_result(journal, result, channel="telegram", user_id=7)

    journal.erase(7)

    assert journal.result(result.id).document is None
    with pytest.raises(JournalError, match="was erased"):
        registry.replay(journal.result(result.id))


def test_a_result_of_another_kind_is_told(journal: Journal) -> None:
    made = journal.record_result("poem", '""', channel="terminal")
    with pytest.raises(JournalError, match=r'kind "poem" cannot be made again here; .*allocation'):
        registry.replay(journal.result(made))
