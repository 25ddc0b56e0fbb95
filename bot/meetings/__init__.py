"""Meetings in a chat or topic: what was asked meanwhile, kept as minutes."""

from bot.meetings.records import Entry, Meeting, Minutes

__all__ = ["Entry", "Meeting", "Minutes"]
