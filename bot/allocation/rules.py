"""The rule file as a strict model: tables that add up, rules and signals by id."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from itertools import pairwise
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictInt, model_validator

from bot.allocation.sleeves import CLASSES, LEVELS, PERCENT, THEMES, Horizon, Sleeve
from corpus.document import DocumentId, Line
from retrieval.currency import State

Level = Annotated[int, Field(ge=LEVELS[0], le=LEVELS[-1])]
Percent = Annotated[Decimal, Field(ge=0, le=100, decimal_places=2)]
Change = Annotated[Decimal, Field(ge=-100, le=1000, decimal_places=4)]
Factor = Annotated[Decimal, Field(ge=0, le=1)]
Theme = Literal[Sleeve.MIN, Sleeve.DEF, Sleeve.TECH, Sleeve.POL]


class RuleId(StrEnum):
    """The rules that the program knows how to carry out; signals are rules under their own ids."""

    EMERGENCY_FUND = "emergency-fund"
    COSTLY_DEBT = "costly-debt"
    TOLERABLE_LOSS = "tolerable-loss"
    LEVEL = "level"
    BASE_MIX = "base-mix"
    SHORT_HORIZON = "short-horizon"
    THEME_KNOWLEDGE = "theme-knowledge"
    NEUTRAL_THEMES = "neutral-themes"
    SLEEVE_CAP = "sleeve-cap"
    THEME_CAP = "theme-cap"
    EXCLUSION = "exclusion"
    FUND_MISSING = "fund-missing"
    FUND_CAP = "fund-cap"
    ROUND_DOWN = "round-down"
    SMALL_SLEEVE = "small-sleeve"


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Rule(_Model):
    """A rule's place in the pipeline, and what it rests on."""

    id: RuleId
    step: Annotated[StrictInt, Field(ge=1, le=10)]
    assumption: StrictBool
    source: Line


class BaseMix(_Model):
    """One cell of the base table, in percent."""

    EQ: Percent
    BOND: Percent
    CASH: Percent

    @model_validator(mode="after")
    def _adds_up(self) -> BaseMix:
        _require_sum(self.EQ + self.BOND + self.CASH)
        return self

    def weights(self) -> dict[Sleeve, int]:
        """Basis points of each asset class."""
        return {sleeve: int(getattr(self, sleeve.value) * PERCENT) for sleeve in CLASSES}


class ThemeShares(_Model):
    """A percentage for each theme."""

    MIN: Percent
    DEF: Percent
    TECH: Percent
    POL: Percent

    def of(self, theme: Sleeve) -> Decimal:
        """The percentage of one theme."""
        value: Decimal = getattr(self, theme.value)
        return value


class Split(ThemeShares):
    """How the neutral themes share what they get."""

    @model_validator(mode="after")
    def _adds_up(self) -> Split:
        _require_sum(sum((self.of(theme) for theme in THEMES), Decimal(0)))
        return self


class Themes(_Model):
    """How much the themes may take. All but `fund_cap` and `cap` are shares of another figure."""

    cap: dict[Level, Percent]
    neutral: Percent
    split: Split
    sleeve_cap: ThemeShares
    fund_cap: Percent

    @model_validator(mode="after")
    def _names_every_level(self) -> Themes:
        _require_levels(self.cap)
        return self


class Changes(_Model):
    """What a year does to each sleeve, in percent."""

    CASH: Change
    BOND: Change
    short_bond: Change
    EQ: Change
    MIN: Change
    DEF: Change
    TECH: Change
    POL: Change


class Shock(_Model):
    """A scenario, and where its figures come from; those not `historical` are assumptions."""

    id: Line
    bad_year: StrictBool
    changes: Changes
    historical: tuple[Sleeve, ...]
    source: Line

    def change(self, sleeve: Sleeve, horizon: Horizon) -> Decimal:
        """The change of one sleeve in percent; under 3 years, bonds are short-dated."""
        short = sleeve is Sleeve.BOND and horizon is Horizon.UNDER_3Y
        value: Decimal = getattr(self.changes, "short_bond" if short else sleeve.value)
        return value


class Age(_Model):
    """How much a signal counts up to so many months after publication."""

    months: Annotated[StrictInt, Field(ge=1, le=1200)]
    factor: Factor


class Tilts(_Model):
    """The factors of a tilt."""

    sizes: dict[Literal["strong", "moderate"], Percent]
    states: dict[State, Factor]
    ages: tuple[Age, ...]

    @model_validator(mode="after")
    def _is_whole(self) -> Tilts:
        if set(self.sizes) != {"strong", "moderate"}:
            raise ValueError("sizes: give strong and moderate")
        if any(a.months >= b.months for a, b in pairwise(self.ages)):
            raise ValueError("ages: put the shorter ones first")
        return self


