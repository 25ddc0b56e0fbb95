"""Everything reviewers do, behind one class: the pages call this and nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from typing import TYPE_CHECKING

from bot.journal.journal import Journal
from bot.journal.records import unknown_turn

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
    from bot.journal.vault import Vault, Work
    from corpus import Library
    from retrieval.embedding import EmbeddingModel
    from retrieval.evaluation import GoldenQuestion, Run


class Reviews:
    """The reviewers' side of a journal; safe to share among threads.

    Calls block on the database: a server runs them off its event loop.

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
        from bot.journal.review.queue import read_queue

        with self._reading() as work:
            return read_queue(work, filters, reviewer=reviewer, after=after, limit=limit)

    def take_next(
        self, filters: Filters, *, reviewer: str, after: str | None = None
    ) -> Item | None:
        """Lease the most urgent turn that is free or the reviewer's own; None: nothing waits.

        Two reviewers at once never get the same. `after`: a place in the queue, as `Item.place`,
        to go on below it without having judged.
        """
        from bot.journal.review.queue import take_next

        if self.journal.database.is_missing():
            return None
        with self._vault().writing() as work:
            return take_next(work, filters, reviewer=reviewer, after=after)

    def claim(self, turn_id: str, *, reviewer: str) -> Lease:
        """Lease a turn, or prolong one's own lease.

        Raises:
            ConflictError: another reviewer holds it.
        """
        from bot.journal.review.queue import claim

        with self._writing(turn_id) as work:
            return claim(work, turn_id, reviewer=reviewer)

    def release(self, turn_id: str, *, reviewer: str) -> None:
        """Give up one's lease; no harm where it has run out."""
        from bot.journal.review.queue import release

        with self._writing(turn_id) as work:
            release(work, turn_id, reviewer=reviewer)

    def assign(self, turn_id: str, to: str | None, *, by: str) -> None:
        """Say who shall judge a turn; None: anybody again. It is noted in the chain."""
        from bot.journal.review.queue import assign

        with self._writing(turn_id) as work:
            assign(work, turn_id, to, by=by)

    def waiting(self, *, reviewer: str) -> int:
        """How many turns wait for a verdict that this reviewer may give."""
        from bot.journal.review.queue import count_waiting

        with self._reading() as work:
            return count_waiting(work, reviewer=reviewer)

    def progress(self) -> Sequence[Progress]:
        """How far each reviewer has come, the most diligent first."""
        from bot.journal.review.queue import read_progress

        with self._reading() as work:
            return read_progress(work)

    # One turn.

    def detail(self, turn_id: str, *, reviewer: str) -> TurnDetail:
        """A turn with all that is known of it. That it was read is noted, once an hour."""
        from bot.journal.review.detail import REVEALED, read_detail, was_revealed

        with self._reading(turn_id) as work:
            detail = read_detail(work, turn_id, reviewer=reviewer)
            noted = was_revealed(work, turn_id, reviewer=reviewer)
        if not noted:
            self.note(REVEALED, actor=reviewer, subject=turn_id)
        return detail

    def judge(self, turn_id: str, judgement: Judgement, *, reviewer: str) -> ReviewRecord:
        """Write down a verdict with its tags, comments, relevance and correction; ends the lease.

        A form sent twice (the same token) is one review. The reviewer's draft is thrown away.

        Raises:
            ConflictError: the turn was judged since the reviewer saw it and `again` is not set, or
                another reviewer holds it, or it may not be judged by this one (a blind second).
        """
        from bot.journal.review.judging import judge

        with self._writing(turn_id) as work:
            return judge(work, turn_id, judgement, reviewer=reviewer)

    def save_draft(self, turn_id: str, draft: Draft, *, reviewer: str) -> None:
        """Keep what was typed, instead of what was kept before."""
        from bot.journal.review.drafts import save_draft

        with self._writing(turn_id) as work:
            save_draft(work, turn_id, draft, reviewer)

    def drop_draft(self, turn_id: str, *, reviewer: str) -> None:
        """Throw a draft away."""
        from bot.journal.review.drafts import drop_draft
        from bot.journal.review.items import one_item

        with self._writing(turn_id) as work:
            drop_draft(work, one_item(work, turn_id).turn_number, reviewer)

    # Golden questions.

    def propose_golden(self, turn_id: str, *, kind: GoldenKind, reviewer: str) -> GoldenQuestion:
        """The turn as a golden question, for a form to be filled with.

        A `golden` one is answerable with the cited documents when the turn was answered and not
        judged wrongly answered; a `regression` forbids the rejected claims, or refuses.
        """
        from bot.journal.review.detail import read_detail
        from bot.journal.review.proposing import propose

        with self._reading(turn_id) as work:
            return propose(read_detail(work, turn_id, reviewer=reviewer), kind)

    def promote(
        self, turn_id: str, golden: GoldenQuestion | None, *, kind: GoldenKind, reviewer: str
    ) -> GoldenRecord:
        """Keep a golden question made from a turn; None: as `propose_golden` has it.

        Promoting a turn again replaces what the same kind held before.
        """
        from bot.journal.review.goldens import promote

        chosen = golden or self.propose_golden(turn_id, kind=kind, reviewer=reviewer)
        with self._writing(turn_id) as work:
            return promote(work, turn_id, chosen, kind=kind, reviewer=reviewer)

    def retire_golden(self, golden_id: str, *, reviewer: str) -> None:
        """Take a golden question out of the evaluation; its record stays."""
        from bot.journal.review.goldens import retire

        with self._writing(golden_id) as work:
            retire(work, golden_id, reviewer=reviewer)

    def goldens(self, *, retired: bool = False) -> Sequence[GoldenRecord]:
        """The golden questions and regression tests, newest first."""
        from bot.journal.review.goldens import all_goldens

        with self._reading() as work:
            return all_goldens(work, retired=retired)

    def golden_questions(self) -> Sequence[GoldenQuestion]:
        """Those in use, oldest first: what `lodestone eval --journal` asks.

        One a line, as `model_dump_json`, they are a file for `lodestone eval --questions`.
        """
        from bot.journal.review.goldens import usable

        return usable(self.goldens())

    def record_run(self, run: Run, *, actor: str) -> RunRecord:
        """Keep an evaluation of the golden questions, and compare it with the one before."""
        from bot.journal.review.runs import read_runs, write_run

        with self._vault().writing() as work:
            write_run(work, run, actor=actor)
        with self._reading() as work:
            return read_runs(work, 1)[0]

    def runs(self, limit: int = 20) -> Sequence[RunRecord]:
        """The evaluations, newest first, each compared with the one before it."""
        from bot.journal.review.runs import read_runs

        with self._reading() as work:
            return read_runs(work, limit)

    # All turns.

    def search(
        self, filters: Filters, *, reviewer: str, after: str | None = None, limit: int = 25
    ) -> Page:
        """Turns that fit, judged or not, newest first."""
        from bot.journal.review.queue import read_search

        with self._reading() as work:
            return read_search(work, filters, reviewer=reviewer, after=after, limit=limit)

    def insights(self, since: date | None = None, until: date | None = None) -> Insights:
        """Everything at a glance, between two days (UTC, inclusive)."""
        from bot.journal.review.insights import read_insights

        with self._reading() as work:
            return read_insights(work, self.library, since, until)

    def gaps(self, limit: int = 20) -> Sequence[Gap]:
        """Unanswered questions by meaning, the most asked first."""
        from bot.journal.review.gaps import read_gaps

        with self._reading() as work:
            return read_gaps(work, limit)

    def refresh_gaps(self, most: int = 500) -> int:
        """Sort unanswered questions into gaps, at most so many; returns how many are left.

        Slow where there is much to do (tens of milliseconds a question): not for a page's answer.
        """
        from bot.journal.review.gaps import refresh_gaps

        return refresh_gaps(self._vault(), self.embed, most) if self.embed is not None else 0

    def facets(self) -> Mapping[str, Sequence[str]]:
        """Values there are to filter by: `tag`, `language`, `composer`, `channel`, `document`."""
        from bot.journal.review.facets import read_facets

        with self._reading() as work:
            return read_facets(work)

    # The log of who did what.

    def note(self, kind: str, *, actor: str, subject: str = "", detail: str = "") -> None:
        """Write an event into the chain: a sign-in, a reveal, an export. No personal text in it."""
        with self._vault().writing() as work:
            work.note(kind, subject, actor=actor, detail=detail)

    def events(
        self, *, kind: str | None = None, before: int | None = None, limit: int = 50
    ) -> Sequence[EventRecord]:
        """The newest events, newest first; `before`: older than the event of this number."""
        from bot.journal.review.log import read_events

        with self._reading() as work:
            return read_events(work, kind=kind, before=before, limit=limit)

    def _vault(self) -> Vault:
        return self.journal.vault()

    @contextmanager
    def _reading(self, turn_id: str | None = None) -> Iterator[Work]:
        """Read; of a journal that does not exist yet, nothing is found, and nothing is made."""
        if self.journal.database.is_missing():
            if turn_id is not None:
                raise unknown_turn(turn_id)
            # A reviewer's page may come before the first question: an empty journal is as good.
            self._vault().make()
        with self._vault().reading() as work:
            yield work

    @contextmanager
    def _writing(self, turn_id: str) -> Iterator[Work]:
        if self.journal.database.is_missing():
            raise unknown_turn(turn_id)
        with self._vault().writing() as work:
            yield work
