"""A turn on its way into the database: its rows, its risk, its counts, its place in the chain."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert

from bot.journal import chain, tallies
from bot.journal.checks import CheckedClaim, check_claims, is_exact, text_hash
from bot.journal.reasons import Reason
from bot.journal.records import FAILED, TurnRecord
from bot.journal.review.schema import ItemRow
from bot.journal.risk import load_risk
from bot.journal.schema import CitationRow, ClaimRow, PassageRow, TurnRow
from bot.journal.seal import commit
from bot.journal.tallies import Measure
from bot.journal.vault import Work
from bot.journal.words import index_turn
from retrieval.answer import NoticeKind, Outcome

if TYPE_CHECKING:
    from corpus import Library

Row = dict[str, Any]


def owner_of(user_id: int | None, chat_id: int | None = None) -> str:
    """Whose key a text is sealed with: a person's, else a chat's, else this machine's own."""
    if user_id is not None:
        return f"telegram:{user_id}"
    return f"chat:{chat_id}" if chat_id is not None else LOCAL


LOCAL = "local"
"""Who asks in the terminal."""


def write_turn(work: Work, turn: TurnRecord, library: Library | None = None) -> None:
    """Write one turn with all that belongs to it."""
    key_id = work.key_to_write(owner_of(turn.user_id, turn.chat_id))
    claims = check_claims(turn.answer, turn.report) if turn.answer else ()
    row = _turn_row(work, turn, key_id)
    passages, citations = _passage_rows(turn, library), _citation_rows(turn, library)
    sealed_claims = _claim_rows(work, key_id, claims)
    number = work.session.scalar(insert(TurnRow).returning(TurnRow.number), row)
    assert number is not None  # noqa: S101 - an insert that returns nothing has raised
    children = ((PassageRow, passages), (CitationRow, citations), (ClaimRow, sealed_claims))
    for table, rows in children:
        if rows:
            work.session.execute(insert(table), [{"turn_number": number, **one} for one in rows])
    reasons = _reasons(turn, claims, citations)
    work.session.execute(insert(ItemRow), _item_row(turn, key_id, number, reasons))
    answer = turn.answer.text if turn.answer else ""
    index_turn(work.session, work.keyring, number, (turn.question.text, answer))
    tallies.add(work.session, turn.asked_at.date(), _counts(turn, reasons))
    work.note("turn", turn.id, digest=turn_digest(row, passages, citations, sealed_claims))


def turn_digest(
    turn: Mapping[str, Any],
    passages: Sequence[Mapping[str, Any]],
    citations: Sequence[Mapping[str, Any]],
    claims: Sequence[Mapping[str, Any]],
) -> str:
    """The digest of a turn's rows, in the order of their places."""
    return chain.digest(
        (TurnRow, [turn]), (PassageRow, passages), (CitationRow, citations), (ClaimRow, claims)
    )


def _turn_row(work: Work, turn: TurnRecord, key_id: str) -> Row:
    summary = turn.summary()
    asked = {
        "question": turn.question.model_dump(mode="json"),
        "chat_id": turn.chat_id,
        "user_id": turn.user_id,
        "error": turn.error,
    }

    def sealed(text: str | None, part: str) -> bytes | None:
        return None if text is None else work.seal(key_id, text, f"turn {turn.id} {part}")

    return {
        "id": turn.id,
        "asked_at": turn.asked_at,
        "channel": turn.channel,
        "key_id": key_id,
        "outcome": summary.outcome,
        "as_of": summary.as_of,
        "language": _storable(summary.language),
        "composer": _storable(summary.composer),
        "corpus_fingerprint": _storable(summary.corpus_fingerprint),
        "total_ms": summary.total_ms,
        "cost_usd": turn.report.cost_usd if turn.report else None,
        "question_sealed": sealed(json.dumps(asked, ensure_ascii=False), "question"),
        "answer_sealed": sealed(turn.answer.model_dump_json() if turn.answer else None, "answer"),
        "report_sealed": sealed(turn.report.model_dump_json() if turn.report else None, "report"),
    }


