"""The shape of the words around a result: headings and lines."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints

Phrase = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]


class StrictWords(BaseModel):
    """A group of words; a missing or misspelt key fails at load."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class HeadingWords(StrictWords):
    """What stands above a part."""

    result: Phrase
    education: Phrase
    weights: Phrase
    fired: Phrase
    not_fired: Phrase
    signals: Phrase
    change: Phrase
    without_themes: Phrase
    worst: Phrase
    cost: Phrase
    stress: Phrase
    funds: Phrase
    screened_out: Phrase
    drift: Phrase
    warnings: Phrase
    warnings_new: Phrase
    warnings_gone: Phrase
    disclosures: Phrase
    table: Phrase
    rules: Phrase
    explain: Phrase
    diff: Phrase


class LineWords(StrictWords):
    """A line of a part, with names in braces to be filled in."""

    level: Phrase
    range: Phrase
    weight: Phrase
    sleeve_column: Phrase
    range_column: Phrase
    weight_column: Phrase
    without_column: Phrase
    horizon_column: Phrase
    level_column: Phrase
    base_column: Phrase
    worst_column: Phrase
    table_note: Phrase
    ledger: Phrase
    no_profile: Phrase
    total: Phrase
    quote: Phrase
    source: Phrase
    counter: Phrase
    worst: Phrase
    worst_money: Phrase
    worst_without: Phrase
    cost: Phrase
    cost_money: Phrase
    stress: Phrase
    stress_mixed: Phrase
    change_date: Phrase
    change_age: Phrase
    change_state: Phrase
    change_profile: Phrase
    fund: Phrase
    fee: Phrase
    fee_unknown: Phrase
    no_address: Phrase
    date_unknown: Phrase
    screened: Phrase
    drift_total: Phrase
    drift_line: Phrase
    drift_outside: Phrase
    version: Phrase
    assumption: Phrase
    recorded: Phrase
    diff_none: Phrase
    diff_signal: Phrase
    diff_same_state: Phrase
    diff_notice: Phrase
    diff_turn: Phrase
    diff_age: Phrase
    diff_source: Phrase
    diff_weight: Phrase
    diff_because: Phrase
    diff_cap: Phrase
    chart_classes: Phrase
    chart_themes: Phrase
    chart_value: Phrase
    chart_nothing: Phrase
    chart_mix: Phrase
    chart_note: Phrase
    rules_themes: Phrase
    rules_theme: Phrase
    rules_tilts: Phrase
    rules_age: Phrase
