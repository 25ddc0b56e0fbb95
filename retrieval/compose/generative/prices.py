"""What a model's tokens cost at list prices, from `prices.yaml`."""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

_DATED = re.compile(r"-(?:\d{8}|\d{4}-\d{2}-\d{2})$")


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Price(_Model):
    """US dollars for a million tokens."""

    input: float = Field(ge=0)
    output: float = Field(ge=0)

    def cost(self, tokens_in: int, tokens_out: int) -> float:
        """US dollars, to the hundredth of a cent's hundredth."""
        return round((tokens_in * self.input + tokens_out * self.output) / 1e6, 6)


class PriceList(_Model):
    """The prices of one provider as read from one source on one day."""

    source: str
    read: date
    provider: str
    prices: dict[str, Price]


@lru_cache(maxsize=1)
def price_lists() -> tuple[PriceList, ...]:
    """The lists that come with Lodestone."""
    text = (Path(__file__).parent / "prices.yaml").read_text(encoding="utf-8")
    return TypeAdapter(tuple[PriceList, ...]).validate_python(yaml.safe_load(text))


def find_price(name: str) -> Price | None:
    """The price of a model given as `provider:model`; None: not known.

    Example:
        >>> find_price("openai:gpt-5-mini-2025-08-07")
        Price(input=0.25, output=2.0)
    """
    provider, _, model = name.partition(":")
    known = next((entry.prices for entry in price_lists() if entry.provider == provider), {})
    return known.get(model) or known.get(_DATED.sub("", model))
