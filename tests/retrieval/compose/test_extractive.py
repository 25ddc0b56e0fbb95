from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.answer import Outcome
from retrieval.compose.candidates import Candidate, candidate_at
from retrieval.compose.draft import LONGEST_QUOTE, Draft
from retrieval.compose.extractive import (
    EACH_SIDE,
    ONE_THING,
    SAME,
    Evidence,
    Room,
    compose,
    select,
    span_of,
    tell,
)
from retrieval.engine import Holdings
from tests.conftest import TODAY
from tests.documents import write_document
from tests.retrieval.conftest import Open

WIDE = Room(words=1000, claims=20)

BODY = """# Copper

- Copper pays 50% from 1 August 2025.
- Before that, until 31 July 2025, it paid 25%.
- From 1 March 2027 the rate is 40%.
- Scrap is free.
- Ministers meet in Paris.
"""
NOW, THEN, NEXT, FREE, MEET = range(5)


@pytest.fixture
def copper(tmp_path: Path, open_corpus: Open) -> Holdings:
    write_document(tmp_path / "copper", "copper", BODY, effective_from="2025-08-01")
    return open_corpus(tmp_path / "copper")


def put(holdings: Holdings, *positions: int, day: date = TODAY, step: float = 5) -> list[Candidate]:
    """Candidates in this order, far apart in score unless told otherwise."""
    return [
        candidate_at(position, 10 - step * i, holdings.reader, day)
        for i, position in enumerate(positions)
    ]


def written(
    holdings: Holdings,
    *evidence: Evidence,
    language: str = "en",
    day: date = TODAY,
    dated: bool = False,
) -> Draft:
    return compose(evidence, holdings.index, language=language, as_of=day, dated=dated)


def chosen(found: Sequence[Candidate]) -> list[int]:
    return [candidate.reading.position for candidate in found]


# Choosing.


def test_sentences_are_chosen_best_first(copper: Holdings) -> None:
    found = select(Evidence(put(copper, FREE, NOW, MEET)), copper.index, room=WIDE)
    assert chosen(found) == [FREE, NOW, MEET]


def test_no_more_claims_are_chosen_than_there_is_room_for(copper: Holdings) -> None:
    evidence = Evidence(put(copper, FREE, NOW, MEET, NEXT))
    assert len(select(evidence, copper.index, room=Room(words=1000, claims=2))) == 2


def test_a_sentence_too_long_for_what_is_left_makes_way_for_a_shorter_one(
    copper: Holdings,
) -> None:
    evidence = Evidence(put(copper, FREE, NOW, MEET))
    found = select(evidence, copper.index, room=Room(words=7, claims=9))
    assert chosen(found) == [FREE, MEET]


def test_the_first_sentence_is_told_even_where_it_needs_more_than_the_room(
    copper: Holdings,
) -> None:
    found = select(Evidence(put(copper, NOW, FREE)), copper.index, room=Room(words=2, claims=9))
    assert chosen(found) == [NOW]


def test_a_sentence_longer_than_a_quote_may_be_is_never_chosen(
    tmp_path: Path, open_corpus: Open
) -> None:
    body = f"# Copper\n\n- {'so ' * LONGEST_QUOTE}on.\n- Scrap is free.\n"
    write_document(tmp_path / "long", "copper", body)
    holdings = open_corpus(tmp_path / "long")
    assert chosen(select(Evidence(put(holdings, 0, 1)), holdings.index, room=WIDE)) == [1]


def test_a_sentence_told_for_an_earlier_part_is_not_told_again(copper: Holdings) -> None:
    told = put(copper, NOW)
    found = select(Evidence(put(copper, NOW, FREE)), copper.index, room=WIDE, told=told)
    assert chosen(found) == [FREE]


REPEATS = """# Copper

- Copper from Chile pays 50 percent.
- Copper from Chile pays 50 percent.
- Copper from Chile pays 50 percent!
- Copper from Chile pays 40 percent.
"""


