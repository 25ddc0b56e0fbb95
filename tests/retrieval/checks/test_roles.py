"""Gate 3: who does what to whom."""

from __future__ import annotations

import pytest

from retrieval.verify import check_claim

QUOTE = "China suspended the ban on gallium for the United States on 9 November 2025."


@pytest.mark.parametrize(
    ("claim", "quote"),
    [
        ("The United States suspended the ban on gallium for China.", QUOTE),
        ("Switzerland cut its tariff on U.S. goods.", "The U.S. cut its tariff on Swiss goods."),
        ("The surcharge replaced the duties.", "The duties replaced the surcharge in July."),
        ("Japan sold missiles to Korea.", "Korea sold missiles to Japan."),
        ("The ban was suspended for China.", "The ban was suspended by China."),
        ("Vale bought Lynas.", "Lynas bought Vale in May."),
        ("It was sold to Japan.", "It was sold from Japan to Korea."),
    ],
)
def test_doer_and_done_to_are_not_exchanged(claim: str, quote: str) -> None:
    assert not check_claim(claim, [quote]).ok


@pytest.mark.parametrize(
    ("claim", "quote"),
    [
        ("The ban on gallium was suspended by China on 9 November 2025.", QUOTE),
        ("On 9 November 2025 China suspended the ban on gallium.", QUOTE),
        ("For the United States, China suspended the ban on gallium.", QUOTE),
        ("Vale was bought by Lynas.", "Lynas bought Vale in May."),
        ("Estonia and Poland signed the pact.", "Poland and Estonia signed the pact."),
        ("The Japan-U.S. deal holds.", "The U.S.-Japan deal holds."),
        ("MP fell while Lynas rose.", "Lynas rose while MP fell."),
    ],
)
def test_a_passive_and_another_order_pass(claim: str, quote: str) -> None:
    assert check_claim(claim, [quote]).ok
