"""Read a language's words from its file, so that no handler or renderer holds any of its own."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path
from typing import Literal, get_args

import yaml
from pydantic import Field, ValidationError, model_validator

from bot.words.allocation import AllocateWords, PortfolioWords
from bot.words.conversation import (
    ButtonWords,
    DayWords,
    InlineWords,
    OpinionWords,
    PrivacyWords,
    SettingsWords,
    TalkWords,
)
from bot.words.meetings import MeetingWords, MinutesWords
from bot.words.phrase import Phrase, WordsModel
from bot.words.pictures import ArticleWords, TimelineWords
from bot.words.roles import Role
from corpus import Kind, Standing, Status
from corpus.errors import SettingsError
from retrieval.answer import NoticeKind
from retrieval.currency import State

Language = Literal["en", "ja"]

LANGUAGES: tuple[Language, ...] = get_args(Language)
"""The languages there are words for; the first one stands in for all others."""


class CommandWords(WordsModel):
    """What each command does, as the menu of the chat shows it (at most 256 characters)."""

    ask: Phrase
    new: Phrase
    timeline: Phrase
    article: Phrase
    meeting: Phrase
    allocate: Phrase
    portfolio: Phrase
    sources: Phrase
    history: Phrase
    feedback: Phrase
    settings: Phrase
    cancel: Phrase
    privacy: Phrase
    export: Phrase
    delete: Phrase
    help: Phrase
    start: Phrase


class ChatWords(WordsModel):
    """What the bot says of itself and when it cannot answer."""

    greeting: Phrase
    disclosure: Phrase
    examples_heading: Phrase
    examples: tuple[Phrase, Phrase]
    more: Phrase
    help: Phrase
    help_commands: Phrase
    ask_usage: Phrase
    unknown_command: Phrase
    only_text: Phrase
    no_words: Phrase
    too_long: Phrase
    failed: Phrase


class AnswerWords(WordsModel):
    """The frame of an answer."""

    as_of: Phrase
    sources: Phrase
    published: Phrase
    separator: str
    quote: Phrase
    word_for_word: Phrase
    footer: Phrase


class LibraryWords(WordsModel):
    """The collection at a glance, and what a search of it found."""

    heading: Phrase
    documents: Phrase
    checked_once: Phrase
    checked_between: Phrase
    topics: Phrase
    kinds: Phrase
    count: Phrase
    fingerprint: Phrase
    search_hint: Phrase
    found: Phrase
    found_more: Phrase
    found_none: Phrase
    last_heading: Phrase
    all_hint: Phrase


class TerminalWords(WordsModel):
    """What a conversation in a terminal says of itself."""

    welcome: Phrase
    forgotten: Phrase
    prompt: str


class AccessWords(WordsModel):
    """Who may use the bot, how much, and what administrators are told."""

    by_invitation: Phrase
    not_listed: Phrase
    not_for_you: Phrase
    not_your_button: Phrase
    old_button: Phrase
    person_quota: Phrase
    group_quota: Phrase
    invite_usage: Phrase
    invited: Phrase
    role_usage: Phrase
    allow_usage: Phrase
    block_usage: Phrase
    changed: Phrase
    allowed: Phrase
    blocked: Phrase
    roles: dict[Role, Phrase]


class OperatingWords(WordsModel):
    """What an administrator reads of a running bot."""

    stats: Phrase
    people: Phrase
    groups: Phrase
    updates: Phrase
    turned_away: Phrase
    sent: Phrase
    health: Phrase
    running: Phrase
    waiting: Phrase
    in_work: Phrase
    letters: Phrase


class ReviewingWords(WordsModel):
    """What leads a reviewer to the review pages."""

    button: Phrase
    waiting: Phrase
    link: Phrase
    unknown: Phrase


class NoticeWords(WordsModel):
    """A notice's sign and what the sign means; the two always go together."""

    sign: Phrase
    label: Phrase


class Words(WordsModel):
    """All words of one language."""

    language: Language
    name: Phrase
    date_format: Phrase
    short_date_format: Phrase
    year_format: Phrase
    months: tuple[Phrase, ...] = Field(min_length=12, max_length=12)
    short_months: tuple[Phrase, ...] = Field(min_length=12, max_length=12)
    commands: CommandWords
    chat: ChatWords
    access: AccessWords
    operating: OperatingWords
    reviewing: ReviewingWords
    answer: AnswerWords
    buttons: ButtonWords
    opinion: OpinionWords
    days: DayWords
    settings: SettingsWords
    privacy: PrivacyWords
    talk: TalkWords
    inline: InlineWords
    library: LibraryWords
    terminal: TerminalWords
    timeline: TimelineWords
    article: ArticleWords
    meeting: MeetingWords
    minutes: MinutesWords
    allocate: AllocateWords
    portfolio: PortfolioWords
    notices: dict[NoticeKind, NoticeWords]
    kinds: dict[Kind, Phrase]
    statuses: dict[Status, Phrase]
    states: dict[State, Phrase]
    standings: dict[Standing, Phrase]
    topics: dict[str, Phrase]

    @model_validator(mode="after")
    def _names_everything(self) -> Words:
        wanted = {
            "notices": NoticeKind,
            "kinds": Kind,
            "statuses": Status,
            "states": State,
            "standings": Standing,
        }
        if nameless := set(Role) - set(self.access.roles):
            raise ValueError(f"access.roles: no words for {sorted(nameless)[0]}")
        for field, names in wanted.items():
            missing = set(names) - set(getattr(self, field))
            if missing:
                raise ValueError(f"{field}: no words for {sorted(missing)[0]}")
        return self

    def day(self, day: date) -> str:
        """A date as it is written out in this language."""
        return self.date_format.format(day=day.day, month=self.months[day.month - 1], year=day.year)

    def short_day(self, day: date) -> str:
        """A date where there is little room."""
        month = self.short_months[day.month - 1]
        return self.short_date_format.format(day=day.day, month=month, year=day.year)


@cache
def load_words(language: Language) -> Words:
    """The words of one language.

    Raises:
        SettingsError: the file of that language does not hold what is needed.
    """
    path = Path(__file__).with_name(f"{language}.yaml")
    try:
        return Words.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (yaml.YAMLError, ValidationError) as error:
        reason = str(error)
        if isinstance(error, ValidationError):
            first = error.errors(include_url=False)[0]
            reason = f"{'.'.join(str(part) for part in first['loc'])}: {first['msg']}"
        raise SettingsError(f"{path}: {' '.join(reason.split())}; mend the file") from error


def words_for(tag: str | None) -> Words:
    """The words for a language tag such as `ja-JP`; an unknown or absent tag gets the first."""
    wanted = (tag or "").lower().replace("_", "-").split("-")[0]
    return load_words(next((known for known in LANGUAGES if known == wanted), LANGUAGES[0]))
