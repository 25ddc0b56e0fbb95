"""A timeline in words: for a terminal, a caption, and the rows of a picture. Pure functions."""

from __future__ import annotations

from bot.timeline.rows import Row, Timeline
from bot.titles import shortened_title
from bot.words import Words

LONGEST_ASKED = 60
"""Characters of what was asked for that a heading repeats."""


def heading(timeline: Timeline, words: Words) -> str:
    """What the timeline is of."""
    return words.timeline.heading.format(topic=topic_words(timeline.asked, words))


def topic_words(asked: str, words: Words) -> str:
    """A topic by its name in the language; anything else as it was written, perhaps shortened."""
    if not asked:
        return words.timeline.everything
    known = words.topics.get(asked.casefold().replace(" ", "-"))
    if known:
        return known
    return shortened_title(asked, LONGEST_ASKED)


def notes(timeline: Timeline, words: Words) -> list[str]:
    """What must be known to read the rows rightly, a line each."""
    frame = words.timeline
    told: list[str] = []
    if not timeline.whole:
        told.append(frame.nearest)
    if timeline.checked:
        told.append(frame.checked.format(date=words.day(timeline.checked)))
    if timeline.left_out:
        told.append(frame.left_out.format(shown=len(timeline.rows), count=timeline.left_out))
    return told


def state_words(row: Row, words: Words) -> str:
    """How the measure stands on the day."""
    return words.states[row.state]


def period(row: Row, words: Words) -> str:
    """From which day to which it applies."""
    frame = words.timeline
    if not row.first_is_known:
        told = frame.published.format(date=words.short_day(row.published))
        if row.last is None:
            return told
        return f"{told}{words.answer.separator}{frame.until.format(last=words.short_day(row.last))}"
    first = words.short_day(row.first)
    if row.last is None:
        return frame.since.format(first=first)
    return frame.from_to.format(first=first, last=words.short_day(row.last))


def timeline_text(timeline: Timeline, words: Words) -> str:
    """The rows as plain text, two or three lines each."""
    frame, separator = words.timeline, words.answer.separator
    blocks = ["\n".join([heading(timeline, words), *notes(timeline, words)])]
    for row in timeline.rows:
        facts = separator.join([state_words(row, words), period(row, words)])
        lines = [f"{row.title} ({row.document_id})", f"  {facts}"]
        if row.next_date and row.next_event:
            ahead = row.next_date >= timeline.day
            told = (frame.next_event if ahead else frame.due_event).format(
                date=words.short_day(row.next_date), event=row.next_event
            )
            lines.append(f"  {told}")
        blocks.append("\n".join(lines))
    return "\n\n".join(blocks)
