"""Golden questions: list, edit, retire, export; run them and see whether answers got better."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter, Request
from pydantic import ValidationError
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse, Response

from bot.journal.export import golden_lines
from bot.journal.review import GoldenRecord
from bot.review.desk import Desk, DeskHere
from bot.review.forms import first_problem, split_lines
from bot.review.guard import Posted, Reviewer, Viewer, field
from bot.review.marking import compare
from bot.review.running import run_values, tried
from corpus.errors import ConflictError, UsageError
from retrieval.answer import Turn
from retrieval.evaluation import GoldenQuestion

router = APIRouter()

_RUNS_MARKED = 5
_OR = " | "
"""Between alternatives of one expected fact, in the form."""


@router.get("/golden")
def show_golden(request: Request, desk: DeskHere, signed: Viewer, said: str = "") -> Response:
    """The golden questions, and how the last runs went."""
    goldens = desk.reviews.goldens()
    return desk.page(
        request,
        "golden_list.html",
        goldens=goldens,
        said=said,
        **run_values(desk, request, goldens),
    )


@router.get("/golden/run")
def show_run(request: Request, desk: DeskHere, signed: Viewer) -> Response:
    """How far the run is: a part of the page, asked for again and again while it goes on."""
    if not request.headers.get("hx-request"):
        return RedirectResponse("/golden", status_code=303)
    goldens = desk.reviews.goldens()
    return desk.page(request, "part_run.html", **run_values(desk, request, goldens))


@router.post("/golden/run")
def start_run(request: Request, desk: DeskHere, signed: Reviewer, form: Posted) -> Response:
    """Ask the golden questions in the background."""
    desk.evaluator.start(signed.name)
    if not request.headers.get("hx-request"):
        return RedirectResponse("/golden", status_code=303)
    return show_run(request, desk, signed)


@router.post("/golden/export")
def export_golden(desk: DeskHere, signed: Viewer, form: Posted) -> Response:
    """The questions as the file that `lodestone eval --questions` reads."""
    return Response(
        "".join(golden_lines(desk.reviews.journal.vault(), actor=signed.name)),
        media_type="application/jsonl",
        headers={"content-disposition": 'attachment; filename="golden.jsonl"'},
    )


@router.get("/golden/{golden_id}")
def show_one(
    request: Request, desk: DeskHere, signed: Viewer, golden_id: str, said: str = ""
) -> Response:
    """One golden question, to be read or edited."""
    versions = desk.reviews.golden_versions(golden_id)
    if versions[0].golden is not None:
        desk.note_reading(signed, "golden")
    return _editor(request, desk, versions, _entered(versions[0].golden), said=said)


@router.post("/golden/{golden_id}")
def edit(
    request: Request, desk: DeskHere, signed: Reviewer, form: Posted, golden_id: str
) -> Response:
    """Keep the question as it was edited, as its next version; its id and provenance stay."""
    versions = desk.reviews.golden_versions(golden_id)
    record = versions[0]
    if record.retired_at is not None or record.golden is None:
        raise UsageError("this question is out of use: promote its turn again")
    try:
        golden = _read(form, record.golden, desk)
        base = field(form, "base")
        kept = desk.reviews.promote(
            record.turn_id,
            golden,
            kind=record.kind,
            reviewer=signed.name,
            base=int(base) if base.isdigit() else None,
        )
    except (UsageError, ConflictError) as error:
        entered = {name: field(form, name) for name in _entered(record.golden)}
        status = 409 if isinstance(error, ConflictError) else 400
        return _editor(request, desk, versions, entered, problem=str(error), status=status)
    return RedirectResponse(f"/golden/{kept.id}?said=golden-saved", status_code=303)


@router.post("/golden/{golden_id}/try")
def try_now(
    request: Request, desk: DeskHere, signed: Reviewer, form: Posted, golden_id: str
) -> Response:
    """Ask this question now, as it is kept, and show how it goes; no run is recorded."""
    versions = desk.reviews.golden_versions(golden_id)
    golden = versions[0].golden
    if golden is None:
        raise UsageError("this question cannot be asked any more: its person was erased")
    desk.note_reading(signed, "golden")
    return _editor(request, desk, versions, _entered(golden), trial=tried(desk, request, golden))


@router.post("/golden/{golden_id}/retire")
def retire(desk: DeskHere, signed: Reviewer, form: Posted, golden_id: str) -> Response:
    """Take the question out of use."""
    desk.reviews.retire_golden(golden_id, reviewer=signed.name)
    return RedirectResponse("/golden?said=golden-retired", status_code=303)


def _editor(
    request: Request,
    desk: Desk,
    versions: Sequence[GoldenRecord],
    entered: dict[str, str],
    *,
    said: str = "",
    problem: str | None = None,
    trial: dict[str, Any] | None = None,
    status: int = 200,
) -> Response:
    record = versions[0]
    told = [_as_text(one.golden) for one in versions]
    return desk.page(
        request,
        "golden_edit.html",
        status=status,
        golden=record,
        # Each beside the one before it; the first is what was promoted.
        history=[
            (one, compare(before, now))
            for one, now, before in zip(versions, told, told[1:], strict=False)
        ],
        first=versions[-1],
        trial=trial,
        runs=desk.reviews.runs(_RUNS_MARKED),
        entered=entered,
        version=record.at.isoformat(),
        problem=problem,
        said=said,
        known_documents=tuple(desk.library.documents),
    )


def _as_text(golden: GoldenQuestion | None) -> str:
    """The question on lines, to be compared with another version."""
    entered = _entered(golden)
    return "\n".join(f"{name}: {text}" for name, text in entered.items() if text)


def _entered(golden: GoldenQuestion | None) -> dict[str, str]:
    """The question as the form shows it."""
    if golden is None:
        names = ("question", "as_of", "history", "answerable", "documents")
        return dict.fromkeys((*names, "must_include", "must_not_include", "tags"), "")
    return {
        "question": golden.question,
        "as_of": golden.as_of.isoformat() if golden.as_of else "",
        "history": "\n".join(f"Q: {turn.question}\nA: {turn.answer}" for turn in golden.history),
        "answerable": "yes" if golden.answerable else "no",
        "documents": "\n".join(golden.documents),
        "must_include": "\n".join(_OR.join(group) for group in golden.must_include),
        "must_not_include": "\n".join(golden.must_not_include),
        "tags": ", ".join(golden.tags),
    }


def _read(form: FormData, before: GoldenQuestion, desk: Desk) -> GoldenQuestion:
    answerable = field(form, "answerable") == "yes"
    documents = split_lines(field(form, "documents").replace(",", "\n"))
    for document_id in documents:
        # An unknown one is named, with the nearest that is known.
        desk.library.get(document_id)
    facts = split_lines(field(form, "must_include"))
    values: dict[str, Any] = {
        "id": before.id,
        "question": field(form, "question"),
        "as_of": field(form, "as_of") or None,
        "history": [turn.model_dump() for turn in _history(field(form, "history"))],
        "answerable": answerable,
        "documents": documents if answerable else (),
        "must_include": [
            [part.strip() for part in fact.split("|") if part.strip()] for fact in facts
        ]
        if answerable
        else (),
        "must_not_include": split_lines(field(form, "must_not_include")),
        "tags": [tag.strip() for tag in field(form, "tags").split(",") if tag.strip()],
    }
    try:
        # By way of JSON: the model is strict, and a form knows only text.
        import json

        return GoldenQuestion.model_validate_json(json.dumps(values))
    except ValidationError as error:
        raise UsageError(first_problem(error)) from error


def _history(text: str) -> list[Turn]:
    """Earlier turns, typed as lines that begin with `Q:` and `A:`; other lines go on."""
    turns: list[dict[str, str]] = []
    part = "question"
    for line in text.split("\n"):
        head, _, rest = line.partition(":")
        if head.strip() == "Q":
            turns.append({"question": rest.strip(), "answer": ""})
            part = "question"
        elif head.strip() == "A" and turns:
            part = "answer"
            turns[-1][part] = rest.strip()
        elif turns and line.strip():
            turns[-1][part] = f"{turns[-1][part]}\n{line}".strip()
        elif line.strip():
            raise UsageError("the history begins with a line Q: and the question")
    return [Turn(question=turn["question"], answer=turn["answer"]) for turn in turns]