def _passage_rows(turn: TurnRecord, library: Library | None) -> list[Row]:
    return [
        {
            "rank": rank,
            **passage.model_dump(),
            "document_id": _storable(passage.document_id),
            "section": _storable(passage.section),
            "text_hash": text_hash(passage, library),
        }
        for rank, passage in enumerate(turn.answer.passages if turn.answer else (), start=1)
    ]


def _citation_rows(turn: TurnRecord, library: Library | None) -> list[Row]:
    return [
        {
            "position": position,
            "number": citation.number,
            "document_id": _storable(citation.document_id),
            "start": citation.start,
            "end": citation.end,
            "exact": is_exact(citation, library),
        }
        for position, citation in enumerate(turn.answer.citations if turn.answer else (), start=1)
    ]


def _claim_rows(work: Work, key_id: str, claims: Sequence[CheckedClaim]) -> list[Row]:
    key = work.key(key_id) if claims else None
    assert key is not None or not claims  # noqa: S101 - it is held for this transaction
    return [
        {
            "position": position,
            "digest": commit(key or b"", claim.text),
            "citations": ",".join(str(number) for number in claim.citations),
            "grounded": claim.grounded,
            "gate": claim.gate,
            "reason": _storable(claim.reason),
        }
        for position, claim in enumerate(claims, start=1)
    ]


def _item_row(turn: TurnRecord, key_id: str, number: int, reasons: Sequence[Reason]) -> Row:
    risk, summary = load_risk(), turn.summary()
    weight = risk.weigh(reasons)
    return {
        "turn_number": number,
        "asked_at": turn.asked_at,
        "outcome": summary.outcome,
        "language": _storable(summary.language),
        "composer": _storable(summary.composer),
        "channel": turn.channel,
        "key_id": key_id,
        "risk": weight,
        "urgency": weight,
        "reasons": " ".join(reasons),
        "sampled": Reason.SAMPLE in reasons,
        "doubled": risk.is_doubled(turn.id),
        "state": "open",
        "version": 0,
        "reviews": 0,
        "useful": 0,
        "useless": 0,
    }


def _reasons(
    turn: TurnRecord, claims: Sequence[CheckedClaim], citations: Sequence[Row]
) -> list[Reason]:
    """Why reviewers should look at it, the weightiest first."""
    risk, answer = load_risk(), turn.answer
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
    return sorted(found, key=lambda reason: (-risk.weights.get(reason, 0), reason))


def _counts(turn: TurnRecord, reasons: Sequence[Reason]) -> tallies.Tally:
    answer, report = turn.answer, turn.report
    counts: Counter[tuple[Measure, str]] = Counter(
        {
            (Measure.OUTCOME, answer.outcome.value if answer else FAILED): 1,
            (Measure.CHANNEL, turn.channel): 1,
        }
    )
    if Reason.SAMPLE in reasons:
        counts[Measure.SAMPLED, ""] = 1
    if answer:
        counts[Measure.COMPOSER, _storable(answer.composer) or ""] = 1
        counts[Measure.LANGUAGE, _storable(answer.language) or ""] = 1
        counts[Measure.LATENCY, tallies.latency_class(answer.timings_ms.total)] = 1
        for document_id in {citation.document_id for citation in answer.citations}:
            counts[Measure.CITED, _storable(document_id) or ""] = 1
    amounts: dict[tuple[Measure, str], float] = dict(counts)
    if report:
        amounts[Measure.COST, ""] = report.cost_usd or 0
        amounts[Measure.TOKENS, "in"] = report.tokens_in or 0
        amounts[Measure.TOKENS, "out"] = report.tokens_out or 0
    return amounts


def _storable(text: str | None) -> str | None:
    """Text that every database takes: PostgreSQL takes no null character."""
    return None if text is None else text.replace("\x00", "\N{REPLACEMENT CHARACTER}")
