"""The log of questions and answers. The door of the package; the rest is private.

Importing it costs no SQLAlchemy: that is loaded when a journal is first read or written.
"""

from bot.journal.journal import Journal
from bot.journal.keys import KEY_FILE
from bot.journal.records import FAILED, FeedbackRecord, ResultRecord, TurnRecord, TurnSummary

__all__ = [
    "FAILED",
    "KEY_FILE",
    "FeedbackRecord",
    "Journal",
    "ResultRecord",
    "TurnRecord",
    "TurnSummary",
]
