"""A turn on its way into the database: its rows, its risk, its counts, its place in the chain."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert

from bot.journal import chain, tallies
from bot.journal.checks import CheckedClaim, check_claims, is_exact, text_hash
from bot.journal.keys import Keyring
from bot.journal.owner import owner_of
from bot.journal.reasons import Reason
from bot.journal.records import TurnRecord, TurnSummary
from bot.journal.risk import load_risk
from bot.journal.schema import CitationRow, ClaimRow, ItemRow, PassageRow, TurnRow
from bot.journal.seal import commit
from bot.journal.tallies import Measure
from bot.journal.vault import Work
from bot.journal.weighing import counts_of, reasons_of, storable
from bot.journal.words import hashed, index_turns

if TYPE_CHECKING:
    from corpus import Library

Row = dict[str, Any]


@dataclass(frozen=True)
class Prepared:
    """A turn with all that can be worked out before the database is asked for anything."""

    turn: TurnRecord
    summary: TurnSummary
    claims: tuple[CheckedClaim, ...]
    passages: list[Row]
    citations: list[Row]
    reasons: list[Reason]
    words: list[str]
    question: str
    answer: str | None
    report: str | None


def prepare(turn: TurnRecord, keyring: Keyring, library: Library | None = None) -> Prepared:
    """Work it out beforehand: while one writes to SQLite, others wait."""
    claims = check_claims(turn.answer, turn.report) if turn.answer else ()
    citations = _citation_rows(turn, library)
    asked = {
        "question": turn.question.model_dump(mode="json"),
        "chat_id": turn.chat_id,
        "user_id": turn.user_id,
        "error": turn.error,
    }
    return Prepared(
        turn=turn,
        summary=turn.summary(),
        claims=claims,
        passages=_passage_rows(turn, library),
        citations=citations,
        reasons=reasons_of(turn, claims, citations),
        words=hashed(keyring, (turn.question.text, turn.answer.text if turn.answer else "")),
        question=json.dumps(asked, ensure_ascii=False),
        answer=turn.answer.model_dump_json() if turn.answer else None,
        report=turn.report.model_dump_json() if turn.report else None,
    )


def write_turn(work: Work, prepared: Prepared) -> None:
    """Write one turn with all that belongs to it."""
    write_turns(work, [prepared])


def write_turns(work: Work, prepared: Sequence[Prepared]) -> None:
    """Write many turns, each with all that belongs to it."""
    written = [_rows(work, one) for one in prepared]
    numbers = work.session.scalars(_INSERT_TURNS, [rows.turn for rows in written]).all()
    numbered = list(zip(numbers, prepared, written, strict=True))
    for table, part in (
        (PassageRow, "passages"),
        (CitationRow, "citations"),
        (ClaimRow, "claims"),
    ):
        children = [
            {"turn_number": number, **child}
            for number, _, rows in numbered
            for child in getattr(rows, part)
        ]
        if children:
            work.session.execute(insert(table), children)
    work.session.execute(
        insert(ItemRow), [_item_row(one, rows.turn["key_id"], n) for n, one, rows in numbered]
    )
    index_turns(work.session, [(number, one.words) for number, one, _ in numbered])
    days: dict[date, dict[tuple[Measure, str], float]] = {}
    for one in prepared:
        counts = days.setdefault(one.turn.asked_at.date(), {})
        for what, amount in counts_of(one.turn, one.reasons).items():
            counts[what] = counts.get(what, 0) + amount
    tallies.add_days(work.session, days)
    for one, rows in zip(prepared, written, strict=True):
        digest = turn_digest(rows.turn, rows.passages, rows.citations, rows.claims)
        work.note("turn", one.turn.id, digest=digest)


@dataclass(frozen=True)
class _Rows:
    """The rows of one turn, without the number that the database gives it."""

    turn: Row
    passages: list[Row]
    citations: list[Row]
    claims: list[Row]


def _rows(work: Work, prepared: Prepared) -> _Rows:
    turn = prepared.turn
    key_id = work.key_to_write(owner_of(turn.user_id, turn.chat_id))
    return _Rows(
        turn=_turn_row(work, prepared, key_id),
        passages=prepared.passages,
        citations=prepared.citations,
        claims=_claim_rows(work, key_id, prepared.claims),
    )


_INSERT_TURNS = insert(TurnRow).returning(TurnRow.number, sort_by_parameter_order=True)


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


def _turn_row(work: Work, prepared: Prepared, key_id: str) -> Row:
    turn, summary = prepared.turn, prepared.summary

    def sealed(text: str | None, part: str) -> bytes | None:
        return None if text is None else work.seal(key_id, text, f"turn {turn.id} {part}")

    return {
        "id": turn.id,
        "asked_at": turn.asked_at,
        "channel": turn.channel,
        "key_id": key_id,
        "outcome": summary.outcome,
        "as_of": summary.as_of,
        "language": storable(summary.language),
        "composer": storable(summary.composer),
        "corpus_fingerprint": storable(summary.corpus_fingerprint),
        "total_ms": summary.total_ms,
        "cost_usd": turn.report.cost_usd if turn.report else None,
        "question_sealed": sealed(prepared.question, "question"),
        "answer_sealed": sealed(prepared.answer, "answer"),
        "report_sealed": sealed(prepared.report, "report"),
    }


def _passage_rows(turn: TurnRecord, library: Library | None) -> list[Row]:
    return [
        {
            "rank": rank,
            **passage.model_dump(),
            "document_id": storable(passage.document_id),
            "section": storable(passage.section),
            "text_hash": text_hash(passage, library),
        }
        for rank, passage in enumerate(turn.answer.passages if turn.answer else (), start=1)
    ]


def _citation_rows(turn: TurnRecord, library: Library | None) -> list[Row]:
    return [
        {
            "position": position,
            "number": citation.number,
            "document_id": storable(citation.document_id),
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
            "reason": storable(claim.reason),
        }
        for position, claim in enumerate(claims, start=1)
    ]


def _item_row(prepared: Prepared, key_id: str, number: int) -> Row:
    risk, summary, turn = load_risk(), prepared.summary, prepared.turn
    reasons = prepared.reasons
    weight = risk.weigh(reasons)
    return {
        "turn_number": number,
        "asked_at": turn.asked_at,
        "outcome": summary.outcome,
        "language": storable(summary.language),
        "composer": storable(summary.composer),
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
