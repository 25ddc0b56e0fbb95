"""What an allocation is made for: the answers, strictly read; and how long they count."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from difflib import get_close_matches
from functools import cached_property
from typing import Annotated, Any

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictBool,
    StrictInt,
    StrictStr,
    ValidationError,
    model_validator,
)

from bot.allocation.figures import exact
from bot.allocation.sleeves import THEMES, Horizon, Implementation, Sleeve
from corpus.errors import ProfileError

CASH = "CASH"
CHINA_EXPOSURE = "china-exposure"
MOST_MONEY = 10**12
SUM_TOLERANCE = Decimal("0.1")
"""How far percentages of holdings may miss 100."""

_NAMED_EXCLUSIONS = {**{theme.value: theme for theme in THEMES}, "defense": Sleeve.DEF}
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def _number(value: object) -> object:
    """Leave a finite number as it was written; whole numbers stay whole in the echo."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError("is not a number")  # noqa: TRY004 - pydantic collects ValueErrors
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError("is not a finite number")
    return value


def _money(value: object) -> object:
    number = _number(value)
    if not 0 < number <= MOST_MONEY:  # type: ignore[operator]
        raise ValueError("must be above 0 and at most 1,000,000,000,000")
    return number


def _percentage(value: object) -> object:
    number = _number(value)
    if not 0 <= number <= 100:  # type: ignore[operator]
        raise ValueError("must be between 0 and 100")
    return number


def _share(value: object) -> object:
    number = _number(value)
    if not 0 <= exact(number) <= 100 + SUM_TOLERANCE:  # type: ignore[arg-type]
        raise ValueError("must be between 0 and 100")
    return number


