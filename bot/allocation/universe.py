"""The funds that may implement a sleeve, as the list beside the rules has them."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from bot.allocation.sleeves import Sleeve
from corpus.document import Line

SHORT_DATED = "short-dated"
"""The exposure that marks a bond fund of short maturities."""


class China(StrEnum):
    """How much of a fund is in China by country of listing; a fund without a tag is unknown."""

    NONE = "none"
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    UNKNOWN = "unknown"


class Fund(BaseModel):
    """A fund, its yearly cost in percent, and where and when that was read; null: not verified."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    ticker: Annotated[str, StringConstraints(pattern=r"\A[A-Z0-9.]{1,12}\z")]
    name: Line
    issuer: Line
    sleeve: Sleeve | None
    index_or_active: Literal["index", "active"]
    index_name: Line | None = None
    expense_ratio_pct: Annotated[Decimal, Field(ge=0, le=10)] | None
    inception: Line | None
    domicile_focus: Line
    exposures: tuple[Line, ...]
    as_of: Line | None
    source_url: Line
    notes: Line | None = None

    @model_validator(mode="after")
    def _has_one_china_tag(self) -> Fund:
        if len([e for e in self.exposures if e.startswith(_CHINA)]) > 1:
            raise ValueError(f"{self.ticker}: more than one {_CHINA}… exposure")
        return self

    @cached_property
    def china(self) -> China:
        """The exposure to China."""
        tags = [e.removeprefix(_CHINA) for e in self.exposures if e.startswith(_CHINA)]
        return China(tags[0]) if tags else China.UNKNOWN

    @property
    def rank(self) -> tuple[bool, Decimal, str]:
        """The order in which funds are listed: cost not known last, then cost, then ticker."""
        return (
            self.expense_ratio_pct is None,
            self.expense_ratio_pct or Decimal(0),
            self.ticker,
        )


class Universe(BaseModel):
    """All funds, in the order in which they are listed."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    funds: tuple[Fund, ...]

    @model_validator(mode="after")
    def _has_each_once(self) -> Universe:
        for ticker in self.tickers:
            if self.tickers.count(ticker) > 1:
                raise ValueError(f"{ticker} is given twice")
        return self

    @cached_property
    def tickers(self) -> tuple[str, ...]:
        """Every ticker there is."""
        return tuple(fund.ticker for fund in self.funds)

    @cached_property
    def by_ticker(self) -> Mapping[str, Fund]:
        """Look-up by ticker."""
        return {fund.ticker: fund for fund in self.funds}

    @cached_property
    def by_sleeve(self) -> Mapping[Sleeve, tuple[Fund, ...]]:
        """The funds of each sleeve, in the order in which they are listed."""
        return {
            sleeve: tuple(
                sorted((f for f in self.funds if f.sleeve is sleeve), key=lambda f: f.rank)
            )
            for sleeve in Sleeve
        }


_CHINA = "china-exposure-"
