from __future__ import annotations

import math
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from retrieval import refusal
from retrieval.answer import Question
from retrieval.compose.measuring import measure
from retrieval.engine import Holdings
from retrieval.features import what_it_asks
from retrieval.query import Query, make_query
from retrieval.refusal import Judgement, judge, load_model, read_signs, threshold
from retrieval.understanding import Part, understand
from tests.conftest import TODAY
from tests.documents import write_document
from tests.retrieval.conftest import Open

SHARES = (
    "strict_at_all",
    "loose_at_all",
    "strict_in_top",
    "loose_in_top",
    "attribute_asked",
    "attribute_told",
    "attribute_untold",
    "names_asked",
    "names_met",
    "names_unknown",
    "covered",
    "wants_now",
    "timely",
    "words_unknown",
    "wants_figure",
    "documents",
)
"""Signs that are shares or yes and no."""


def part_of(text: str | Query) -> Part:
    query = make_query(text) if isinstance(text, str) else text
    return Part(query=query, asks=what_it_asks(query.text))


def signs(
    holdings: Holdings, text: str | Query, day: date = TODAY
) -> tuple[dict[str, float], tuple[str, ...]]:
    part = part_of(text)
    found = holdings.search.search(part.query, 10)
    measured = measure(part, found, holdings.reader, day, is_dated=False)
    return read_signs(part, found, measured, holdings.reader, holdings.speller)


def judged(holdings: Holdings, text: str) -> Judgement:
    inquiry = understand(Question(question=text), today=TODAY, speller=holdings.speller)
    part = inquiry.parts[0]
    found = holdings.search.search(part.query, 10)
    measured = measure(part, found, holdings.reader, TODAY, is_dated=False)
    return judge(part, found, measured, holdings.reader, holdings.speller)


# The model.


def test_every_sign_has_a_weight_and_every_weight_a_sign(small: Holdings) -> None:
    found, _ = signs(small, "what does copper pay")
    assert set(found) == set(load_model().weights)


def test_the_threshold_is_a_probability() -> None:
    assert 0 < threshold() < 1


_WEIGHTS = load_model().weights
_SIGNS = st.fixed_dictionaries({name: st.floats(-1, 1.5) for name in _WEIGHTS})


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(_SIGNS, st.sampled_from(sorted(_WEIGHTS)), st.floats(0.01, 1))
def test_a_sign_speaks_for_a_refusal_or_against_it_as_its_weight_says(
    small: Holdings, given_signs: dict[str, float], name: str, more: float
) -> None:
    def probability(of: dict[str, float]) -> float:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(refusal, "read_signs", lambda *_: (of, ()))
            return judged(small, "what does copper pay").refuse

    before = probability(given_signs)
    after = probability({**given_signs, name: given_signs[name] + more})
    assert 0 <= before <= 1
    assert 0 <= after <= 1
    weight = _WEIGHTS[name]
    if weight > 0:
        assert after >= before
    elif weight < 0:
        assert after <= before
    else:
        assert after == before


# The signs.


def test_a_question_in_the_words_of_a_sentence_is_wholly_covered_and_strictly_met(
    small: Holdings,
) -> None:
    found, unknown = signs(small, "Does copper pay 50% from August 2025?")
    assert unknown == ()
    assert found["covered"] == pytest.approx(1)
    assert found["words_unknown"] == 0
    assert found["strict_at_all"] == found["loose_at_all"] == found["timely"] == 1


def test_words_that_no_document_holds_are_counted(small: Holdings) -> None:
    assert signs(small, "quixotic zeppelins of copper")[0]["words_unknown"] == pytest.approx(2 / 3)
    mended = Query(text="what does coppr pay", corrections=("copper",))
    assert signs(small, mended)[0]["words_unknown"] == 0
    assert signs(small, "is it so")[0]["words_unknown"] == 0


def test_a_name_that_no_document_holds_is_named_and_met_by_no_sentence(small: Holdings) -> None:
    found, unknown = signs(small, "what does Brazil pay")
    assert unknown == ("brazil",)
    assert found["names_unknown"] > 0
    assert found["names_met"] == found["strict_at_all"] == 0


def test_the_more_names_the_more_up_to_a_few(small: Holdings) -> None:
    def rising(name: str, texts: list[str]) -> list[float]:
        return [signs(small, text)[0][name] for text in texts]

    unknown = ["copper", "Brazil", "Brazil and Chad", "Brazil, Chad and Peru"]
    none, one, *most = rising("names_unknown", unknown)
    assert 0 == none < one < most[0] == most[1] == 1
    # Metals are names wherever they stand.
    known = ["what is it", "copper", "copper and steel", "copper, steel and scrap"]
    none, one, two, _ = rising("names_asked", known)
    assert 0 == none < one < two <= 1


