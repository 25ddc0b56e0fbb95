"""Evaluations of the golden questions, and how each compares with the one before."""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import pairwise

from sqlalchemy import insert, select

from bot.journal import chain
from bot.journal.review.figures import RunRecord
from bot.journal.review.schema import RunRow
from bot.journal.rows import AnyRow
from bot.journal.vault import Work
from retrieval.answer import new_id
from retrieval.evaluation import Run


def write_run(work: Work, run: Run, *, actor: str) -> None:
    """Keep which questions went right; what was said, and what was expected, is not kept."""
    scores = {score.id: score.right for score in run.scores}
    row = {
        "id": new_id(),
        "at": run.started,
        "actor": actor,
        "as_of": run.as_of,
        "corpus_fingerprint": run.corpus_fingerprint,
        "questions": len(scores),
        "right": sum(scores.values()),
        "scores": json.dumps(scores),
    }
    work.session.execute(insert(RunRow), row)
    work.note("run", str(row["id"]), actor=actor, digest=chain.digest((RunRow, [row])))


def read_runs(work: Work, limit: int) -> tuple[RunRecord, ...]:
    """The newest runs, newest first."""
    rows = work.session.execute(
        select(
            *(RunRow.id, RunRow.at, RunRow.actor, RunRow.as_of, RunRow.corpus_fingerprint),
            *(RunRow.questions, RunRow.right, RunRow.scores),
        )
        .order_by(RunRow.number.desc())
        # One more, for the last to be compared with.
        .limit(limit + 1)
    ).all()
    runs = [_record(row) for row in rows]
    compared = [_compare(run, before) for run, before in pairwise(runs)]
    return tuple([*compared, *runs[len(compared) :]][:limit])


def _compare(run: RunRecord, before: RunRecord) -> RunRecord:
    common: Sequence[str] = sorted(run.scores.keys() & before.scores.keys())
    if not common:
        return run
    return run.model_copy(
        update={
            "common": len(common),
            "before": sum(before.scores[one] for one in common) / len(common),
            "now": sum(run.scores[one] for one in common) / len(common),
        }
    )


def _record(row: AnyRow) -> RunRecord:
    return RunRecord(
        id=row.id,
        at=row.at,
        actor=row.actor,
        as_of=row.as_of,
        corpus_fingerprint=row.corpus_fingerprint,
        questions=row.questions,
        right=row.right,
        scores=json.loads(row.scores),
    )