def test_what_nearly_repeats_a_sentence_is_told_only_for_a_new_figure(
    tmp_path: Path, open_corpus: Open
) -> None:
    write_document(tmp_path / "twice", "copper", REPEATS)
    holdings = open_corpus(tmp_path / "twice")
    vectors = holdings.index.sentence_vectors
    assert float(vectors[0] @ vectors[3]) < SAME, "the last must differ enough to be told"
    found = select(Evidence(put(holdings, 0, 1, 2, 3)), holdings.index, room=WIDE)
    assert chosen(found) == [0, 3]


def test_each_side_of_a_comparison_has_its_say_in_turn(copper: Holdings) -> None:
    evidence = Evidence(put(copper, THEN), sides=(put(copper, NOW, NEXT), put(copper, FREE, MEET)))
    found = select(evidence, copper.index, room=WIDE)
    assert chosen(found) == [NOW, FREE, NEXT, MEET, THEN]


def test_a_side_puts_forward_so_many_sentences_and_no_more(holdings: Holdings) -> None:
    side = put(holdings, *range(0, 400, 40))
    found = select(Evidence((), sides=(side,)), holdings.index, room=WIDE)
    assert chosen(found) == chosen(side[:EACH_SIDE])


def test_the_sentence_that_dates_the_measure_is_told_third(copper: Holdings) -> None:
    since = put(copper, NOW)[0]
    evidence = Evidence(put(copper, FREE, MEET, NEXT), since=since)
    assert chosen(select(evidence, copper.index, room=WIDE)) == [FREE, MEET, NOW, NEXT]


def test_the_sentence_that_tells_of_the_end_is_told_first(copper: Holdings) -> None:
    over = put(copper, THEN)[0]
    evidence = Evidence(put(copper, FREE, MEET, THEN), since=over, is_over=True)
    assert chosen(select(evidence, copper.index, room=WIDE)) == [THEN, FREE, MEET]


def test_nothing_is_chosen_from_nothing(copper: Holdings) -> None:
    assert select(Evidence(()), copper.index, room=WIDE) == []


_POSITIONS = st.lists(st.integers(0, 10_000), max_size=24)
_ROOMS = st.builds(Room, words=st.integers(1, 200), claims=st.integers(0, 9))


@given(_POSITIONS, st.lists(_POSITIONS, max_size=2), _POSITIONS, _ROOMS, st.booleans())
@settings(deadline=None)
def test_what_is_chosen_fits_in_the_room_and_repeats_nothing(  # noqa: PLR0917 - drawn, not called
    holdings: Holdings,
    found: list[int],
    sides: list[list[int]],
    told: list[int],
    room: Room,
    is_over: bool,
) -> None:
    index = holdings.index

    def offer(positions: list[int]) -> list[Candidate]:
        return put(holdings, *(position % len(index.sentence_passage) for position in positions))

    since = next(iter(offer(found[-1:])), None)
    evidence = Evidence(offer(found), [offer(side) for side in sides], since, is_over)
    earlier = offer(told)
    picked = select(evidence, index, room=room, told=earlier)
    assert len(picked) <= room.claims
    lengths = [len(candidate.text.split()) for candidate in picked]
    assert max(lengths, default=0) <= LONGEST_QUOTE
    assert sum(lengths) <= max(room.words, *lengths[:1], 0)
    assert set(chosen(picked)) <= {
        *chosen(evidence.candidates),
        *(p for side in evidence.sides for p in chosen(side)),
    }
    vectors = index.sentence_vectors[[*chosen(picked), *chosen(earlier)]]
    alike = vectors[: len(picked)] @ vectors.T - np.eye(len(picked), len(vectors))
    assert float(alike.max(initial=0)) <= SAME + 1e-5


# Telling.


def test_what_holds_comes_first_then_what_was_then_what_comes(copper: Holdings) -> None:
    draft = written(copper, Evidence(put(copper, NOW, NEXT, THEN, FREE)))
    assert [(claim.heading, claim.spans[0].start) for claim in draft.claims] == [
        (heading, copper.reader.read(position).start)
        for heading, position in (
            (None, NOW),
            (None, FREE),
            ("Before that:", THEN),
            ("Still to come:", NEXT),
        )
    ]
    assert draft.outcome is Outcome.ANSWERED
    assert draft.opening == draft.closing == ""


