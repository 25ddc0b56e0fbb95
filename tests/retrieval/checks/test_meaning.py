"""Gate 3: negations, hedges and opposites."""

from __future__ import annotations

import pytest

from retrieval.verify import check_claim


def _reasons(claim: str, quote: str) -> set[str]:
    return {failure.reason for failure in check_claim(claim, [quote]).failures}


@pytest.mark.parametrize(
    ("claim", "quote"),
    [
        ("The rule was suspended.", "The rule was not suspended in May."),
        ("The rule was not suspended.", "The rule was suspended in May."),
        ("The rule was never suspended.", "The rule was suspended in May."),
        ("A ruling was found.", "No ruling was found by May."),
        ("No ruling was not found.", "No ruling was found by May."),
        ("The figures are verified.", "The figures are UNVERIFIED here."),
        ("The figures are not unverified.", "The figures are not verified here."),
        ("All of the trusts pay dividends.", "None of the trusts pays dividends."),
        ("The duty had a 15% ceiling.", "The duty had no 15% ceiling then."),
        ("They were held and not bought.", "They were not held, and they were bought."),
        ("The President has power to act.", "The law gives the President no power to act."),
        ("The controls are still paused.", "Whether the controls are still paused is unknown."),
    ],
)
def test_a_negation_dropped_or_added_is_caught(claim: str, quote: str) -> None:
    assert _reasons(claim, quote) & {"negation", "hedge"}


@pytest.mark.parametrize(
    ("claim", "quote"),
    [
        ("The bill failed to pass.", "The bill did not pass in May."),
        ("The figures are unverified.", "The figures are not verified in this brief."),
        ("The rule is no longer in force.", "The rule expired in May."),
        ("The duty ended.", "No refund was paid, and the duty ended."),
        (
            "Neither cars nor trucks are covered.",
            "Cars are not covered and trucks are not covered.",
        ),
        ("The board did not say if it agrees.", "The board did not say whether it agrees."),
    ],
)
def test_a_negation_may_be_said_otherwise_or_left_out_with_its_clause(
    claim: str, quote: str
) -> None:
    assert not _reasons(claim, quote)


@pytest.mark.parametrize(
    ("claim", "quote"),
    [
        ("China doubled its reserves.", "China reportedly doubled its reserves."),
        ("China reportedly doubled its reserves.", "China doubled its reserves in May."),
        ("The duty will end in May.", "The duty may end in May."),
        ("The duty ended in May.", "The duty is due to end in May."),
        ("The duty will end in May.", "The duty is expected to end in May."),
        ("The cut came into force.", "The proposed cut came into force."),
        ("The tax is 28%.", "The tax is up to 28%."),
        ("The drawdown was 63%.", "The drawdown was about 63%."),
        ("The drawdown was about 63%.", "The drawdown was 63% then."),
        ("Maaden holds 51%.", "Maaden holds at least 51%."),
        ("The fund holds miners.", "The fund mainly holds miners."),
        ("All growth came from one country.", "Nearly all growth came from one country."),
        ("China will suspend the notices.", "China suspended the notices in May."),
        ("The quota was cut by 47%.", "The EU asked to cut the quota by 47%."),
        ("Lithium demand grew by 30%.", "The article says lithium demand grew by 30%."),
        ("Only cars are covered.", "Cars are covered by the rule."),
    ],
)
def test_a_hedge_dropped_or_added_is_caught(claim: str, quote: str) -> None:
    assert "hedge" in _reasons(claim, quote)


@pytest.mark.parametrize(
    ("claim", "quote"),
    [
        ("The drawdown was roughly 63%.", "The drawdown was about 63%."),
        ("Maaden holds no less than 51%.", "Maaden holds at least 51%."),
        ("The duty could end in May.", "The duty may end in May."),
        ("The duty applies from 1 May 2026.", "The duty will apply from 1 May 2026."),
        ("None was found by 22 November 2026.", "None was found up to 22 November 2026."),
        ("According to the article, demand grew by 30%.", "The article says demand grew by 30%."),
        ("The target is to be met by 2035.", "The deadline of the target is 2035."),
    ],
)
def test_a_hedge_may_be_said_otherwise(claim: str, quote: str) -> None:
    assert not _reasons(claim, quote)


@pytest.mark.parametrize(
    ("claim", "quote"),
    [
        ("Prices fell by 5%.", "Prices rose by 5%."),
        ("The rule was resumed.", "The rule was suspended in May."),
        ("The rule is repealed.", "The rule is in force."),
        ("Exports of cobalt were allowed.", "Exports of cobalt were banned."),
        ("It was signed before the ruling.", "It was signed after the ruling."),
        ("It runs until 1 May 2026.", "It runs from 1 May 2026."),
        ("The tariff rose to 15%.", "The tariff rose by 15%."),
        ("It is the smallest fund.", "It is the largest fund."),
        ("Lynas fell 12% and Vale rose 8%.", "Lynas rose 12% and Vale fell 8%."),
        ("They are export quotas.", "They are import quotas."),
        ("The ban was lifted.", "The ministers said the ban stays."),
    ],
)
def test_an_opposite_is_caught(claim: str, quote: str) -> None:
    assert not check_claim(claim, [quote]).ok


def test_a_claim_about_something_else_is_unrelated() -> None:
    quote = "The fund charges a fee and lends its shares to banks."
    assert "unrelated" in _reasons("Miners asked the court to stay the order.", quote)
