"""Signals: how the document behind each stands on a day, and what it tilts by how much."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction

from pydantic import BaseModel, ConfigDict

from bot.allocation.figures import toward_zero
from bot.allocation.loading import RuleSet
from bot.allocation.months import months_after
from bot.allocation.rules import SignalRule, Tilts
from bot.allocation.sleeves import Sleeve
from corpus import Document, Library, Status
from corpus.document import ENDED
from retrieval.currency import State


class Signal(BaseModel):
    """A signal bound to its document. `[start, end)` is where the quote stands in the body.

    `successors` are the days on which documents that name this one in `supersedes` were published.
    """

    model_config = ConfigDict(frozen=True, arbitrary_types_allowed=True)

    rule: SignalRule
    document: Document
    start: int
    end: int
    successors: tuple[date, ...]

    @property
    def id(self) -> str:
        """The signal's id, which is its document's and its rule's."""
        return self.document.id

    def state(self, day: date) -> State:
        """How the document stands on a day: the first clause of the specification that applies.

        Unlike `retrieval.currency.state_on`, which answers a reader, this believes a succession
        only where the later document says so itself, and believes an ending whose date is not
        known: no tilt may rest on a measure that is over.
        """
        document, status = self.document, self.document.status
        ended = status in ENDED
        if day < document.published:
            return State.NOT_YET
        if document.effective_until and day > document.effective_until:
            return State(status.value) if ended else self._overtaken(day)
        if document.next_date and day > document.next_date and not ended:
            return self._overtaken(day)
        if document.effective_from and day < document.effective_from:
            negotiating = status is Status.IN_NEGOTIATION
            return State.IN_NEGOTIATION if negotiating else State.ANNOUNCED
        if ended and document.effective_until:
            return State.IN_FORCE
        return State(status.value)

    def _overtaken(self, day: date) -> State:
        known = any(published <= day for published in self.successors)
        return State.SUPERSEDED if known else State.LAPSED_UNCONFIRMED


class Reading(BaseModel):
    """A signal on one day: its state, and its tilts in basis points before caps and exclusions."""

    model_config = ConfigDict(frozen=True, arbitrary_types_allowed=True)

    signal: Signal
    day: date
    state: State
    tilts: Mapping[Sleeve, int]
    status_factor: Fraction
    age_factor: Fraction

    @property
    def lapsed(self) -> bool:
        """True where a date has passed and nothing held tells how it went."""
        return self.state is State.LAPSED_UNCONFIRMED

    @property
    def lapsed_on(self) -> date | None:
        """The date that has passed, where one has."""
        document = self.signal.document
        dates = [document.effective_until, document.next_date]
        passed = [day for day in dates if day and day < self.day]
        return min(passed) if self.lapsed else None

    @property
    def notice_due(self) -> bool:
        """True where the signal's notice is to be shown."""
        return self.state in self.signal.rule.notice


def bind_signals(rule_set: RuleSet, library: Library) -> tuple[Signal, ...]:
    """Find each signal's document and the place of its quote.

    Raises:
        RulesError: a document is not in the corpus, or the quote does not stand in it.
    """
    bound = []
    for number, rule in enumerate(rule_set.rules.signals):
        document = library.documents.get(rule.document)
        if document is None:
            raise rule_set.complain(
                ("signals", number, "document"),
                f"no document {rule.document!r} in the corpus {library.folder}; add it or remove "
                "the signal",
            )
        start = document.body.find(rule.quote)
        if start < 0:
            raise rule_set.complain(
                ("signals", number, "quote"),
                f"does not stand word for word in {rule.document!r}; quote a sentence of it",
            )
        successors = sorted(d.published for d in library if rule.document in d.supersedes)
        bound.append(
            Signal(
                rule=rule,
                document=document,
                start=start,
                end=start + len(rule.quote),
                successors=tuple(successors),
            )
        )
    return tuple(bound)


def read_signals(
    signals: Sequence[Signal], day: date, cap: int, tilts: Tilts
) -> tuple[Reading, ...]:
    """Each signal on a day.

    Args:
        signals: in the order in which they are shown; it has no bearing on the tilts.
        day: the day asked about.
        cap: basis points that all themes together may have; 0 leaves every tilt at 0.
        tilts: the factors.
    """
    return tuple(_read(signal, day, cap, tilts) for signal in signals)


def _read(signal: Signal, day: date, cap: int, tilts: Tilts) -> Reading:
    state = signal.state(day)
    status = Fraction(tilts.states.get(state, 0))
    age = _age_factor(signal.document.published, day, tilts)
    amounts = {}
    for theme, text in signal.rule.tilts.items():
        size = Fraction(tilts.sizes["strong" if text.endswith("strong") else "moderate"]) / 100
        amounts[Sleeve(theme)] = toward_zero(
            cap * size * status * age * (-1 if text.startswith("-") else 1)
        )
    return Reading(
        signal=signal,
        day=day,
        state=state,
        tilts=amounts,
        status_factor=status,
        age_factor=age,
    )


def _age_factor(published: date, day: date, tilts: Tilts) -> Fraction:
    for age in tilts.ages:
        if day <= months_after(published, age.months):
            return Fraction(age.factor)
    return Fraction(0)
