from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.journal import Journal, replay
from bot.journal.replay import compare, register
from corpus.errors import JournalError, UnknownTurnError

OpenJournal = Callable[..., Journal]
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=8,
)


@pytest.fixture
def halves(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Something that is made by halving; what it was asked to make again is kept."""
    monkeypatch.setattr(replay, "_loaders", {})
    asked: list[str] = []

    def again(document: str) -> str:
        asked.append(document)
        return json.dumps({**json.loads(document), "half": json.loads(document)["whole"] / 2})

    register("half", lambda: again)
    return asked


def test_a_result_comes_back_as_it_was_by_its_beginning_too(journal: Journal) -> None:
    document = '{"weights": [1, 2],   "日本": "x"}'
    made = journal.record_result("allocation", document, channel="telegram", user_id=7)

    for given_id in (made, made[:8]):
        record = journal.result(given_id)
        assert (record.id, record.kind, record.document) == (made, "allocation", document)
    assert journal.results_of(7) == (record,)
    assert journal.results_of(7, "other") == ()
    assert journal.results_of(8) == ()


def test_the_newest_of_somebodys_results_comes_first(journal: Journal) -> None:
    made = [journal.record_result("a", str(n), channel="terminal") for n in range(3)]

    assert [one.id for one in journal.results_of(None)] == made[::-1]


@pytest.mark.parametrize("unknown", ["", "zz", "%"])
def test_an_unknown_result_is_told(journal: Journal, unknown: str) -> None:
    with pytest.raises(UnknownTurnError, match="no result"):
        journal.result(unknown)
    journal.record_result("a", "{}", channel="terminal")
    with pytest.raises(UnknownTurnError, match="no result"):
        journal.result(unknown)


def test_what_is_made_the_same_again_holds(journal: Journal, halves: list[str]) -> None:
    made = journal.record_result("half", '{"whole": 4, "half": 2.0}', channel="terminal")

    again = replay.replay(journal.result(made))

    assert again.differences == ()
    assert halves == ['{"whole": 4, "half": 2.0}']


def test_what_comes_out_otherwise_is_told_to_the_smallest_part(
    journal: Journal, halves: list[str]
) -> None:
    made = journal.record_result("half", '{"whole": 4, "half": 3.0}', channel="terminal")

    (difference,) = replay.replay(journal.result(made)).differences

    assert (difference.path, difference.stored, difference.again) == ("half", "3.0", "2.0")


def test_what_nothing_knows_to_make_or_nobody_can_read_is_told(
    journal: Journal, halves: list[str]
) -> None:
    other = journal.record_result("poem", '""', channel="terminal", user_id=1)
    with pytest.raises(JournalError, match=r'"poem" cannot be made again here; what can: half'):
        replay.replay(journal.result(other))

    journal.erase(1)
    assert journal.result(other).document is None
    with pytest.raises(JournalError, match="erased"):
        replay.replay(journal.result(other))


@given(json_values)
def test_nothing_differs_from_itself(value: object) -> None:
    assert list(compare(value, json.loads(json.dumps(value)))) == []


@given(json_values, json_values)
def test_values_that_differ_are_told_apart(one: object, other: object) -> None:
    same = json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)

    assert (list(compare(one, other)) == []) is same
