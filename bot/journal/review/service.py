"""Everything reviewers do, behind one class: the pages call this and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from bot.journal.journal import Journal

if TYPE_CHECKING:
    from bot.journal.review.figures import Gap, Insights, RunRecord
    from bot.journal.review.judgements import (
        Draft,
        GoldenKind,
        GoldenRecord,
        Judgement,
        ReviewRecord,
    )
    from bot.journal.review.records import (
        EventRecord,
        Filters,
        Item,
        Lease,
        Page,
        Progress,
        TurnDetail,
    )
    from corpus import Library
    from retrieval.embedding import EmbeddingModel
    from retrieval.evaluation import GoldenQuestion, Run


class Reviews:
    """The reviewers' side of a journal; safe to share among threads. Calls block: run them off
    the event loop.

    Args:
        journal: where the turns are; its clock is used.
        library: the documents, for what is cited, never cited or stale; None: not told.
        embed: the model that gaps are found with; None: no new ones are found.

    Every method may raise:
        UnknownTurnError: no such turn (a JournalError).
        ConflictError: someone else was quicker or holds the turn; the page should be read again.
        JournalError, StorageError: as `Journal`.
    """

    def __init__(
        self,
        journal: Journal,
        *,
        library: Library | None = None,
        embed: EmbeddingModel | None = None,
    ) -> None:
        self.journal = journal
        self.library = library
        self.embed = embed

    # The queue.

    def queue(
        self, filters: Filters, *, reviewer: str, after: str | None = None, limit: int = 25
    ) -> Page:
        """What waits for a verdict, most urgent first: what this reviewer may judge.

        Items that others hold by a lease are in it, and say so. `filters.text` works here too.

        Args:
            filters: which turns.
            reviewer: who looks.
            after: `Page.after` of the page before.
            limit: items a page, at most 200.
        """
        raise NotImplementedError

    def take_next(self, filters: Filters, *, reviewer: str) -> Item | None:
        """Lease the most urgent turn that is free or the reviewer's own; None: nothing waits.

        Two reviewers at once never get the same.
        """
        raise NotImplementedError

    def claim(self, turn_id: str, *, reviewer: str) -> Lease:
        """Lease a turn, or prolong one's own lease.

        Raises:
            ConflictError: another reviewer holds it.
        """
        raise NotImplementedError

    def release(self, turn_id: str, *, reviewer: str) -> None:
        """Give up one's lease; no harm where it has run out."""
        raise NotImplementedError

    def assign(self, turn_id: str, to: str | None, *, by: str) -> None:
        """Say who shall judge a turn; None: anybody again. It is noted in the chain."""
        raise NotImplementedError

    def waiting(self, *, reviewer: str) -> int:
        """How many turns wait for a verdict that this reviewer may give."""
        raise NotImplementedError

    def progress(self) -> Sequence[Progress]:
        """How far each reviewer has come, the most diligent first."""
        raise NotImplementedError

    # One turn.

    def detail(self, turn_id: str, *, reviewer: str) -> TurnDetail:
        """A turn with all that is known of it. That it was read is noted, once an hour."""
        raise NotImplementedError

    def judge(self, turn_id: str, judgement: Judgement, *, reviewer: str) -> ReviewRecord:
        """Write down a verdict with its tags, comments, relevance and correction; ends the lease.

        A form sent twice (the same token) is one review. The reviewer's draft is thrown away.

        Raises:
            ConflictError: the turn was judged since the reviewer saw it and `again` is not set, or
                another reviewer holds it, or it may not be judged by this one (a blind second).
        """
        raise NotImplementedError

    def save_draft(self, turn_id: str, draft: Draft, *, reviewer: str) -> None:
        """Keep what was typed, instead of what was kept before."""
        raise NotImplementedError

    def drop_draft(self, turn_id: str, *, reviewer: str) -> None:
        """Throw a draft away."""
        raise NotImplementedError

    # Golden questions.

    def propose_golden(self, turn_id: str, *, kind: GoldenKind) -> GoldenQuestion:
        """The turn as a golden question, for a form to be filled with.

        A `golden` one is answerable with the cited documents when the turn was answered and not
        judged wrongly answered; a `regression` forbids the rejected claims, or refuses.
        """
        raise NotImplementedError

    def promote(
        self, turn_id: str, golden: GoldenQuestion | None, *, kind: GoldenKind, reviewer: str
    ) -> GoldenRecord:
        """Keep a golden question made from a turn; None: as `propose_golden` has it.

        Promoting a turn again replaces what the same kind held before.
        """
        raise NotImplementedError

    def retire_golden(self, golden_id: str, *, reviewer: str) -> None:
        """Take a golden question out of the evaluation; its record stays."""
        raise NotImplementedError

    def goldens(self, *, retired: bool = False) -> Sequence[GoldenRecord]:
        """The golden questions and regression tests, newest first."""
        raise NotImplementedError

    def golden_lines(self) -> Sequence[str]:
        """The golden questions as JSON lines that `lodestone eval --questions` reads."""
        raise NotImplementedError

    def record_run(self, run: Run, *, actor: str) -> RunRecord:
        """Keep an evaluation of the golden questions, and compare it with the one before."""
        raise NotImplementedError

    def runs(self, limit: int = 20) -> Sequence[RunRecord]:
        """The evaluations, newest first, each compared with the one before it."""
        raise NotImplementedError

    # All turns.

    def search(
        self, filters: Filters, *, reviewer: str, after: str | None = None, limit: int = 25
    ) -> Page:
        """Turns that fit, judged or not, newest first."""
        raise NotImplementedError

    def insights(self, since: date | None = None, until: date | None = None) -> Insights:
        """Everything at a glance, between two days (UTC, inclusive)."""
        raise NotImplementedError

    def gaps(self, limit: int = 20) -> Sequence[Gap]:
        """Unanswered questions by meaning, the most asked first."""
        raise NotImplementedError

    def refresh_gaps(self, most: int = 500) -> int:
        """Sort unanswered questions into gaps, at most so many; returns how many are left.

        Slow where there is much to do (tens of milliseconds a question): not for a page's answer.
        """
        raise NotImplementedError

    def facets(self) -> dict[str, Sequence[str]]:
        """Values there are to filter by: `tag`, `language`, `composer`, `channel`, `document`."""
        raise NotImplementedError

    # The log of who did what.

    def note(self, kind: str, *, actor: str, subject: str = "", detail: str = "") -> None:
        """Write an event into the chain: a sign-in, a reveal, an export. No personal text in it."""
        raise NotImplementedError

    def events(
        self, *, kind: str | None = None, before: int | None = None, limit: int = 50
    ) -> Sequence[EventRecord]:
        """The newest events, newest first; `before`: older than the event of this number."""
        raise NotImplementedError
