from __future__ import annotations

import pytest

from retrieval.compose.generative.prices import Price, find_price, price_lists


def test_a_dated_version_costs_what_its_model_costs() -> None:
    assert find_price("openai:gpt-5-mini-2025-08-07") == find_price("openai:gpt-5-mini")
    assert find_price("anthropic:claude-haiku-4-5-20251001") == Price(input=1, output=5)


@pytest.mark.parametrize(
    "name", ["openai:gpt-5-mini-turbo", "openai:gpt-99", "ollama:llama3.1:8b", "gpt-5", ""]
)
def test_a_model_that_is_not_listed_has_no_price(name: str) -> None:
    assert find_price(name) is None


def test_tokens_are_charged_by_the_million() -> None:
    assert Price(input=2, output=8).cost(1_000_000, 500_000) == 6.0
    assert Price(input=0.25, output=2).cost(6_000, 400) == 0.0023


def test_every_list_names_its_source_and_day() -> None:
    assert price_lists()
    for listed in price_lists():
        assert listed.source.startswith("https://")
        assert listed.read.year >= 2026
        assert listed.prices
