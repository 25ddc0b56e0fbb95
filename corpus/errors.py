"""The one tree of errors. Each message names the thing, the reason and the remedy, on one line.

LodestoneError              anything we know how to explain; the command exits with `exit_status`
├── UsageError              the caller asked for something malformed (exit status 2)
│   ├── QuestionError       an empty, overlong or malformed question
│   └── SettingsError       a setting that cannot be used
├── CorpusError             the documents: unreadable, unknown, contradictory
│   ├── DocumentError       one document that cannot be read
│   └── UnknownDocumentError  no document has that id
├── RetrievalError          finding passages
│   ├── ModelError          an embedding model that is missing, altered or unknown
│   └── BrokenIndexError    an index that is absent, half-written or damaged: build it again
├── StorageError            the disk: full, read-only, locked
├── JournalError            the log of questions and answers
│   ├── UnknownTurnError    no turn has that id
│   └── ConflictError       someone else was quicker: read again, then decide
└── TelegramError           the bot's connection or token
"""


class LodestoneError(Exception):
    """Anything Lodestone can explain to a person in one line."""

    exit_status = 1


class UsageError(LodestoneError):
    """The caller asked for something malformed; the message says what is accepted."""

    exit_status = 2


class QuestionError(UsageError):
    """An empty, overlong or malformed question."""


class SettingsError(UsageError):
    """A setting that cannot be used as given."""


class CorpusError(LodestoneError):
    """The documents are unreadable, unknown or contradict each other."""


class DocumentError(CorpusError):
    """One document cannot be read."""


class UnknownDocumentError(CorpusError):
    """No document has the id asked for."""


class RetrievalError(LodestoneError):
    """Passages cannot be found."""


class ModelError(RetrievalError):
    """An embedding model is missing, altered or unknown."""


class BrokenIndexError(RetrievalError):
    """The index is absent, half-written or damaged. The remedy is always to build it again."""


class StorageError(LodestoneError):
    """The disk is full, read-only or locked by another process."""


class JournalError(LodestoneError):
    """The log of questions and answers cannot be read or written."""


class UnknownTurnError(JournalError):
    """No turn, or more than one, has the id asked for."""


class ConflictError(JournalError):
    """Another reviewer holds the turn or judged it first; nothing was changed."""


class TelegramError(LodestoneError):
    """The bot cannot reach Telegram or has no token."""
