"""Logging for a process that runs for months: one line a record, and never the token."""

from __future__ import annotations

import copy
import logging
import sys
import traceback
from pathlib import Path

from corpus.errors import LodestoneError

_CHATTY = ("httpx", "httpcore", "alembic")
"""The first two log every address they call, and the Bot API's addresses hold the token."""

_HIDDEN = "<token>"


class LineFormatter(logging.Formatter):
    """Time, level, place and message on one line; tracebacks only when debugging.

    Args:
        secrets: texts that are blotted out wherever they stand, tracebacks included.
        tracebacks: write them out in full instead of their last line.
    """

    def __init__(self, *secrets: str, tracebacks: bool) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")
        self._secrets = secrets
        self._tracebacks = tracebacks

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        if self._tracebacks:
            return self._blot(super().format(record))
        short = copy.copy(record)
        short.exc_info = short.exc_text = short.stack_info = None
        line = super().format(short)
        if record.exc_info and record.exc_info[1]:
            error = record.exc_info[1]
            line = f"{line} ({type(error).__name__}: {error})"
        return self._blot(" ".join(line.split()))

    def _blot(self, text: str) -> str:
        for secret in self._secrets:
            text = text.replace(secret, _HIDDEN)
        return text


def configure_logging(level: str, *secrets: str) -> None:
    """Log to stderr from `level` on; the HTTP libraries only from WARNING on."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(LineFormatter(*secrets, tracebacks=level == "DEBUG"))
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(level)
    for name in _CHATTY:
        logging.getLogger(name).setLevel(max(logging.WARNING, logging.getLevelName(level)))


def in_one_line(error: BaseException) -> str:
    """An error for the log: our own in their words, any other with its type and where it arose."""
    told = " ".join(str(error).split())
    if isinstance(error, LodestoneError):
        return told
    frames = traceback.extract_tb(error.__traceback__)
    place = f" ({Path(frames[-1].filename).name}:{frames[-1].lineno})" if frames else ""
    return f"{type(error).__name__}: {told}{place}"
