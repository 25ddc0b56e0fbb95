"""Golden questions: what is asked, which documents answer it, and what an answer must say."""

from __future__ import annotations

import hashlib
from datetime import date
from pathlib import Path
from typing import Annotated, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    model_validator,
)

from corpus import Library
from corpus.errors import UsageError
from retrieval.answer import Outcome, Question, Turn

Text = Annotated[str, StringConstraints(min_length=1, pattern=r"\S")]

ADVICE = "advice"
"""The tag of requests for personal advice, which are declined and not merely not found."""


class GoldenQuestion(BaseModel):
    """One question whose right answer is known.

    Attributes:
        id: unique in its file.
        question: as a person would type it.
        as_of: the date it is asked for; None: the day of the evaluation.
        history: earlier turns, oldest first.
        answerable: whether the corpus holds the answer.
        documents: ids, any of which is a right source.
        must_include: groups; of each, one alternative must stand in the answer or its evidence.
        must_not_include: texts that must not stand in the answer.
        tags: what the question tries; figures are also given for each tag.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    id: Text
    question: Text
    as_of: date | None = None
    history: tuple[Turn, ...] = ()
    answerable: bool
    documents: tuple[Text, ...] = ()
    must_include: tuple[Annotated[tuple[Text, ...], Field(min_length=1)], ...] = ()
    must_not_include: tuple[Text, ...] = ()
    tags: tuple[Text, ...] = ()

    @model_validator(mode="after")
    def _agrees_with_itself(self) -> Self:
        if self.answerable and not self.documents:
            raise ValueError("answerable, but documents is empty; name a right source")
        if not self.answerable and (self.documents or self.must_include):
            raise ValueError("not answerable, so documents and must_include must be empty")
        if len(set(self.documents)) != len(self.documents):
            raise ValueError("documents names one document twice")
        if "follow-up" in self.tags and not self.history:
            raise ValueError("tagged follow-up, but history is empty")
        return self

    @property
    def expected_outcome(self) -> Outcome:
        """How the question should end."""
        if self.answerable:
            return Outcome.ANSWERED
        return Outcome.DECLINED if ADVICE in self.tags else Outcome.NOT_IN_CORPUS

    def as_question(self) -> Question:
        """The question as the chain takes it.

        Its date stays open where none is given, so that a date in its words can still set it.
        """
        return Question(id=self.id, question=self.question, as_of=self.as_of, history=self.history)


class GoldenSet(BaseModel):
    """The questions of one file. `digest` changes with any of them, not with line endings."""

    model_config = ConfigDict(frozen=True)

    name: str
    questions: tuple[GoldenQuestion, ...]

    @property
    def digest(self) -> str:
        """The sha256 of the questions, in hexadecimal."""
        lines = (question.model_dump_json() for question in self.questions)
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def load_golden(path: Path, library: Library | None = None) -> GoldenSet:
    """Read a file of golden questions, one JSON object a line.

    A byte order mark, Windows line endings and blank lines are accepted.

    Args:
        path: the file.
        library: where given, every document a question names must be in it.

    Raises:
        UsageError: the file cannot be read or is empty, or one of its lines is broken, repeats an
            id or names an unknown document; the message names the line.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        reason = error.strerror or error
        raise UsageError(f"{path}: cannot be read ({reason}); give a JSON lines file") from error
    except UnicodeDecodeError as error:
        broken = error.object[: error.start].count(b"\n") + 1
        raise UsageError(f"{path}, line {broken}: not UTF-8; save the file as UTF-8") from error
    questions: list[GoldenQuestion] = []
    seen: dict[str, int] = {}
    # Not splitlines(): a JSON string may hold the other characters that would break a line there.
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        where = f"{path}, line {number}"
        question = _parse(line, where)
        if question.id in seen:
            raise UsageError(
                f"{where}: the id {question.id!r} is taken by line {seen[question.id]}; change one"
            )
        seen[question.id] = number
        for document_id in question.documents if library is not None else ():
            if library is not None and document_id not in library:
                raise UsageError(
                    f"{where}: no document {document_id!r} in the corpus. "
                    "See: lodestone corpus list"
                )
        questions.append(question)
    if not questions:
        raise UsageError(f"{path}: holds no question; write one JSON object a line")
    return GoldenSet(name=path.name, questions=tuple(questions))


def _parse(line: str, where: str) -> GoldenQuestion:
    try:
        return GoldenQuestion.model_validate_json(line)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        reason = str(first["msg"]).removeprefix("Value error, ")
        hint = {"missing": "missing; add it", "extra_forbidden": "unknown key; remove it"}
        parts = [where, place, hint.get(first["type"], reason)]
        raise UsageError(": ".join(part for part in parts if part)) from error