def _day(value: object) -> object:
    if isinstance(value, date):
        return value
    if isinstance(value, str) and _DAY.fullmatch(value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    raise ValueError("is not a date; write it as 2026-11-22")


def _country(value: object) -> object:
    from pycountry import countries

    known = countries.get(alpha_2=value) if isinstance(value, str) and len(value) == 2 else None
    if known is None or known.alpha_2 != value:
        raise ValueError("is not a country code; write two capital letters as in ISO 3166, as JP")
    return value


def _currency(value: object) -> object:
    from pycountry import currencies

    known = currencies.get(alpha_3=value) if isinstance(value, str) and len(value) == 3 else None
    if known is None or known.alpha_3 != value:
        raise ValueError("is not a currency code; write three capital letters as in ISO 4217: USD")
    return value


def _one_of(*names: str) -> BeforeValidator:
    def check(value: object) -> object:
        if not isinstance(value, str) or value not in names:
            raise ValueError(f"must be one of: {', '.join(names)}")
        return value

    return BeforeValidator(check)


Number = StrictInt | float
Money = Annotated[Number, BeforeValidator(_money)]
Percentage = Annotated[Number, BeforeValidator(_percentage)]
Share = Annotated[Number, BeforeValidator(_share)]
"""A percentage of holdings: the only one there is may miss 100 as far as their sum may."""


class Holding(BaseModel):
    """One position: a ticker of the universe or CASH, with its percent or its amount."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    ticker: StrictStr
    percent: Share | None = None
    amount: Money | None = None

    @model_validator(mode="after")
    def _has_one_size(self) -> Holding:
        if (self.percent is None) == (self.amount is None):
            raise ValueError(f"{self.ticker}: give either percent or amount")
        return self


class Profile(BaseModel):
    """The answers. Keys that were not given are not echoed; percentages are of the portfolio."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    horizon: Annotated[Horizon, _one_of(*Horizon)]
    willingness: Annotated[StrictInt, Field(ge=1, le=5)]
    tolerable_loss_pct: Percentage
    emergency_fund: StrictBool
    costly_debt: StrictBool
    theme_knowledge: StrictBool
    exclusions: tuple[StrictStr, ...]
    country: Annotated[StrictStr, BeforeValidator(_country)] | None = None
    amount: Money | None = None
    currency: Annotated[StrictStr, BeforeValidator(_currency)] | None = None
    holdings: tuple[Holding, ...] | None = None
    implementation: Annotated[Implementation, _one_of(*Implementation)] = Implementation.SLEEVES
    as_of: Annotated[date, BeforeValidator(_day)] | None = None

    @model_validator(mode="after")
    def _holdings_add_up(self) -> Profile:
        percents = [h.percent for h in self.holdings or () if h.percent is not None]
        if not percents:
            return self
        if len(percents) < len(self.holdings or ()):
            raise ValueError("holdings: percent and amount are mixed; give all in percent or none")
        total = sum(map(exact, percents), Decimal(0))
        if abs(total - 100) > SUM_TOLERANCE:
            raise ValueError(f"holdings: the percentages add up to {total.normalize():f}, not 100")
        return self

    @cached_property
    def excluded_themes(self) -> frozenset[Sleeve]:
        """The themes that are excluded, under whichever name."""
        return frozenset(_NAMED_EXCLUSIONS[e] for e in self.exclusions if e in _NAMED_EXCLUSIONS)

    @cached_property
    def excluded_tickers(self) -> frozenset[str]:
        """The tickers that are excluded."""
        return frozenset(self.exclusions) - {*_NAMED_EXCLUSIONS, CHINA_EXPOSURE}

    @property
    def avoids_china(self) -> bool:
        """True where theme funds must have no exposure to China."""
        return CHINA_EXPOSURE in self.exclusions

    def echo(self) -> dict[str, Any]:
        """The answers as they were given, ready for JSON."""
        return self.model_dump(mode="json", exclude_unset=True)


def parse_profile(data: object, tickers: tuple[str, ...]) -> Profile:
    """Read a profile from JSON data.

    Args:
        data: what a JSON parser gave.
        tickers: the universe's tickers, which holdings and exclusions may name.

    Raises:
        ProfileError: a key that is missing, unknown or unusable, or an unknown ticker; named.
    """
    if not isinstance(data, Mapping):
        raise ProfileError("a profile is a JSON object with keys such as horizon and willingness")
    try:
        profile = Profile.model_validate(data)
    except ValidationError as error:
        raise ProfileError(_first_problem(error)) from error
    for name in profile.exclusions:
        if name not in _NAMED_EXCLUSIONS and name != CHINA_EXPOSURE:
            check_ticker(name, tickers, "exclusions", [*_NAMED_EXCLUSIONS, CHINA_EXPOSURE])
    for holding in profile.holdings or ():
        if holding.ticker != CASH:
            check_ticker(holding.ticker, tickers, "holdings", [CASH])
    return profile


def check_ticker(
    name: str, tickers: tuple[str, ...], where: str, also: list[str] | None = None
) -> None:
    """Refuse a ticker that is not known, naming those spelt like it.

    Raises:
        ProfileError: it is not known. It is never replaced by a guess.
    """
    if name in tickers:
        return
    near = near_tickers(name, [*tickers, *(also or ())])
    hint = f": did you mean {' or '.join(near)}?" if near else "."
    shown = name if len(name) <= 40 else f"{name[:40]}…"
    raise ProfileError(f'{where}: unknown ticker "{shown}"{hint} See: lodestone allocate funds')


def near_tickers(name: str, known: Sequence[str]) -> list[str]:
    """Up to three known names that are spelt like this one."""
    folded = {candidate.upper(): candidate for candidate in known}
    return [folded[match] for match in get_close_matches(name.upper(), folded, n=3, cutoff=0.5)]


def _first_problem(error: ValidationError) -> str:
    first = error.errors(include_url=False)[0]
    place = ".".join(str(part) for part in first["loc"] if part not in {"int", "float"})
    kind, value = first["type"], first.get("input")
    if kind == "missing":
        return f"{place}: missing; add it"
    if kind == "extra_forbidden":
        known = list(Holding.model_fields if "holdings" in place else Profile.model_fields)
        near = get_close_matches(place.split(".")[-1], known, n=1)
        return f"{place}: unknown key; " + (f"did you mean {near[0]}?" if near else "remove it")
    reason = {
        "bool_type": "must be true or false",
        "int_type": "must be a whole number",
        "string_type": "must be text",
        "tuple_type": "must be a list",
        "greater_than_equal": "must be between 1 and 5",
        "less_than_equal": "must be between 1 and 5",
        "model_type": "must be an object with ticker and percent or amount",
        "model_attributes_type": "must be an object with ticker and percent or amount",
    }.get(kind, str(first["msg"]).removeprefix("Value error, "))
    if not place:
        return reason
    if isinstance(value, Mapping):
        return f"{place}: {reason}"
    shown = repr(value) if isinstance(value, str | int | float) else type(value).__name__
    return f"{place}: {shown if len(shown) <= 60 else shown[:60] + '…'} {reason}"
