"""Golden questions: what is accepted, and what a broken line says."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus import Library
from corpus.errors import UsageError
from retrieval.answer import Outcome
from retrieval.evaluation import GoldenQuestion, load_golden

DEV = Path(__file__).parents[1] / "golden" / "dev.jsonl"


def a_record(**changes: Any) -> dict[str, Any]:  # noqa: ANN401 - any JSON value, right or wrong
    return {
        "id": "q1",
        "question": "What do cars pay?",
        "answerable": True,
        "documents": ["eo-14345-us-japan"],
        "must_include": [["15%", "15 percent"]],
        "must_not_include": [],
        "tags": ["autos"],
    } | changes


def a_file(folder: Path, *lines: str | dict[str, Any]) -> Path:
    path = folder / "golden.jsonl"
    texts = [line if isinstance(line, str) else json.dumps(line) for line in lines]
    path.write_text("\n".join(texts), encoding="utf-8")
    return path


def test_the_bundled_questions_name_only_documents_we_hold() -> None:
    golden = load_golden(DEV, Library.load())
    assert len(golden.questions) == 120
    assert sum(question.answerable for question in golden.questions) == 96


def test_a_byte_order_mark_windows_line_ends_and_blank_lines_change_nothing(
    tmp_path: Path,
) -> None:
    records = [a_record(id="q1"), a_record(id="q2", as_of="2026-03-01")]
    plain = load_golden(a_file(tmp_path, *records))
    lines = "\r\n\r\n".join(json.dumps(record) for record in records)
    other = tmp_path / "windows.jsonl"
    other.write_bytes(b"\xef\xbb\xbf" + lines.encode() + b"\r\n  \r\n")
    assert load_golden(other).questions == plain.questions
    assert load_golden(other).digest == plain.digest


def test_a_line_separator_inside_a_text_does_not_end_the_line(tmp_path: Path) -> None:
    record = json.dumps(a_record(question="Cars?\u2028Trucks?"), ensure_ascii=False)
    assert len(load_golden(a_file(tmp_path, record)).questions) == 1


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("{", "Invalid JSON"),
        ("[1]", "object"),
        (a_record(answerable="yes"), "answerable"),
        (a_record(documents="eo-14345-us-japan"), "documents"),
        (a_record(must_include=[[]]), "must_include"),
        (a_record(question="  "), "question"),
        (a_record(as_of="yesterday"), "as_of"),
        (a_record(note="?"), "note: unknown key"),
        ({"question": "x", "answerable": False}, "id: missing"),
        (a_record(documents=[]), "name a right source"),
        (a_record(answerable=False), "must be empty"),
        (a_record(documents=["a", "a"]), "twice"),
        (a_record(tags=["follow-up"]), "history is empty"),
        (a_record(id="q0"), "taken by line 1"),
        (a_record(documents=["no-such-brief"]), "no document 'no-such-brief'"),
    ],
)
def test_a_broken_line_is_an_error_that_names_the_line_and_the_reason(
    line: str | dict[str, Any], reason: str, tmp_path: Path
) -> None:
    path = a_file(tmp_path, a_record(id="q0"), "", line)
    with pytest.raises(UsageError) as caught:
        load_golden(path, Library.load())
    assert "line 3" in str(caught.value)
    assert reason in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("content", "reason"),
    [(b"", "holds no question"), (b"{}\n\n\xff\xfe", "line 3: not UTF-8")],
)
def test_a_file_without_readable_questions_says_so(
    content: bytes, reason: str, tmp_path: Path
) -> None:
    path = tmp_path / "golden.jsonl"
    path.write_bytes(content)
    with pytest.raises(UsageError, match=reason):
        load_golden(path)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"absent\.jsonl: cannot be read"):
        load_golden(tmp_path / "absent.jsonl")


def test_an_undated_question_is_asked_undated_so_that_its_words_can_set_the_date() -> None:
    golden = GoldenQuestion.model_validate_json(json.dumps(a_record()))
    assert golden.as_question().as_of is None
    dated = GoldenQuestion.model_validate_json(json.dumps(a_record(as_of="2025-06-01")))
    assert dated.as_question().as_of == date(2025, 6, 1)


@pytest.mark.parametrize(
    ("tags", "expected"),
    [(["advice"], Outcome.DECLINED), (["off-domain"], Outcome.NOT_IN_CORPUS)],
)
def test_advice_is_to_be_declined_and_other_unanswerable_questions_not_found(
    tags: list[str], expected: Outcome
) -> None:
    record = a_record(answerable=False, documents=[], must_include=[], tags=tags)
    golden = GoldenQuestion.model_validate_json(json.dumps(record))
    assert golden.expected_outcome is expected


@given(question=st.text(min_size=1).filter(str.strip))
def test_any_question_text_survives_the_file(
    question: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = a_file(tmp_path_factory.mktemp("golden"), a_record(question=question))
    assert load_golden(path).questions[0].question == question
