"""The words of pictures and of the messages that go with them."""

from __future__ import annotations

from bot.words.phrase import Phrase, WordsModel


class TimelineWords(WordsModel):
    """What was in force when: heading, rows, and what to say when there is nothing to show."""

    heading: Phrase
    everything: Phrase
    today: Phrase
    as_of: Phrase
    from_to: Phrase
    since: Phrase
    until: Phrase
    published: Phrase
    next: Phrase
    next_event: Phrase
    due: Phrase
    due_event: Phrase
    milestone: Phrase
    left_out: Phrase
    checked: Phrase
    nearest: Phrase
    nothing: Phrase
    usage: Phrase
    topics: Phrase
    running: Phrase
    paused: Phrase
    unsure: Phrase
    coming: Phrase
    over: Phrase


class ArticleWords(WordsModel):
    """How the article's claims stand: heading, legend, list."""

    heading: Phrase
    counts: Phrase
    checked: Phrase
    since: Phrase
    count: Phrase
    holding: Phrase
    not_holding: Phrase
    left_out: Phrase
    evidence: Phrase
    nothing: Phrase
