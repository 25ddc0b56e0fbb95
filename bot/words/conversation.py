"""The words of conversations: buttons, opinions, dates, settings, one's own data, groups."""

from __future__ import annotations

from typing import Literal

from bot.words.phrase import Phrase, WordsModel

Complaint = Literal["wrong", "out-of-date", "incomplete", "unclear", "not-asked"]
"""Why an answer was not useful, as the journal keeps it."""

Stage = Literal["understand", "retrieve", "compose", "verify"]
"""What is being done on the way to an answer that takes long."""


class ButtonWords(WordsModel):
    """What stands on the buttons below an answer."""

    useful: Phrase
    not_useful: Phrase
    quotes: Phrase
    date: Phrase
    related: Phrase
    whole: Phrase
    cancel: Phrase


class OpinionWords(WordsModel):
    """Asking what someone thought of an answer."""

    thanks: Phrase
    why: Phrase
    why_of: Phrase
    complaints: dict[Complaint, Phrase]
    own_words: Phrase
    write: Phrase
    noted: Phrase
    noted_in_group: Phrase
    asked_in_private: Phrase
    which: Phrase
    nothing_yet: Phrase
    gone: Phrase


class DayWords(WordsModel):
    """Asking for another day, and for related questions."""

    ask: Phrase
    other: Phrase
    type: Phrase
    not_a_day: Phrase
    again: Phrase
    related: Phrase
    none_related: Phrase
    related_replaced: Phrase
    related_next: Phrase
    related_state: Phrase
    related_about: Phrase


class SettingsWords(WordsModel):
    """What a person or a group can choose."""

    heading: Phrase
    language: Phrase
    as_telegram: Phrase
    detail: Phrase
    brief: Phrase
    usual: Phrase
    full: Phrase
    zone: Phrase
    zone_ask: Phrase
    zone_other: Phrase
    zone_type: Phrase
    zone_unknown: Phrase
    changed: Phrase
    group_heading: Phrase
    group_eyes: Phrase
    group_buttons: Phrase
    switched_on: Phrase
    switched_off: Phrase
    admins_only: Phrase


class PrivacyWords(WordsModel):
    """What is kept of a person, and how to have it or have it gone."""

    text: Phrase
    exported: Phrase
    delete_ask: Phrase
    delete_yes: Phrase
    keep: Phrase
    kept: Phrase
    deleted: Phrase


class TalkWords(WordsModel):
    """Everything else that is said in a conversation."""

    notice: Phrase
    forgotten: Phrase
    cancelled: Phrase
    nothing_to_cancel: Phrase
    history_heading: Phrase
    history_entry: Phrase
    history_entry_as_of: Phrase
    history_none: Phrase
    history_more: Phrase
    forwarded: Phrase
    forwarded_question: Phrase
    in_private: Phrase
    open_private: Phrase
    group_greeting: Phrase
    group_usage: Phrase
    stages: dict[Stage, Phrase]


class InlineWords(WordsModel):
    """What an inline query lists."""

    entry: Phrase
    how: Phrase
    nothing: Phrase
