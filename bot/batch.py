"""A file of questions, one JSON object a line, answered line by line in order."""

from __future__ import annotations

import codecs
import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from corpus.errors import LodestoneError, QuestionError
from retrieval.answer import clean_text, parse_question

if TYPE_CHECKING:
    from bot.session import Session

CHANNEL = "batch"


def open_questions(path: Path) -> BinaryIO:
    """Open a file of questions.

    Raises:
        QuestionError: it cannot be read.
    """
    try:
        return path.open("rb")
    except OSError as error:
        raise QuestionError(f"{path}: cannot be read ({error.strerror})") from error


def answer_lines(session: Session, file: BinaryIO) -> Iterator[str]:
    """One JSON line for each question line: an Answer, or `{"error": ..., "line": n}`.

    A line that cannot be answered does not stop the others. Blank lines are passed over; a
    byte-order mark and CRLF are accepted.
    """
    for number, raw in enumerate(file, start=1):
        line = raw.removeprefix(codecs.BOM_UTF8) if number == 1 else raw
        if line.strip():
            yield _answer_line(session, line, number)


def _answer_line(session: Session, raw: bytes, number: int) -> str:
    data: object = None
    try:
        data = _parse(raw.strip())
        question = parse_question(data)
        answer = session.answer(question, channel=CHANNEL)
    except LodestoneError as error:
        failure: dict[str, Any] = {"error": str(error), "line": number}
        if isinstance(data, dict) and isinstance(data.get("id"), str):
            failure["question_id"] = clean_text(data["id"])
        return json.dumps(failure, ensure_ascii=False)
    session.record(question, answer, channel=CHANNEL)
    return answer.model_dump_json()


def _parse(raw: bytes) -> object:
    try:
        return json.loads(raw.decode("utf-8"))
    except UnicodeDecodeError:
        raise QuestionError("not UTF-8 text; save the file as UTF-8") from None
    except (ValueError, RecursionError) as error:
        too_deep = isinstance(error, RecursionError)
        reason = "nested too deeply" if too_deep else getattr(error, "msg", str(error))
        raise QuestionError(f"not JSON: {reason}; write one object a line") from None
