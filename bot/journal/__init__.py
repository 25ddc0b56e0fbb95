"""The log of questions and answers. The door of the package; the rest is private.

What else is sealed with people's keys, as the minutes in `bot/meetings`, goes through a
`bot.journal.vault.Vault`, which `Journal.vault()` hands out.

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
