"""An allocation as it is handed over: the JSON contract, key by key."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    PlainSerializer,
    SerializerFunctionWrapHandler,
    model_serializer,
)

from bot.allocation.profile import Profile
from bot.allocation.sleeves import Sleeve
from retrieval.currency import State

Figure = Annotated[Decimal, PlainSerializer(float, return_type=float, when_used="json")]
"""A decimal that is already rounded as it is shown; a number in JSON."""

Advice = Literal["none", "use new money", "review"]


class _Part(BaseModel):
    """A part of a result."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class _Sparse(_Part):
    """A part that leaves out the keys of `_OPTIONAL` where they hold nothing."""

    @model_serializer(mode="wrap")
    def _leave_out(self, serialize: SerializerFunctionWrapHandler) -> dict[str, Any]:
        data: dict[str, Any] = serialize(self)
        return {k: v for k, v in data.items() if v is not None or k not in _OPTIONAL}


_OPTIONAL = frozenset(
    {"document_id", "quote", "start", "end", "weight_bp", "drift", "sleeve", "ticker"}
)


class LedgerLine(_Sparse):
    """What one rule did to one sleeve. Zero basis points: the rule decided without moving any."""

    rule: str
    bp: int
    reason: str
    document_id: str | None = None
    quote: str | None = None
    start: int | None = None
    end: int | None = None


class FundLine(_Sparse):
    """A fund that passes the screens; `weight_bp` where funds carry the weights."""

    ticker: str
    name: str
    expense_ratio_pct: Figure | None
    weight_bp: int | None = None


class ScreenedOutLine(_Part):
    """A fund that does not, and why."""

    ticker: str
    reason: str


class SleeveLine(_Part):
    """A sleeve's weight, the range shown around it, and the ledger that adds up to it."""

    sleeve: Sleeve
    weight_bp: int
    range_bp: tuple[int, int]
    ledger: tuple[LedgerLine, ...]
    funds: tuple[FundLine, ...]
    screened_out: tuple[ScreenedOutLine, ...]


class SignalLine(_Part):
    """A signal on the day: state, tilts before caps and exclusions, and what speaks against."""

    id: str
    state: State
    tilts_bp: dict[Sleeve, int]
    document_id: str
    quote: str
    start: int
    end: int
    counter: str


class NotFired(_Part):
    """A rule that put nothing in a ledger, and why."""

    rule: str
    why: str


class Weight(_Part):
    """A sleeve and its basis points."""

    sleeve: Sleeve
    weight_bp: int


class StressLine(_Part):
    """What a scenario does to the mix, in percent."""

    scenario: str
    change_pct: Figure


class DriftLine(_Sparse):
    """What is held of a sleeve, or of a fund outside the plan, beside its target."""

    sleeve: Sleeve | None = None
    ticker: str | None = None
    held_pct: Figure
    target_pct: Figure
    difference_pct: Figure
    outside_band: bool


class Drift(_Part):
    """How far the holdings are from the mix: half the sum of the differences, in percent."""

    total_pct: Figure
    advice: Advice
    lines: tuple[DriftLine, ...]


class Allocation(_Sparse):
    """The whole result. In an education outcome there is no level, no sleeve and no figure."""

    id: str
    as_of: date
    profile: Profile
    outcome: Literal["allocation", "education"]
    level: int | None
    capacity_level: int
    sleeves: tuple[SleeveLine, ...]
    signals: tuple[SignalLine, ...]
    rules_not_fired: tuple[NotFired, ...]
    without_themes: tuple[Weight, ...]
    worst_year_pct: Figure | None
    stress: tuple[StressLine, ...]
    cost_pct: Figure | None
    theme_extra_cost_pct: Figure | None
    drift: Drift | None = None
    warnings: tuple[str, ...]
    disclosures: tuple[str, ...]
    rules_version: str
    rules_hash: str
    corpus_fingerprint: str

    def sleeve(self, sleeve: Sleeve) -> SleeveLine:
        """One sleeve's line.

        Raises:
            KeyError: an education outcome has none.
        """
        for line in self.sleeves:
            if line.sleeve is sleeve:
                return line
        raise KeyError(sleeve)

    def weights(self) -> dict[Sleeve, int]:
        """Basis points by sleeve."""
        return {line.sleeve: line.weight_bp for line in self.sleeves}

    def to_json(self) -> str:
        """One line of JSON; the profile is echoed as it was given."""
        import json

        data = self.model_dump(mode="json")
        data["profile"] = self.profile.echo()
        return json.dumps(data, ensure_ascii=False, separators=(",", ":"))
