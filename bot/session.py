"""Settings, chain and journal, put together once for a command."""

from __future__ import annotations

import gc
import signal
import subprocess
import sys
from types import TracebackType
from typing import TYPE_CHECKING, Self

from bot.output import INTERRUPTED, warn
from bot.settings import Settings, load_settings, today
from corpus.errors import LodestoneError, StorageError
from retrieval.answer import Answer, Question

if TYPE_CHECKING:
    from langchain_core.runnables import Runnable

    from bot.journal import Journal
    from corpus import Library

_REST_S = 0.02
"""Between two parts of what is dropped, so that a bot that writes meanwhile gets its turn."""

_LAST_SECONDS = 60
"""How long a build that is stopped has for clearing up."""


class Session:
    """What the commands that answer questions share."""

    def __init__(self, settings: Settings) -> None:
        from corpus import Library
        from retrieval.chain import answer_with
        from retrieval.engine import Engine

        self.settings = settings
        self._recorded = False
        configuration = settings.configuration()
        self.library: Library = Library.load(configuration.corpus)
        for error in self.library.broken:
            warn(f"left out: {error}")
        self.journal: Journal = open_journal(settings, self.library)
        self.engine = Engine(configuration, library=self.library, rebuild=build_index)
        self.chain: Runnable[Question, Answer] = answer_with(self.engine, today=today)

    @classmethod
    def open(cls) -> Self:
        """A session from the environment.

        Raises:
            SettingsError: a setting that cannot be used.
            CorpusError: the corpus cannot be read.
        """
        return cls(load_settings())

    def answer(self, question: Question, *, channel: str) -> Answer:
        """Answer a question; one that fails is noted in the journal.

        Args:
            question: what is asked.
            channel: where it came from, as the journal names it.

        Raises:
            LodestoneError: it cannot be answered.
        """
        try:
            return self.chain.invoke(question)
        except LodestoneError as error:
            try:
                self.journal.record_failure(question, str(error), channel=channel)
            except LodestoneError as unrecorded:
                # A home that cannot be written says so once.
                if not isinstance(error, StorageError):
                    warn(str(unrecorded))
            raise

    def record(self, question: Question, answer: Answer, *, channel: str) -> None:
        """Keep the exchange. A journal that fails is reported, and does not cost the answer."""
        if not self._recorded:
            # What the first answer has loaded stays; Python's garbage collector would go through
            # all of it during the first write, which would take longer than the write.
            gc.freeze()
            self._recorded = True
        try:
            self.journal.record(question, answer, channel=channel)
        except LodestoneError as error:
            warn(str(error))

    def retain(self) -> None:
        """Drop what the journal has kept for longer than it is told to."""
        retain(self.journal, self.settings)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.journal.close()
        self.engine.close()


def open_journal(settings: Settings, library: Library | None = None) -> Journal:
    """The journal that the settings name, its key in HOME unless they hold it.

    Args:
        settings: where, and with which key.
        library: the documents, so that a turn is kept with the hashes of its passages.
    """
    from bot.journal import KEY_FILE, Journal

    key = settings.journal_key
    return Journal(
        settings.journal_url(),
        key=key.get_secret_value() if key else None,
        key_file=settings.home.absolute() / KEY_FILE,
        library=library,
    )


def retain(journal: Journal, settings: Settings) -> None:
    """Drop what a journal has kept for longer than the settings say, and say how much it was."""
    if settings.retention_days is None:
        return
    dropped = journal.retain(settings.retention_days, rest_s=_REST_S)
    if dropped:
        warn(f"{dropped} turns older than {settings.retention_days} days were dropped")


def build_index(reason: str, everything: bool) -> None:
    """Build the index in a process of its own, so that this one never carries torch.

    Args:
        reason: why, in words for a person.
        everything: trust nothing of the index there is.

    Raises:
        StorageError: it could not be built; the other process has said why.
        SystemExit: this process was interrupted; the other has said so, and cleared up.
    """
    warn(f"{reason}: building it now, which takes about half a minute")
    command = [sys.executable, "-m", "bot.cli", "index", *(["--rebuild"] if everything else [])]
    # Its report goes to stderr, because stdout may be read by a program. In a process group of its
    # own, Ctrl-C does not reach it twice: once from the terminal, once from here.
    with subprocess.Popen(  # noqa: S603 - this very program
        command, stdout=sys.stderr.fileno(), process_group=0
    ) as builder:
        status = None
        try:
            status = builder.wait()
        except KeyboardInterrupt:
            builder.send_signal(signal.SIGINT)
            try:
                status = builder.wait(_LAST_SECONDS)
            except subprocess.TimeoutExpired:
                builder.kill()
            if status == INTERRUPTED:
                sys.exit(status)
            raise
    if status:
        raise StorageError("the index could not be built, for the reason given above")
