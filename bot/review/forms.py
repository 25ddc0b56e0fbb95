"""Forms in, records out: what a reviewer typed, and what is wrong with it in one line."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from starlette.datastructures import FormData

from bot.journal.review import Comment, Draft, Judgement, Verdict
from bot.review.guard import field
from corpus.errors import UsageError

_NOTE = re.compile(r"comment(?:-(claim|passage|sleeve)-(\d{1,4}))?")
_RELEVANCE = re.compile(r"relevance-(\d{1,4})")
_BETWEEN_TAGS = re.compile(r"[\s,、，;#]+")

_Record = TypeVar("_Record", bound=BaseModel)


def notes_of(comments: Iterable[Comment]) -> dict[str, str]:
    """Comments by the field they are typed in: `` (the whole), `claim-2`, `passage-1`."""
    notes: dict[str, str] = {}
    for comment in comments:
        place = "" if comment.anchor == "turn" else f"{comment.anchor}-{comment.position}"
        notes[place] = f"{notes[place]}\n{comment.text}" if place in notes else comment.text
    return notes


def read_draft(form: FormData, answer_text: str | None) -> Draft:
    """The form as far as it is filled in.

    Args:
        form: what was sent.
        answer_text: the answer as it was given; a correction that repeats it is none.

    Raises:
        UsageError: something in it cannot be kept.
    """
    return _read(Draft, _values(form, answer_text))


def read_judgement(form: FormData, answer_text: str | None) -> Judgement:
    """The form as a judgement.

    Raises:
        UsageError: no verdict, or something in it cannot be kept.
    """
    values = _values(form, answer_text)
    if values["verdict"] is None:
        raise UsageError("choose a verdict")
    version = field(form, "version")
    return _read(
        Judgement,
        values
        | {
            "version": int(version) if version.isdigit() else -1,
            "token": field(form, "token") or None,
            "again": bool(field(form, "again")),
        },
    )


def split_lines(text: str) -> tuple[str, ...]:
    """The lines that say something."""
    return tuple(line.strip() for line in text.split("\n") if line.strip())


def split_tags(text: str) -> tuple[str, ...]:
    """Tags as people type them: with commas, blanks or hash signs between."""
    return tuple(tag for tag in _BETWEEN_TAGS.split(text.lower()) if tag)


def first_problem(error: ValidationError) -> str:
    """The first thing wrong with a form, on one line."""
    first = error.errors(include_url=False)[0]
    place = ".".join(str(part) for part in first["loc"])
    reason = str(first["msg"]).removeprefix("Value error, ")
    return f"{place}: {reason}" if place else reason


def _values(form: FormData, answer_text: str | None) -> dict[str, Any]:
    comments: list[dict[str, Any]] = []
    relevance: dict[int, int] = {}
    for name in form:
        text = field(form, name)
        if (found := _NOTE.fullmatch(name)) and text:
            anchor, position = found[1] or "turn", int(found[2]) if found[2] else None
            comments.append({"text": text, "anchor": anchor, "position": position})
        elif (found := _RELEVANCE.fullmatch(name)) and text in {"0", "1", "2"}:
            relevance[int(found[1])] = int(text)
    verdict, correction = field(form, "verdict"), field(form, "corrected")
    if answer_text is not None and correction == answer_text.strip():
        correction = ""
    return {
        "verdict": verdict if verdict in set(Verdict) else None,
        "tags": split_tags(field(form, "tags")),
        "comments": comments,
        "relevance": relevance,
        "correction": correction or None,
    }


def _read(model: type[_Record], values: dict[str, Any]) -> _Record:
    try:
        return model.model_validate(values)
    except ValidationError as error:
        raise UsageError(first_problem(error)) from error
