"""What belongs to a person beside their turns: their opinions, their results, their erasure."""

from __future__ import annotations

from collections.abc import Sequence

from bot.journal.opened import Opened
from bot.journal.records import FeedbackRecord, ResultRecord


class Belongings(Opened):
    """The part of `Journal` that is about feedback, results, and the end of both."""

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

    def retain(self, days: int, *, rest_s: float = 0) -> int:
        """Drop turns, feedback and results older than so many days; returns how many turns.

        They go some hundreds at a time; `rest_s` seconds between leave the database to others.
        """
        from bot.journal.retention import drop_older

        return drop_older(self.vault(), days, rest_s=rest_s)
