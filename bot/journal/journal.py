"""The journal: write a turn down, list the turns, find one again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from bot.journal.belongings import Belongings
from bot.journal.records import TurnRecord, TurnSummary, ambiguous_turn, unknown_turn
from retrieval.answer import Answer, Question, clean_text, new_id

if TYPE_CHECKING:
    from bot.journal.store import Store

_NAMED_WHEN_AMBIGUOUS = 3


class Journal(Belongings):
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

    def _store(self) -> Store:
        # SQLAlchemy takes a quarter of a second to load; `--help` does not wait for it.
        from bot.journal.store import Store

        return Store(self.vault())
