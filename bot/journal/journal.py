"""The journal: write a turn down, list the turns, find one again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import TYPE_CHECKING, Self

from bot.database import Database
from bot.database.opening import LOCK_TIMEOUT_S
from bot.journal.records import (
    FeedbackRecord,
    ResultRecord,
    TurnRecord,
    TurnSummary,
    ambiguous_turn,
    unknown_turn,
)
from retrieval.answer import Answer, Question, clean_text, new_id

if TYPE_CHECKING:
    from pathlib import Path

    from bot.journal.store import Store
    from bot.journal.vault import Vault
    from corpus import Library

_NAMED_WHEN_AMBIGUOUS = 3


def _now() -> datetime:
    return datetime.now(UTC)


class Journal:
    """The log of questions and answers; safe to share among threads, and among processes by URL.

    Nothing is opened or created before the first turn is written; listing a journal that does not
    exist yet finds nothing and leaves nothing behind. Turns are never changed once written. What
    people wrote is sealed under a key of their own, which `erase` destroys.

    Args:
        database: the database, or the address of one that the journal opens for itself.
        clock: the time now, aware.
        key: the master key, at least 32 characters; None: it is in `key_file`.
        key_file: that file, made when the first turn is written; None: `journal.key` beside a
            SQLite database. PostgreSQL needs one of the two.
        library: the documents, so that a turn is written down with the hashes of its passages and
            whether its quotes stood; None: without.
        lock_timeout_s: seconds to wait for another process's write, where an address is given.

    Every method may raise:
        JournalError: the database is damaged, of a newer version, unreachable or no database.
        StorageError: the disk is full or read-only, or another process holds the lock.
    """

    def __init__(
        self,
        database: Database | str,
        *,
        clock: Callable[[], datetime] = _now,
        key: str | None = None,
        key_file: Path | None = None,
        library: Library | None = None,
        lock_timeout_s: float = LOCK_TIMEOUT_S,
    ) -> None:
        if isinstance(database, str):
            database = Database(database, lock_timeout_s=lock_timeout_s)
        self.database = database
        self.library = library
        self.clock = clock
        self._key = key
        self._key_file = key_file
        self._opened: Vault | None = None

    def record(
        self,
        question: Question,
        answer: Answer,
        *,
        channel: str,
        chat_id: int | None = None,
        user_id: int | None = None,
        asked_at: datetime | None = None,
    ) -> None:
        """Write down a question and its answer; the turn's id is the answer's.

        Args:
            question: as it was asked.
            answer: as it was given, kept whole.
            channel: `terminal`, `batch` or `telegram`.
            chat_id: the Telegram chat it was asked in.
            user_id: the Telegram user who asked.
            asked_at: when it was asked, aware; default: now, less the time the answer took.

        Raises:
            JournalError: the answer is in the journal already; turns are never changed.
        """
        took = timedelta(milliseconds=answer.timings_ms.total)
        turn = TurnRecord(
            id=answer.id,
            asked_at=(asked_at or self.clock() - took).astimezone(UTC),
            channel=channel,
            chat_id=chat_id,
            user_id=user_id,
            question=question,
            answer=answer,
            report=answer.report,
        )
        self._store().add(turn, self.library)

    def record_failure(
        self,
        question: Question,
        error_text: str,
        *,
        channel: str,
        chat_id: int | None = None,
        user_id: int | None = None,
        asked_at: datetime | None = None,
    ) -> None:
        """Write down a question that got no answer, and why; the turn gets an id of its own.

        The arguments are those of `record`; `asked_at` is now unless given.
        """
        turn = TurnRecord(
            id=new_id(),
            asked_at=(asked_at or self.clock()).astimezone(UTC),
            channel=channel,
            chat_id=chat_id,
            user_id=user_id,
            question=question,
            error=clean_text(error_text),
        )
        self._store().add(turn)

    def turns(self, limit: int = 20) -> Sequence[TurnSummary]:
        """The newest turns, newest first; at most `limit` of them."""
        return self._store().newest(limit)

    def turn(self, id_or_prefix: str) -> TurnRecord:
        """One turn whole, by its id or by a beginning that no other id has.

        Raises:
            JournalError: no turn, or more than one, has such an id.
        """
        store = self._store()
        if not id_or_prefix:
            raise unknown_turn(id_or_prefix)
        if (turn := store.get(id_or_prefix)) is not None:
            return turn
        ids = store.ids_beginning_with(id_or_prefix, limit=_NAMED_WHEN_AMBIGUOUS)
        if len(ids) > 1:
            raise ambiguous_turn(id_or_prefix, ids)
        found = store.get(ids[0]) if ids else None
        if found is None:
            raise unknown_turn(id_or_prefix)
        return found

    def turns_of(self, user_id: int | None, limit: int | None = None) -> Sequence[TurnRecord]:
        """Somebody's turns whole, newest first; None: those of the terminal."""
        from bot.journal.owner import owner_of

        return self._store().of_owner(owner_of(user_id), limit)

    def feedback(
        self,
        turn_id: str,
        *,
        user_id: int | None,
        useful: bool,
        reason: str | None = None,
        comment: str | None = None,
    ) -> FeedbackRecord:
        """Write down what somebody thought of an answer; their newest word counts.

        Args:
            turn_id: the turn's whole id.
            user_id: whose opinion it is; None: that of the terminal.
            useful: thumb up or down.
            reason: why, in a word of the bot's own.
            comment: why, in words of theirs.

        Raises:
            UnknownTurnError: there is no such turn.
        """
        from bot.journal.feedback import write_feedback

        with self.vault().writing() as work:
            return write_feedback(
                work, turn_id, user_id=user_id, useful=useful, reason=reason, comment=comment
            )

    def feedback_of(self, user_id: int | None) -> Sequence[FeedbackRecord]:
        """What somebody thought of their answers, newest first."""
        from bot.journal.feedback import feedback_by

        if self.database.is_missing():
            return ()
        with self.vault().reading() as work:
            return feedback_by(work, user_id)

    def record_result(
        self,
        kind: str,
        document: str,
        *,
        channel: str,
        user_id: int | None = None,
        chat_id: int | None = None,
        result_id: str | None = None,
    ) -> str:
        """Keep an allocation or the like whole.

        Args:
            kind: what it is, as `allocation`.
            document: JSON text; it comes back as it is.
            channel: where it was asked for.
            user_id: who asked; None: nobody known.
            chat_id: where, for lack of a user.
            result_id: an id that it has already; None: it gets one.

        Returns:
            The result's id.

        Raises:
            JournalError: there is a result with this id already.
        """
        from bot.journal.results import write_result

        with self.vault().writing() as work:
            return write_result(
                work,
                kind,
                document,
                channel=channel,
                user_id=user_id,
                chat_id=chat_id,
                result_id=result_id,
            )

    def result(self, id_or_prefix: str) -> ResultRecord:
        """One result whole, by its id or by a beginning that no other id has.

        Raises:
            UnknownTurnError: no result, or more than one, has such an id.
        """
        from bot.journal.records import unknown_result
        from bot.journal.results import read_result

        if self.database.is_missing():
            raise unknown_result(id_or_prefix)
        with self.vault().reading() as work:
            return read_result(work, id_or_prefix)

    def results_of(self, user_id: int | None, kind: str | None = None) -> Sequence[ResultRecord]:
        """Somebody's results, newest first; None: those of the terminal."""
        from bot.journal.results import results_by

        if self.database.is_missing():
            return ()
        with self.vault().reading() as work:
            return results_by(work, user_id, kind)

    def erase(self, user_id: int | None) -> int:
        """Destroy somebody's key: nothing of theirs can be read any more, here or in exports.

        Returns:
            How many turns that were.
        """
        from bot.journal.erasure import erase
        from bot.journal.owner import owner_of

        return erase(self.vault(), owner=owner_of(user_id)).turns

    def retain(self, days: int) -> int:
        """Drop turns, feedback and results older than so many days; returns how many turns."""
        from bot.journal.retention import drop_older

        return drop_older(self.vault(), days)

    def close(self) -> None:
        """Give the connections back; the journal opens again when it is next used."""
        self.database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _store(self) -> Store:
        # SQLAlchemy takes a quarter of a second to load; `--help` does not wait for it.
        from bot.journal.store import Store

        return Store(self.vault())

    def vault(self) -> Vault:
        """The database with its keys; for this package, and for what else is sealed with them."""
        from bot.journal.vault import Vault

        if self._opened is None:
            self._opened = Vault(
                self.database, clock=self.clock, key=self._key, key_file=self._key_file
            )
        return self._opened