class SignalRule(_Model):
    """A document of the corpus, the sentence that is quoted, and what it tilts."""

    document: DocumentId
    tilts: dict[Theme, Annotated[str, Field(pattern=r"\A[+-](strong|moderate)\z")]]
    quote: Line
    notice: tuple[State, ...] = ()


class Rounding(_Model):
    """Themes are multiples of `step_bp`, and none is smaller than `smallest_bp`."""

    step_bp: Annotated[StrictInt, Field(ge=1, le=1000)]
    smallest_bp: Annotated[StrictInt, Field(ge=0, le=1000)]


class Ranges(_Model):
    """The width of what is shown around a weight."""

    class_bp: Annotated[StrictInt, Field(ge=0)]
    theme_bp: Annotated[StrictInt, Field(ge=0)]
    theme_share: Percent
    lapsed_factor: Annotated[Decimal, Field(ge=1, le=10)]


class DriftBands(_Model):
    """When a difference between holdings and weights is worth a word, in percentage points."""

    use_new_money: Percent
    review: Percent
    class_band: Percent
    theme_band: Percent
    theme_band_share: Percent


class Rules(_Model):
    """The whole rule file."""

    version: Line
    rules: tuple[Rule, ...]
    base_mix: dict[Horizon, dict[Level, BaseMix]]
    shocks: tuple[Shock, ...] = Field(min_length=1)
    themes: Themes
    rounding: Rounding
    tilts: Tilts
    signals: tuple[SignalRule, ...]
    exposures: dict[Theme, tuple[Line, ...]]
    ranges: Ranges
    drift: DriftBands
    answers_expire_after_months: Annotated[StrictInt, Field(ge=1, le=120)]
    default_profile: dict[str, Any]

    @model_validator(mode="after")
    def _is_coherent(self) -> Rules:
        if set(self.base_mix) != set(Horizon):
            raise ValueError(f"base_mix: give the horizons {', '.join(Horizon)}")
        for horizon, mixes in self.base_mix.items():
            _require_levels(mixes, f"base_mix.{horizon.value}: ")
        _require_rising(self.base_mix)
        _require_once([rule.id.value for rule in self.rules], "rules")
        _require_once([signal.document for signal in self.signals], "signals")
        _require_once([shock.id for shock in self.shocks], "shocks")
        if not any(shock.bad_year for shock in self.shocks):
            raise ValueError("shocks: mark at least one as bad_year: true")
        return self

    @cached_property
    def by_id(self) -> Mapping[RuleId, Rule]:
        """The rules that apply."""
        return {rule.id: rule for rule in self.rules}

    def __contains__(self, rule: RuleId) -> bool:
        return rule in self.by_id

    def base(self, horizon: Horizon, level: int) -> dict[Sleeve, int]:
        """Basis points of each asset class before anything else is done."""
        return self.base_mix[horizon][level].weights()

    def naming(self, theme: Sleeve) -> frozenset[str]:
        """The exposures that name a theme."""
        return frozenset(
            name for key, names in self.exposures.items() if key is theme for name in names
        )

    def theme_cap(self, level: int) -> int:
        """Basis points that all themes together may have."""
        return int(self.themes.cap[level] * PERCENT)


def _require_sum(total: Decimal) -> None:
    if total != 100:
        raise ValueError(f"adds up to {total.normalize():f}, not 100")


def _require_levels(table: Mapping[int, object], where: str = "") -> None:
    if set(table) != set(LEVELS):
        raise ValueError(f"{where}give the levels {LEVELS[0]} to {LEVELS[-1]}, each once")


def _require_once(names: list[str], where: str) -> None:
    for name in names:
        if names.count(name) > 1:
            raise ValueError(f"{where}: {name!r} is given twice")


def _require_rising(table: Mapping[Horizon, Mapping[int, BaseMix]]) -> None:
    """More willingness or more time never means less equity."""
    for horizon in Horizon:
        for lower, higher in pairwise(LEVELS):
            if table[horizon][lower].EQ > table[horizon][higher].EQ:
                raise ValueError(f"base_mix.{horizon.value}.{higher}: less EQ than level {lower}")
    for shorter, longer in pairwise(Horizon):
        for level in LEVELS:
            if table[shorter][level].EQ > table[longer][level].EQ:
                raise ValueError(f"base_mix.{longer.value}.{level}: less EQ than {shorter.value}")
