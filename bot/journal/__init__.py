"""The log of questions and answers. The door of the package; the rest is private.

Importing it costs no SQLAlchemy: that is loaded when a journal is first read or written.
"""

from bot.journal.journal import Journal
from bot.journal.records import FAILED, TurnRecord, TurnSummary

__all__ = ["FAILED", "Journal", "TurnRecord", "TurnSummary"]
