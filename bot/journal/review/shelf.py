"""Golden questions and their evaluations, as the pages and the commands ask for them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from bot.journal.review.desk import Desk

if TYPE_CHECKING:
    from bot.journal.review.figures import RunRecord
    from bot.journal.review.judgements import GoldenKind, GoldenRecord
    from retrieval.evaluation import GoldenQuestion, Run


class GoldenShelf(Desk):
    """The part of `Reviews` that is about golden questions and regression tests."""

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
        self,
        turn_id: str,
        golden: GoldenQuestion | None,
        *,
        kind: GoldenKind,
        reviewer: str,
        base: int | None = None,
    ) -> GoldenRecord:
        """Keep a golden question made from a turn; None: as `propose_golden` has it.

        Promoting a turn again is the next version of what the same kind held before: it keeps its
        id. `base`: the version that was edited.

        Raises:
            ConflictError: somebody has edited that version already.
        """
        from bot.journal.review.goldens import promote

        chosen = golden or self.propose_golden(turn_id, kind=kind, reviewer=reviewer)
        with self._writing(turn_id) as work:
            return promote(work, turn_id, chosen, kind=kind, reviewer=reviewer, base=base)

    def retire_golden(self, golden_id: str, *, reviewer: str) -> None:
        """Take a golden question out of the evaluation; its record stays."""
        from bot.journal.review.goldens import retire

        with self._writing(golden_id) as work:
            retire(work, golden_id, reviewer=reviewer)

    def goldens(self, *, retired: bool = False) -> Sequence[GoldenRecord]:
        """The golden questions and regression tests as they are now, newest first."""
        from bot.journal.review.goldens import all_goldens

        with self._reading() as work:
            return all_goldens(work, retired=retired)

    def golden_versions(self, golden_id: str) -> Sequence[GoldenRecord]:
        """One golden question with all it was before, newest first.

        Raises:
            UnknownTurnError: there is none of this id.
        """
        from bot.journal.review.goldens import unknown_golden, versions_of

        if self.journal.database.is_missing():
            raise unknown_golden(golden_id)
        with self._reading() as work:
            return versions_of(work, golden_id)

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
