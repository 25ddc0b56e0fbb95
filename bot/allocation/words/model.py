"""Read a language's words for the allocation, so that no rule or renderer holds any of its own."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, ValidationError, model_validator

from bot.allocation.funds import Screen
from bot.allocation.rules import RuleId
from bot.allocation.sleeves import LEVELS, Horizon, Sleeve
from bot.allocation.words.frame import HeadingWords, LineWords, Phrase, StrictWords
from bot.words.words import Language
from corpus.errors import DocumentError, RulesError
from corpus.front_matter import load_yaml, read_text
from retrieval.currency import State


class RuleWords(StrictWords):
    """A rule's name; its reason in a theme's ledger and in EQ's; why it did not apply."""

    title: Phrase
    reason: Phrase
    back: Phrase | None = None
    not_fired: Phrase


class SignalWords(StrictWords):
    """A signal's name, what speaks against it, and its notice where it has one."""

    title: Phrase
    counter: Phrase
    notice: Phrase | None = None


class SignalFrame(StrictWords):
    """How a signal's part in a ledger is told, and why it had none."""

    reason: Phrase
    notice_only: Phrase
    no_cap: Phrase
    state_counts_nothing: Phrase
    too_old: Phrase
    rounds_to_nothing: Phrase
    no_mix: Phrase
    strong: Phrase
    moderate: Phrase


class WarningWords(StrictWords):
    """What a result warns of."""

    emergency_fund: Phrase
    costly_debt: Phrase
    tolerable_loss: Phrase
    tolerable_loss_nowhere: Phrase
    theme_knowledge: Phrase
    past_tolerable: Phrase
    no_defence: Phrase
    tech_overlap: Phrase
    only_uranium: Phrase
    no_fund: Phrase
    listed_elsewhere: Phrase
    lapsed: Phrase


class HoldingsWords(StrictWords):
    """What cannot be read of holdings or amounts: one line each."""

    nothing: Phrase
    no_position: Phrase
    several: Phrase
    not_a_number: Phrase
    ambiguous: Phrase
    negative: Phrase
    unknown_currency: Phrase
    not_an_amount: Phrase
    mixed_currencies: Phrase
    mixed_units: Phrase
    unclear_units: Phrase
    not_hundred: Phrase
    unknown_ticker: Phrase
    unknown_ticker_near: Phrase
    too_many: Phrase
    file_too_long: Phrase
    not_text: Phrase
    not_csv: Phrase
    formula: Phrase
    in_line: Phrase


class QuestionWords(StrictWords):
    """A question, and the labels of its answers by value."""

    text: Phrase
    choices: dict[str, Phrase] = Field(default_factory=dict)
    hint: Phrase | None = None


class InterviewWords(StrictWords):
    """What the questionnaire says around its questions."""

    intro: Phrase
    again: Phrase
    skip: Phrase
    back: Phrase
    skip_words: tuple[Phrase, ...]
    back_words: tuple[Phrase, ...]
    none_words: tuple[Phrase, ...]
    yes_words: tuple[Phrase, ...]
    no_words: tuple[Phrase, ...]
    first: Phrase
    progress: Phrase
    required: Phrase
    not_a_choice: Phrase
    not_a_percentage: Phrase
    not_a_country: Phrase
    questions: dict[str, QuestionWords]


class AllocationWords(StrictWords):
    """All words of one language. A missing or misspelt key fails at load, not in a result."""

    language: Language
    sleeves: dict[Sleeve, Phrase]
    sleeve_notes: dict[Sleeve, Phrase]
    horizons: dict[Horizon, Phrase]
    levels: dict[int, Phrase]
    states: dict[State, Phrase]
    scenarios: dict[str, Phrase]
    screens: dict[Screen, Phrase]
    rules: dict[RuleId, RuleWords]
    signal: SignalFrame
    signals: dict[str, SignalWords]
    warnings: WarningWords
    disclosures: tuple[Phrase, ...]
    interview: InterviewWords
    holdings: HoldingsWords
    headings: HeadingWords
    lines: LineWords
    advice: dict[Literal["none", "use new money", "review"], Phrase]

    @model_validator(mode="after")
    def _names_everything(self) -> AllocationWords:
        wanted: dict[str, Any] = {
            "sleeves": Sleeve,
            "sleeve_notes": Sleeve,
            "horizons": Horizon,
            "levels": LEVELS,
            "states": State,
            "screens": Screen,
            "rules": RuleId,
        }
        for field, names in wanted.items():
            missing = [name for name in names if name not in getattr(self, field)]
            if missing:
                raise ValueError(f"{field}: no words for {missing[0]}")
        return self

    def require(self, signals: Iterable[str], scenarios: Iterable[str]) -> None:
        """Refuse rules that there are no words for.

        Raises:
            RulesError: a signal or a scenario has none in this language.
        """
        for field, names in (("signals", signals), ("scenarios", scenarios)):
            for name in names:
                if name not in getattr(self, field):
                    raise RulesError(
                        f"{words_file(self.language)}: {field}: no words for {name!r}; add them"
                    )


def words_file(language: Language) -> Path:
    """Where a language's words stand."""
    return Path(__file__).with_name(f"{language}.yaml")


@cache
def load_allocation_words(language: Language = "en") -> AllocationWords:
    """The words of one language.

    Raises:
        RulesError: the file of that language does not hold what is needed.
    """
    path = words_file(language)
    try:
        return AllocationWords.model_validate(load_yaml(read_text(path), str(path)))
    except DocumentError as error:
        raise RulesError(str(error)) from error
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        reason = str(first["msg"]).removeprefix("Value error, ")
        raise RulesError(f"{path}: {place}: {reason}; mend the file") from error