def test_a_question_kept_beside_a_sentence_is_a_sign_when_it_is_asked(
    small_corpus: Path, open_corpus: Open
) -> None:
    question = "are leftovers let off"
    asked = f"- says: Scrap pays\n  asked: [{question}]\n"
    (small_corpus / "copper.asked.yaml").write_text(asked, encoding="utf-8")
    found, _ = signs(open_corpus(small_corpus), question)
    assert found["asked_like"] == pytest.approx(1, abs=1e-4)
    assert found["asked_like_loose"] == pytest.approx(1, abs=1e-4)
    assert found["similarity"] < found["asked_like"]


def test_the_best_sentence_stands_out_by_its_margin_over_the_others(holdings: Holdings) -> None:
    told, _ = signs(holdings, "The 15% rate on Japanese cars was not backdated.")
    assert told["similarity"] == pytest.approx(1, abs=1e-3)
    assert 0 < told["margin"] < told["similarity"]


def test_a_time_that_no_sentence_speaks_of_is_not_met(small: Holdings) -> None:
    assert signs(small, "what did copper pay in March 2019")[0]["timely"] == 0
    assert signs(small, "what did copper pay in August 2025")[0]["timely"] == 1
    assert signs(small, "what does copper pay")[0]["timely"] == 1


def test_a_property_that_no_sentence_tells_of_is_not_met(small: Holdings) -> None:
    found, _ = signs(small, "how many people work in copper")
    assert found["attribute_asked"] == found["attribute_untold"] == 1
    assert found["attribute_told"] == found["strict_at_all"] == 0


def test_a_property_that_a_sentence_tells_of_is_met(tmp_path: Path, open_corpus: Open) -> None:
    body = "# Copper\n\n- The copper mine employs 800 workers.\n- Copper pays 50%.\n"
    write_document(tmp_path / "mine", "copper", body)
    found, _ = signs(open_corpus(tmp_path / "mine"), "how many people work in copper")
    assert found["attribute_untold"] == 0
    assert found["attribute_told"] == found["strict_at_all"] == 1


def test_a_question_for_a_figure_is_not_met_by_a_sentence_without_one(
    tmp_path: Path, open_corpus: Open
) -> None:
    write_document(tmp_path / "scrap", "scrap", "# Scrap\n\n- Scrap is free of duty.\n")
    holdings = open_corpus(tmp_path / "scrap")
    rate, _ = signs(holdings, "what rate does scrap pay")
    assert (rate["wants_figure"], rate["strict_at_all"]) == (1, 0)
    why, _ = signs(holdings, "why is scrap free")
    assert (why["wants_figure"], why["strict_at_all"]) == (0, 1)


@pytest.mark.parametrize(
    ("text", "wants_now"),
    [
        ("what is the copper price right now", 1),
        ("copper price yesterday", 1),
        ("what will copper pay next year", 1),
        ("what does copper pay", 0),
        ("what did copper pay in August 2025", 0),
    ],
)
def test_who_wants_the_news_of_the_day_is_seen(
    small: Holdings, text: str, wants_now: float
) -> None:
    assert signs(small, text)[0]["wants_now"] == wants_now


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(st.text(max_size=60), st.text(max_size=20))
def test_the_signs_of_any_question_are_finite_and_shares_are_shares(
    small: Holdings, text: str, correction: str
) -> None:
    found, unknown = signs(small, Query(text=text, original=text, corrections=(correction,)))
    assert all(math.isfinite(value) for value in found.values())
    for name in SHARES:
        assert -1e-6 <= found[name] <= 1 + 1e-6, name
    assert found["strict_at_all"] <= found["loose_at_all"] or found["names_asked"] == 0
    assert all(name in text.lower() for name in unknown)


# The judgement, over the packaged corpus: cases far from the threshold.


@pytest.mark.parametrize(
    "text",
    [
        "What tariff do Japanese cars pay in the US?",
        "What is the expense ratio of REMX?",
        "When did the Supreme Court rule that IEEPA allows no tariffs?",
    ],
)
def test_what_the_documents_tell_outright_is_likely_answered(holdings: Holdings, text: str) -> None:
    found = judged(holdings, text)
    assert found.refuse < threshold()
    assert found.unknown_names == ()


@pytest.mark.parametrize(
    "text",
    [
        "How many employees does the bakery in Naples have?",
        "What is the best recipe for lasagne?",
        "How tall is Mount Everest?",
    ],
)
def test_what_has_nothing_to_do_with_the_documents_is_likely_refused(
    holdings: Holdings, text: str
) -> None:
    assert judged(holdings, text).refuse >= threshold()


def test_a_name_that_no_document_holds_is_handed_on(holdings: Holdings) -> None:
    assert judged(holdings, "What tariff does Kiribati pay?").unknown_names == ("kiribati",)
