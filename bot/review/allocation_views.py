"""What the page of an allocation shows: the result as it was kept, and whether it adds up today."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict

from bot.allocation.figures import percent, signed
from bot.allocation.loading import packaged_rules
from bot.allocation.words import AllocationWords, load_allocation_words
from bot.review.views import document_href

if TYPE_CHECKING:
    from bot.review.words.words import Language
    from corpus import Library

WHOLE = 10_000
"""Basis points of a whole."""


class _View(BaseModel):
    model_config = ConfigDict(frozen=True)


class SourceView(_View):
    """The sentence a rule rests on. `exact`: it still stands at its place in the document."""

    title: str
    href: str
    quote: str
    exact: bool


class LedgerView(_View):
    """What one rule did to a sleeve: `points` in percentage points, with a sign.

    `basis`: what the rule file says it rests on; null: the rules have changed since.
    """

    rule: str
    title: str
    points: str
    reason: str
    basis: str | None = None
    source: SourceView | None = None


class SleeveView(_View):
    """A sleeve. `adds_up`: its weight is the sum of its ledger."""

    position: int
    name: str
    weight: str
    low: str
    high: str
    without_themes: str
    length: float
    adds_up: bool
    ledger: tuple[LedgerView, ...]
    funds: tuple[str, ...]
    screened_out: tuple[tuple[str, str], ...]


class SignalView(_View):
    """A signal on the day: its state, what it tilted, what speaks against it."""

    title: str
    state: str
    resting: bool
    tilts: tuple[str, ...]
    counter: str
    source: SourceView


class AllocationView(_View):
    """The result. `wrong_sum`: what the weights add up to in percent; null: to a whole."""

    outcome: str
    level: str | None
    capacity: int
    profile: tuple[tuple[str, str], ...]
    warnings: tuple[str, ...]
    sleeves: tuple[SleeveView, ...]
    wrong_sum: str | None
    signals: tuple[SignalView, ...]
    not_fired: tuple[tuple[str, str], ...]
    figures: tuple[tuple[str, str], ...]
    stress: tuple[tuple[str, float], ...]
    drift: tuple[str, ...]
    disclosures: tuple[str, ...]
    rules_version: str
    rules_hash: str
    rules_changed: bool
    corpus_fingerprint: str


def allocation_view(
    document: str, library: Library, language: Language, turn_id: str
) -> AllocationView | None:
    """The result in a reader's language; None: another version wrote it, and it is shown as it is.

    Names are in the reader's language; reasons and warnings are as the person read them.
    """
    try:
        return _Reader(json.loads(document), library, language, turn_id).view()
    except (ValueError, KeyError, TypeError, AttributeError, IndexError):
        return None


class _Reader:
    def __init__(
        self, data: Mapping[str, Any], library: Library, language: Language, turn_id: str
    ) -> None:
        self._data = data
        self._library = library
        self._turn_id = turn_id
        self._words: AllocationWords = load_allocation_words(language)
        rules = packaged_rules()
        self._changed = rules.digest != data["rules_hash"]
        self._bases = {rule.id.value: rule.source for rule in rules.rules.rules}

    def view(self) -> AllocationView:
        data = self._data
        neutral = {one["sleeve"]: one["weight_bp"] for one in data["without_themes"]}
        sleeves = tuple(
            self._sleeve(position, one, neutral.get(one["sleeve"]))
            for position, one in enumerate(data["sleeves"], start=1)
        )
        total = sum(one["weight_bp"] for one in data["sleeves"])
        return AllocationView(
            outcome=data["outcome"],
            level=self._level(),
            capacity=data["capacity_level"],
            profile=_profile(data["profile"]),
            warnings=tuple(data["warnings"]),
            sleeves=sleeves,
            wrong_sum=percent(total) if sleeves and total != WHOLE else None,
            signals=tuple(self._signal(one) for one in data["signals"]),
            not_fired=tuple(
                (self._title(one["rule"]), one["why"]) for one in data["rules_not_fired"]
            ),
            figures=tuple(
                (name, f"{data[name]} %")
                for name in ("worst_year_pct", "cost_pct", "theme_extra_cost_pct")
                if data[name] is not None
            ),
            stress=tuple(
                (_named(self._words.scenarios, one["scenario"]), one["change_pct"])
                for one in data["stress"]
            ),
            drift=_drift(data.get("drift")),
            disclosures=tuple(data["disclosures"]),
            rules_version=data["rules_version"],
            rules_hash=data["rules_hash"],
            rules_changed=self._changed,
            corpus_fingerprint=data["corpus_fingerprint"],
        )

    def _level(self) -> str | None:
        level = self._data["level"]
        return None if level is None else f"{level} · {_named(self._words.levels, level)}"

    def _sleeve(self, position: int, data: Mapping[str, Any], without: int | None) -> SleeveView:
        weight, ledger = data["weight_bp"], data["ledger"]
        return SleeveView(
            position=position,
            name=f"{data['sleeve']} · {_named(self._words.sleeves, data['sleeve'])}",
            weight=percent(weight),
            low=percent(data["range_bp"][0]),
            high=percent(data["range_bp"][1]),
            without_themes="–" if without is None else percent(without),
            length=weight / 100,
            adds_up=sum(line["bp"] for line in ledger) == weight,
            ledger=tuple(self._line(line) for line in ledger),
            funds=tuple(_fund(fund) for fund in data["funds"]),
            screened_out=tuple((one["ticker"], one["reason"]) for one in data["screened_out"]),
        )

    def _line(self, data: Mapping[str, Any]) -> LedgerView:
        return LedgerView(
            rule=data["rule"],
            title=self._title(data["rule"]),
            points=signed(data["bp"]) or "±0",
            reason=data["reason"],
            basis=None if self._changed else self._bases.get(data["rule"]),
            source=self._source(data) if data.get("document_id") else None,
        )

    def _signal(self, data: Mapping[str, Any]) -> SignalView:
        tilts = data["tilts_bp"].items()
        return SignalView(
            title=self._title(data["id"]),
            state=_named(self._words.states, data["state"]),
            resting=not any(data["tilts_bp"].values()),
            tilts=tuple(f"{sleeve} {signed(points) or '±0'}" for sleeve, points in tilts),
            counter=data["counter"],
            source=self._source(data),
        )

    def _source(self, data: Mapping[str, Any]) -> SourceView:
        document_id, start, end = data["document_id"], data["start"], data["end"]
        known = document_id in self._library
        document = self._library.get(document_id) if known else None
        return SourceView(
            title=document.title if document else document_id,
            href=document_href(document_id, start, end, self._turn_id),
            quote=data["quote"],
            exact=document is not None and document.body[start:end] == data["quote"],
        )

    def _title(self, rule: str) -> str:
        if rule in self._words.signals:
            return self._words.signals[rule].title
        named = {key.value: words.title for key, words in self._words.rules.items()}
        return named.get(rule, rule)


def _named(names: Mapping[Any, str], key: object) -> str:
    """The name of a value; one of another version speaks for itself."""
    return next((name for known, name in names.items() if str(known) == str(key)), str(key))


def _profile(profile: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """The profile as it was given, key by key in the words of the contract."""
    return tuple((key, _told(value)) for key, value in profile.items())


def _told(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return ", ".join(_told(one) for one in value) or "–"
    if isinstance(value, Mapping):
        return " ".join(str(part) for part in value.values())
    return f"{value:,}" if isinstance(value, int) else str(value)


def _fund(fund: Mapping[str, Any]) -> str:
    fee = fund["expense_ratio_pct"]
    weight = fund.get("weight_bp")
    told = f"{fund['ticker']} · {fund['name']} · {'–' if fee is None else f'{fee} %'}"
    return told if weight is None else f"{told} · {percent(weight)} %"


def _drift(drift: Mapping[str, Any] | None) -> tuple[str, ...]:
    if drift is None:
        return ()
    lines = [
        f"{line.get('sleeve') or line.get('ticker')}: {line['held_pct']} % / {line['target_pct']} %"
        f"{' (!)' if line['outside_band'] else ''}"
        for line in drift["lines"]
    ]
    return (f"{drift['total_pct']} % · {drift['advice']}", *lines)
