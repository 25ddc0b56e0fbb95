"""What a new turn means for the reviewers and for the counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.journal import tallies
from bot.journal.checks import CheckedClaim
from bot.journal.reasons import Reason
from bot.journal.records import FAILED, TurnRecord
from bot.journal.risk import load_risk
from bot.journal.tallies import Measure
from retrieval.answer import NoticeKind, Outcome


def reasons_of(
    turn: TurnRecord, claims: Sequence[CheckedClaim], citations: Sequence[Mapping[str, Any]]
) -> list[Reason]:
    """Why reviewers should look at it, the weightiest first."""
    risk, answer = load_risk(), turn.answer
    if turn.result is not None:
        # Not of the random sample, whose accuracy is that of answers.
        stale = {Reason.STALE} if turn.result.lapsed else set()
        return _ordered({Reason.ALLOCATION} | stale)
    found = set(risk.asked_for(turn.question.text))
    if risk.is_sampled(turn.id):
        found.add(Reason.SAMPLE)
    if answer is None:
        found.add(Reason.FAILED)
    else:
        if answer.outcome is Outcome.DECLINED:
            found.add(Reason.ADVICE)
        if answer.outcome is Outcome.NOT_IN_CORPUS:
            found.add(Reason.NO_ANSWER)
        if any(claim.grounded is False or claim.gate is not None for claim in claims) or any(
            citation["exact"] is False for citation in citations
        ):
            found.add(Reason.FAILED_CHECK)
        both = sum(bool(one.dense_rank and one.keyword_rank) for one in answer.passages)
        if answer.outcome is Outcome.ANSWERED and both < risk.thin_below:
            found.add(Reason.THIN)
        if any(notice.kind is NoticeKind.STALE for notice in answer.notices):
            found.add(Reason.STALE)
    return _ordered(found)


def _ordered(reasons: set[Reason]) -> list[Reason]:
    weights = load_risk().weights
    return sorted(reasons, key=lambda reason: (-weights.get(reason, 0), reason))


def counts_of(turn: TurnRecord, reasons: Sequence[Reason]) -> dict[tuple[Measure, str], float]:
    """What it adds to its day's counts."""
    if turn.result is not None:
        # Figures of questions and answers are told without these.
        return {(Measure.RESULT, turn.result.outcome): 1}
    answer, report = turn.answer, turn.report
    counts: dict[tuple[Measure, str], float] = {
        (Measure.OUTCOME, answer.outcome.value if answer else FAILED): 1,
        (Measure.CHANNEL, turn.channel): 1,
    }
    if Reason.SAMPLE in reasons:
        counts[Measure.SAMPLED, ""] = 1
    if answer:
        counts[Measure.COMPOSER, storable(answer.composer) or ""] = 1
        counts[Measure.LANGUAGE, storable(answer.language) or ""] = 1
        counts[Measure.LATENCY, tallies.latency_class(answer.timings_ms.total)] = 1
        for document_id in {citation.document_id for citation in answer.citations}:
            counts[Measure.CITED, storable(document_id) or ""] = 1
    if report:
        counts[Measure.COST, ""] = report.cost_usd or 0
        counts[Measure.TOKENS, "in"] = report.tokens_in or 0
        counts[Measure.TOKENS, "out"] = report.tokens_out or 0
    return counts


def storable(text: str | None) -> str | None:
    """Text that every database takes: PostgreSQL takes no null character."""
    return None if text is None else text.replace("\x00", "\N{REPLACEMENT CHARACTER}")
