"""The words of `/allocate` and `/portfolio` in a chat, around those of the rules themselves."""

from __future__ import annotations

from pydantic import model_validator

from bot.words.phrase import Phrase, WordsModel

ANSWERS = (
    "horizon",
    "emergency_fund",
    "costly_debt",
    "reaction",
    "swing",
    "tolerable_loss_pct",
    "theme_knowledge",
    "exclusions",
    "country",
    "amount",
    "holdings",
)
"""The questions' keys, in order."""


class AllocateWords(WordsModel):
    """The dialogue, the result, and what its buttons open."""

    again: Phrase
    numbered: Phrase
    typing: Phrase
    or_file: Phrase
    picked: Phrase
    nothing_picked: Phrase
    back: Phrase
    skip: Phrase
    cancel: Phrase
    done: Phrase
    confirm: Phrase
    start_over: Phrase
    cancelled: Phrase
    past_step: Phrase
    summary: Phrase
    summary_line: Phrase
    not_given: Phrase
    expires: Phrase
    answers: dict[str, Phrase]
    making: Phrase
    row: Phrase
    ask_more: Phrase
    why: Phrase
    change: Phrase
    stress: Phrase
    cost: Phrase
    funds: Phrase
    compare: Phrase
    not_fired: Phrase
    nothing_here: Phrase
    compare_ask: Phrase
    compare_level: Phrase
    compare_none: Phrase
    compare_heading: Phrase
    compare_line: Phrase
    compare_same: Phrase
    gone: Phrase
    outdated: Phrase
    switched_off: Phrase
    off_in_country: Phrase
    unavailable: Phrase
    kept: Phrase
    footer: Phrase

    @model_validator(mode="after")
    def _names_all_answers(self) -> AllocateWords:
        missing = [key for key in ANSWERS if key not in self.answers]
        if missing:
            raise ValueError(f"answers: no words for {missing[0]}")
        return self


class PortfolioWords(WordsModel):
    """Holdings beside the kept profile's mix."""

    ask: Phrase
    profile_missing: Phrase
    profile_expired: Phrase
    heading: Phrase
    profile_of: Phrase
    concentration: Phrase
    one_position: Phrase
    positions: Phrase
    outside: Phrase
    outside_none: Phrase
    outside_line: Phrase
    questions_open: Phrase
    file_too_large: Phrase
    file_unreadable: Phrase
