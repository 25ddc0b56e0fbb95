"""Gate 2: names, tickers and goods."""

from __future__ import annotations

import pytest

from retrieval.verify import check_claim

QUOTE = (
    "The Department of Defense bought USD 400 million of MP Materials stock from Japan's Sojitz."
)


@pytest.mark.parametrize(
    "claim",
    [
        "The Pentagon bought $400 million of MP Materials stock.",
        "The Department of War bought USD 400 million of MP Materials stock.",
        "DoD bought stock of MP Materials.",
        "Japanese Sojitz sold MP Materials stock to the Pentagon.",
    ],
)
def test_a_body_may_be_called_by_another_of_its_names(claim: str) -> None:
    reasons = {failure.reason for failure in check_claim(claim, [QUOTE]).failures}
    assert "name" not in reasons


@pytest.mark.parametrize(
    "claim",
    [
        "The Department of Energy bought USD 400 million of MP Materials stock.",
        "The Pentagon bought $400 million of Lynas stock.",
        "Lynas's stock was bought by the Pentagon.",
        "Honda bought USD 400 million of MP Materials stock.",
        "The Pentagon bought MP Materials stock from China's Sojitz.",
        "The Pentagon bought stock of MP Materials (NYSE: MPX).",
    ],
)
def test_a_name_that_the_quotes_lack_is_caught(claim: str) -> None:
    assert not check_claim(claim, [QUOTE]).ok


def test_a_metal_is_a_name_though_written_small() -> None:
    quote = "The quota on cobalt exports is 96,600 tonnes."
    assert check_claim("The cobalt export quota is 96,600 tonnes.", [quote]).ok
    assert not check_claim("The nickel export quota is 96,600 tonnes.", [quote]).ok


def test_an_acronym_stands_for_its_words_and_the_other_way_round() -> None:
    spelled, short = "The World Trade Organization ruled.", "The WTO ruled."
    assert check_claim(short, [spelled]).ok
    assert check_claim(spelled, [short]).ok


def test_a_name_in_front_of_an_acronym_is_no_part_of_it() -> None:
    quote = "A fund of China's National University of Defense Technology (NUDT) closed."
    claim = "A fund of Zentara's National University of Defense Technology closed."
    assert not check_claim(claim, [quote]).ok


def test_the_title_of_a_document_may_carry_a_name_and_never_a_figure() -> None:
    quotes, title = ["The ceiling is 15%."], ["U.S.-Japan framework of 2025"]
    assert not check_claim("Japan's ceiling is 15%.", quotes).ok
    assert check_claim("Japan's ceiling is 15%.", quotes, context=title).ok
    assert not check_claim("Korea's ceiling is 15%.", quotes, context=title).ok
    assert not check_claim("Japan's ceiling is 15% in 2025.", quotes, context=title).ok


def test_a_capital_at_the_head_of_a_sentence_makes_no_name() -> None:
    quote = "The fund invests in miners and lends to smelters."
    assert check_claim("Lending to smelters, the fund invests in miners.", [quote]).ok
