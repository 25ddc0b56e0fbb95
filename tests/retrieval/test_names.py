from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from retrieval.engine import Holdings
from retrieval.names import named_in
from retrieval.query import Query, make_query
from retrieval.terms import stem, words
from tests.documents import write_document
from tests.retrieval.conftest import Open

BODY = (
    "# Cars\n\n- Cars from Japan that Toyota makes in Ohio pay 15%, as Toyota says.\n"
    "- The fund tracks what MP Materials and the REMX index hold.\n"
)


@pytest.fixture
def cars(tmp_path: Path, open_corpus: Open) -> Holdings:
    folder = tmp_path / "corpus"
    write_document(folder, "cars", BODY, title="The measure on cars")
    return open_corpus(folder)


def named(cars: Holdings, query: str | Query) -> tuple[tuple[str, ...], tuple[str, ...]]:
    asked = make_query(query) if isinstance(query, str) else query
    return named_in(asked, cars.index, cars.speller)


@pytest.mark.parametrize(
    ("question", "known"),
    [
        ("what does Toyota pay", ["toyota"]),
        ("what does toyota pay", ["toyota"]),
        ("toyotas duty", ["toyota"]),
        ("Toyota's duty", ["toyota"]),
        ("what do cars from Japan pay in Ohio?", ["japan", "ohio"]),
        ("what is remx", ["remx"]),
    ],
)
def test_what_the_corpus_writes_with_a_capital_is_a_name_however_it_is_asked(
    cars: Holdings, question: str, known: list[str]
) -> None:
    assert named(cars, question) == (tuple(stem(name) for name in known), ())


@pytest.mark.parametrize(
    ("question", "unknown"),
    [
        ("what do cars from Brazil pay", ["brazil"]),
        ("what do cars from brazil pay", ["brazil"]),
        ("what is the fee of XYZQ", ["xyzq"]),
        ("is QQX or Bolivia in it", ["qqx", "bolivia"]),
    ],
)
def test_a_well_known_name_or_a_ticker_that_no_document_holds_is_unknown(
    cars: Holdings, question: str, unknown: list[str]
) -> None:
    known, found = named(cars, question)
    assert found == tuple(unknown)
    assert not set(unknown) & set(known)


def test_names_the_corpus_holds_and_names_it_lacks_are_told_apart(cars: Holdings) -> None:
    assert named(cars, "do Toyota cars from Brazil pay?") == (("toyota",), ("brazil",))


@pytest.mark.parametrize(
    "question",
    [
        "what do cars pay",
        "gimme the lowdown on wheels",
        "15% on 232",
        "MOM, WHAT DO CARS PAY",
        "tell me ALL of it and NOT less",
        "a b",
    ],
)
def test_plain_words_figures_and_shouting_are_no_names(cars: Holdings, question: str) -> None:
    assert named(cars, question) == ((), ())


def test_a_name_told_twice_counts_once(cars: Holdings) -> None:
    assert named(cars, "Toyota toyota Brazil brazil") == (("toyota",), ("brazil",))


def test_a_misspelt_ticker_is_not_unknown_when_it_is_near_one_that_is_held(cars: Holdings) -> None:
    assert named(cars, "what is the fee of REMXX") == ((), ())


def test_a_ticker_in_a_japanese_question_is_a_name(cars: Holdings) -> None:
    assert named(cars, Query(text="XYZQ expense ratio", original="XYZQの経費率は？")) == (
        (),
        ("xyzq",),
    )


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(st.text(st.sampled_from("aeTXOyota 15%.'’日"), max_size=40))
def test_a_name_is_a_word_of_the_question_and_on_one_side_only(cars: Holdings, text: str) -> None:
    known, unknown = named(cars, text)
    said = set(words(text))
    assert set(unknown) <= said
    assert set(known) <= {stem(word) for word in said}
    assert not set(known) & {stem(name) for name in unknown}


def test_names_of_the_packaged_corpus_are_known(holdings: Holdings) -> None:
    question = "how do Toyota, Lynas, Takaichi and REMX fare in Greenland and Luxembourg?"
    known, unknown = named(holdings, question)
    assert {"toyota", "lyna", "takaichi", "remx"} <= set(known)
    assert "remx" not in unknown
