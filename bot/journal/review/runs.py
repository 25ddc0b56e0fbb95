"""Evaluations of the golden questions, and how each compares with the one before."""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import pairwise

from sqlalchemy import insert, select

from bot.journal import chain
from bot.journal.review.figures import RunRecord
from bot.journal.review.goldens import all_goldens, usable
from bot.journal.review.schema import RunRow
from bot.journal.rows import AnyRow
from bot.journal.vault import Work
from retrieval.answer import new_id
from retrieval.evaluation import GoldenQuestion, Run
from retrieval.evaluation.scoring import Score


def write_run(work: Work, run: Run, *, actor: str) -> None:
    """Keep which questions went right, and why others did not; what was said is not kept."""
    goldens = {golden.id: golden for golden in usable(all_goldens(work, retired=False))}
    scores: dict[str, bool | list[str]] = {
        score.id: score.right or why_not(score, goldens.get(score.id)) for score in run.scores
    }
    row = {
        "id": new_id(),
        "at": run.started,
        "actor": actor,
        "as_of": run.as_of,
        "corpus_fingerprint": run.corpus_fingerprint,
        "questions": len(scores),
        "right": sum(score is True for score in scores.values()),
        "scores": json.dumps(scores),
    }
    work.session.execute(insert(RunRow), row)
    work.note("run", str(row["id"]), actor=actor, digest=chain.digest((RunRow, [row])))


def why_not(score: Score, golden: GoldenQuestion | None) -> list[str]:
    """Why an answer is not right, without anybody's words.

    Returns:
        `error`; `outcome:` and what came instead; `missing:` and the place, from 1, of a fact of
        the golden question; `forbidden:` and the place of what must not be said; `not-found` and
        `not-cited`: no right document was.
    """
    if score.error is not None:
        return ["error"]
    why = []
    if not score.outcome_right:
        why.append(f"outcome:{score.outcome}")
    else:
        facts = [group[0] for group in golden.must_include] if golden else []
        why += [f"missing:{_place(fact, facts)}" for fact in score.missing]
    banned = list(golden.must_not_include) if golden else []
    why += [f"forbidden:{_place(text, banned)}" for text in score.forbidden]
    if score.answerable and score.rank is None:
        why.append("not-found")
    elif score.answerable and score.citations and not score.cited_right:
        why.append("not-cited")
    return why


def _place(text: str, listed: Sequence[str]) -> int:
    """Where it stands, from 1; 0: nowhere."""
    return listed.index(text) + 1 if text in listed else 0


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
    scores: dict[str, bool | list[str]] = json.loads(row.scores)
    return RunRecord(
        id=row.id,
        at=row.at,
        actor=row.actor,
        as_of=row.as_of,
        corpus_fingerprint=row.corpus_fingerprint,
        questions=row.questions,
        right=row.right,
        scores={golden_id: score is True for golden_id, score in scores.items()},
        why={key: tuple(score) for key, score in scores.items() if isinstance(score, list)},
    )