def test_a_better_sentence_about_the_past_makes_way_for_one_nearly_as_good_that_holds(
    copper: Holdings,
) -> None:
    draft = written(copper, Evidence(put(copper, THEN, NOW, step=0.5)))
    assert draft.claims[0].text == "Copper pays 50% from 1 August 2025."
    assert draft.claims[1].heading == "Before that:"
    far = written(copper, Evidence(put(copper, THEN, NOW, step=5)))
    assert far.claims[0].text.startswith("Before that, until")


def test_for_a_past_day_what_came_after_is_told_as_what_came_afterwards(copper: Holdings) -> None:
    day = date(2025, 6, 1)
    evidence = Evidence(put(copper, NOW, THEN, day=day, step=0.5))
    draft = written(copper, evidence, day=day, dated=True)
    assert draft.opening == "On 1 June 2025:"
    assert [claim.heading for claim in draft.claims] == [None, "Afterwards:"]
    assert draft.claims[0].text.startswith("Before that, until")


def test_for_a_past_day_what_came_after_is_never_told_as_what_was_true_on_it(
    copper: Holdings,
) -> None:
    day = date(2025, 6, 1)
    evidence = Evidence(put(copper, NOW, FREE, THEN, NEXT, day=day))
    draft = written(copper, evidence, day=day, dated=True)
    assert [(claim.heading, claim.text[:6]) for claim in draft.claims] == [
        ("Afterwards:", "Copper"),
        ("At that time:", "Before"),
        (None, "Scrap "),
        ("Afterwards:", "From 1"),
    ]


def test_the_end_of_a_measure_is_the_bottom_line_even_where_a_side_found_it_first(
    copper: Holdings,
) -> None:
    over = put(copper, THEN)[0]
    sides = (put(copper, FREE, THEN), put(copper, MEET))
    evidence = Evidence(put(copper, FREE), sides=sides, since=over, is_over=True)
    draft = written(copper, evidence)
    assert draft.claims[0].text.startswith("Before that, until")
    assert len({claim.text for claim in draft.claims}) == len(draft.claims) == 3


def test_several_questions_are_told_in_the_order_asked_and_share_the_room(
    holdings: Holdings,
) -> None:
    one, other = range(0, 600, 30), range(15, 600, 30)
    alone = written(holdings, Evidence(put(holdings, *one)))
    both = written(holdings, Evidence(put(holdings, *one)), Evidence(put(holdings, *other)))
    first = {span_of(holdings.reader.read(position)) for position in one}
    sides = [claim.spans[0] in first for claim in both.claims]
    assert sides == sorted(sides, reverse=True)
    assert set(sides) == {True, False}
    assert sides.count(True) < len(alone.claims) <= ONE_THING.claims


def test_the_frame_is_in_the_readers_language_and_the_sentences_in_the_documents(
    copper: Holdings,
) -> None:
    draft = written(copper, Evidence(put(copper, NOW, THEN)), language="ja", dated=True)
    assert "原文は英語" in draft.opening
    assert "2026年11月22日" in draft.opening
    assert draft.claims[0].text == "Copper pays 50% from 1 August 2025."
    assert draft.claims[1].heading == "それ以前："


def test_every_claim_rests_on_the_sentence_it_tells(copper: Holdings) -> None:
    for claim in written(copper, Evidence(put(copper, NOW, NEXT, THEN, FREE))).claims:
        (span,) = claim.spans
        assert span.quote == claim.text


def test_only_the_articles_own_reference_numbers_are_left_out(
    tmp_path: Path, open_corpus: Open
) -> None:
    sentence = "**Cars** pay 25% [12]."
    for kind, told in (("article", "Cars pay 25%."), ("policy-brief", "Cars pay 25% [12].")):
        write_document(tmp_path / kind, "cars", f"# Cars\n\n{sentence}\n", kind=kind)
        reading = open_corpus(tmp_path / kind).reader.read(0)
        assert tell(reading) == told
        assert span_of(reading).quote == sentence
