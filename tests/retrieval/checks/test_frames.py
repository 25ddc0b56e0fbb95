"""The words with which an answer names its source."""

from __future__ import annotations

import pytest

from retrieval.checks.frames import split_frame
from retrieval.verify import check_claim

QUOTE = "The duty on Japanese cars is 15% in total."


@pytest.mark.parametrize(
    "frame",
    [
        "According to the brief, {}",
        "The article reports that {}",
        "The policy brief of the White House says: {}",
        "As stated in the document, {}",
        "The document notes {} [2]",
        'The market brief writes: "{}" [1, 2]',
    ],
)
def test_a_frame_around_what_a_quote_says_passes(frame: str) -> None:
    claim = frame.format(QUOTE)
    quotes = [QUOTE, "The White House gave it."]
    assert check_claim(claim, quotes).ok


def test_a_frame_behind_the_claim_passes() -> None:
    assert check_claim("Japanese cars pay a duty of 15%, according to the brief.", [QUOTE]).ok


def test_a_source_that_the_quotes_do_not_name_is_caught() -> None:
    assert not check_claim("According to Reuters, the duty on Japanese cars is 15%.", [QUOTE]).ok


@pytest.mark.parametrize(
    "text",
    [
        "A summary of the talks was found to be wrong.",
        "The report on cobalt was not published.",
        "The duty is 15% (according to AP, the vote was close).",
        "The cost is USD 110 per kg of metal.",
    ],
)
def test_a_statement_is_no_frame(text: str) -> None:
    assert split_frame(text) == ("", text)
