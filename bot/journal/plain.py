"""Turns that were written before texts were sealed: sealed now, and the plain ones dropped."""

from __future__ import annotations

from sqlalchemy import BigInteger, Date, String, Text, column, inspect, select, table, text

from bot.database.tables import UtcDateTime
from bot.journal.entry import write_turn
from bot.journal.records import TurnRecord
from bot.journal.vault import PLAIN_TURNS, Work
from retrieval.answer import Answer, Question
from retrieval.compose.report import CompositionReport

_PLAIN = table(
    PLAIN_TURNS,
    column("number", BigInteger),
    column("id", String),
    column("asked_at", UtcDateTime()),
    column("channel", String),
    column("chat_id", BigInteger),
    column("user_id", BigInteger),
    column("as_of", Date),
    column("error", Text),
    column("question_json", Text),
    column("answer_json", Text),
    column("report_json", Text),
)
_AT_ONCE = 200


def seal_plain_turns(work: Work) -> None:
    """Write each again, sealed, and drop the plain table; nothing where there is none.

    Raises:
        JournalError: one cannot be read; all stay as they are.
    """
    if not inspect(work.session.connection()).has_table(PLAIN_TURNS):
        return
    last = 0
    while rows := work.session.execute(
        select(_PLAIN).where(_PLAIN.c.number > last).order_by(_PLAIN.c.number).limit(_AT_ONCE)
    ).all():
        for row in rows:
            write_turn(
                work,
                TurnRecord(
                    id=row.id,
                    asked_at=row.asked_at,
                    channel=row.channel,
                    chat_id=row.chat_id,
                    user_id=row.user_id,
                    question=Question.model_validate_json(row.question_json),
                    answer=Answer.model_validate_json(row.answer_json) if row.answer_json else None,
                    report=(
                        CompositionReport.model_validate_json(row.report_json)
                        if row.report_json
                        else None
                    ),
                    error=row.error,
                ),
            )
        last = rows[-1].number
    work.session.execute(text(f"DROP TABLE {PLAIN_TURNS}"))
