"""What was in force when, from the corpus: rows, and the same as a picture or as text."""

from bot.timeline.rows import Row, Timeline, timeline_of

__all__ = ["Row", "Timeline", "timeline_of"]
