"""A short run of the mutation bench, held to its floors."""

from __future__ import annotations

import statistics

import pytest

from corpus import Library
from tests.bench.mutation.material import sentences, written_by_hand
from tests.bench.mutations import FLOORS, MOST_REJECTED, Tally, measure


@pytest.fixture(scope="module", params=[False, True], ids=["first", "second"])
def tally(request: pytest.FixtureRequest) -> Tally:
    held_out: bool = request.param
    return measure(Library.load(), held_out=held_out, each=45)


@pytest.mark.parametrize("kind", FLOORS)
def test_each_kind_of_mutation_is_caught_as_often_as_asked(tally: Tally, kind: str) -> None:
    assert len(tally.caught[kind]) >= 40
    assert tally.share_caught(kind) >= FLOORS[kind]


def test_honest_claims_pass(tally: Tally) -> None:
    assert tally.share_rejected() <= MOST_REJECTED


def test_a_claim_is_checked_in_about_a_millisecond(tally: Tally) -> None:
    # A loose bound for busy machines; the bench prints the figures.
    assert statistics.median(tally.milliseconds) < 3


def test_the_bench_makes_the_same_claims_for_the_same_seed() -> None:
    library = Library.load()
    one, other = (measure(library, held_out=False, each=3) for _ in range(2))
    assert one.caught == other.caught
    assert one.rejected == other.rejected


def test_the_halves_of_the_corpus_share_no_document() -> None:
    library = Library.load()
    halves = [{s.document_id for s in sentences(library, held_out=half)} for half in (False, True)]
    assert not halves[0] & halves[1]
    assert len(halves[0] | halves[1]) == len(library)


def test_claims_written_by_hand_come_out_right_nine_times_in_ten(tally: Tally) -> None:
    if "written by hand" in tally.rejected:
        assert tally.share_caught("written by hand") >= 0.9
        assert sum(tally.rejected["written by hand"]) <= 0.1 * len(
            tally.rejected["written by hand"]
        )
    assert len(list(written_by_hand())) > 150
