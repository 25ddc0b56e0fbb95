"""The words of meetings: in the chat, and in the minutes."""

from __future__ import annotations

from bot.words.phrase import Phrase, WordsModel


class MinutesWords(WordsModel):
    """What stands in the minutes around the questions and answers."""

    untitled: Phrase
    heading: Phrase
    when: Phrase
    still_running: Phrase
    moment: Phrase
    asked_by: Phrase
    somebody: Phrase
    questions: Phrase
    question: Phrase
    summary: Phrase
    open_points: Phrase
    no_open_points: Phrase
    not_held: Phrase
    failed: Phrase
    withdrawn: Phrase
    nothing_asked: Phrase
    sources: Phrase
    all_sources: Phrase
    source: Phrase
    page: Phrase
    made: Phrase


class MeetingWords(WordsModel):
    """What the bot says of a meeting in the chat."""

    usage: Phrase
    started: Phrase
    running: Phrase
    none_running: Phrase
    ended: Phrase
    not_yours_to_end: Phrase
    not_yours: Phrase
    list_heading: Phrase
    list_entry: Phrase
    list_running: Phrase
    list_empty: Phrase
    list_more: Phrase
    fetch: Phrase
    delete: Phrase
    delete_confirm: Phrase
    delete_yes: Phrase
    keep: Phrase
    deleted: Phrase
    gone: Phrase
    file_name: Phrase
