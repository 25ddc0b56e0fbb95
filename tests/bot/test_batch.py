from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.batch import answer_lines, open_questions
from bot.session import Session
from bot.settings import load_settings
from corpus.errors import ModelError, QuestionError
from retrieval.answer import Answer, Question

COPPER = {"id": "copper", "question": "What tariff applies to copper?", "as_of": "2026-11-22"}


@pytest.fixture
def session(home: Path) -> Iterator[Session]:
    with Session(load_settings()) as opened:
        yield opened


def answers(session: Session, content: bytes) -> list[dict[str, Any]]:
    lines = list(answer_lines(session, io.BytesIO(content)))
    assert not any("\n" in line for line in lines)
    return [json.loads(line) for line in lines]


def test_each_question_is_answered_in_order_and_noted(session: Session) -> None:
    again = COPPER | {"id": "again"}
    found = answers(session, f"{json.dumps(COPPER)}\n{json.dumps(again)}\n".encode())
    assert [answer["question_id"] for answer in found] == ["copper", "again"]
    assert all(Answer.model_validate(answer).claims for answer in found)
    assert [turn.channel for turn in session.journal.turns()] == ["batch", "batch"]


def test_a_mark_at_the_beginning_crlf_and_blank_lines_are_accepted(session: Session) -> None:
    content = b"\xef\xbb\xbf" + json.dumps(COPPER).encode() + b"\r\n\r\n  \r\n"
    assert [answer["question_id"] for answer in answers(session, content)] == ["copper"]


def test_an_empty_file_has_no_answers(session: Session) -> None:
    assert answers(session, b"") == []


@pytest.mark.parametrize(
    ("line", "error"),
    [
        (b'{"broken', "not JSON: Unterminated string starting at; write one object a line"),
        (b"\xff", "not UTF-8 text; save the file as UTF-8"),
        (b"[" * 100_000, "not JSON: nested too deeply"),
        (b"1" * 5_000, "not JSON: Exceeds the limit"),
        (b"[1]", "a question is a JSON object such as"),
        (b"null", "a question is a JSON object such as"),
        (b"{}", "question: missing; add it"),
        (b'{"question": ""}', "the question is empty"),
        (b'{"question": "a", "as_of": "soon"}', "as_of: 'soon' is not a date"),
        (b'{"question": "a", "id": 7}', "id: Input should be a valid string"),
    ],
)
def test_a_line_that_is_no_question_becomes_an_error_and_the_others_are_answered(
    session: Session, line: bytes, error: str
) -> None:
    failed, answered = answers(session, line + b"\n" + json.dumps(COPPER).encode())
    assert failed["error"].startswith(error)
    assert failed["line"] == 1
    assert answered["question_id"] == "copper"


def test_an_error_names_the_question_where_it_has_a_name(session: Session) -> None:
    (failed,) = answers(session, b'\n{"id": "mine\\ud83d", "question": ""}')
    assert (failed["question_id"], failed["line"]) == ("mine", 2)


def test_half_characters_and_nulls_come_back_replaced(session: Session) -> None:
    asked = b'{"id": "\\ud83d", "question": "copper\\u0000 tariff \\ud83d?"}'
    (answer,) = answers(session, asked)
    assert answer["question_id"] == "\ufffd"
    assert answer["question"] == "copper\ufffd tariff \ufffd?"
    assert len(session.journal.turns()) == 1


def test_a_question_that_fails_is_told_and_noted_as_asked_in_a_batch(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Failing:
        def invoke(self, question: Question) -> Answer:
            raise ModelError("the weights are gone")

    monkeypatch.setattr(session, "chain", Failing())
    assert answers(session, json.dumps(COPPER).encode()) == [
        {"error": "the weights are gone", "line": 1, "question_id": "copper"}
    ]
    (turn,) = session.journal.turns()
    assert turn.channel == "batch"
    assert session.journal.turn(turn.id).error == "the weights are gone"


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(QuestionError, match=r"none\.jsonl: cannot be read \(No such file"):
        open_questions(tmp_path / "none.jsonl")
    with pytest.raises(QuestionError, match=r"cannot be read \(Is a directory\)"):
        open_questions(tmp_path)
