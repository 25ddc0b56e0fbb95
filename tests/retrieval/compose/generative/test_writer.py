from __future__ import annotations

import itertools
import json
import subprocess
import sys

import pytest
from langchain_core.language_models.fake_chat_models import GenericFakeChatModel
from langchain_core.messages import AIMessage

from corpus import Library
from retrieval.compose.draft import Draft
from retrieval.compose.generative import Budget, Writer
from retrieval.compose.report import CompositionReport
from retrieval.retriever import Hit
from retrieval.understanding import Inquiry

BOTTOM_LINE = (
    "Japanese cars and auto parts (Section 232) pay 15% in total, normal duty included, "
    "throughout 2026."
)


def model(*replies: str) -> GenericFakeChatModel:
    """A model that knows no forms, as small local ones do not."""
    return GenericFakeChatModel(messages=(AIMessage(content=reply) for reply in replies))


def answer(hits: list[Hit]) -> str:
    number = 1 + next(
        i for i, hit in enumerate(hits) if hit.passage.section == "Key provisions" and i > 0
    )
    claim = {"text": BOTTOM_LINE, "quotes": [{"passage": f"p{number}", "quote": BOTTOM_LINE}]}
    return json.dumps({"outcome": "answered", "claims": [claim]})


def test_any_chat_model_can_be_handed_in(
    inquiry: Inquiry, hits: list[Hit], library: Library, fallback: Draft
) -> None:
    draft = Writer(model(answer(hits)), "local:toy").write(inquiry, [hits], library, fallback)

    assert draft.composer == "local:toy"
    assert [claim.text for claim in draft.claims] == [BOTTOM_LINE]


def test_the_seconds_are_those_of_the_clock_handed_in(
    inquiry: Inquiry, hits: list[Hit], library: Library, fallback: Draft
) -> None:
    ticks = itertools.count(100, 5)
    writer = Writer(model(answer(hits)), "local:toy", clock=lambda: next(ticks))

    report = writer.write(inquiry, [hits], library, fallback).report

    assert report is not None
    assert (report.attempts[0].seconds, report.seconds) == (5, 15)


def test_a_model_that_runs_out_of_words_leaves_the_extractive_answer(
    inquiry: Inquiry, hits: list[Hit], library: Library, fallback: Draft
) -> None:
    writer = Writer(model("no JSON"), "local:toy", budget=Budget(backoff_seconds=0))

    draft = writer.write(inquiry, [hits], library, fallback)

    assert draft.claims == fallback.claims
    assert draft.report is not None
    assert draft.report.fell_back


def test_a_fault_of_our_own_costs_the_models_answer_and_not_the_readers(
    inquiry: Inquiry,
    hits: list[Hit],
    library: Library,
    fallback: Draft,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def broken(*_: object) -> None:
        raise RecursionError

    monkeypatch.setattr("retrieval.compose.generative.writer.pass_gates", broken)
    writer = Writer(model(answer(hits)), "local:toy")

    draft = writer.write(inquiry, [hits], library, fallback)

    assert draft.claims == fallback.claims
    assert draft.report is not None
    assert draft.report.failure == "the reply could not be checked (RecursionError)"


def test_a_report_survives_being_written_down() -> None:
    report = CompositionReport(model="a:b", seconds=1.5, failure="429: slow down", fell_back=True)

    assert CompositionReport.model_validate_json(report.model_dump_json()) == report


def test_the_composer_imports_no_chat_library_before_a_model_is_configured() -> None:
    code = (
        "import sys; from retrieval.compose.generative import open_writer; "
        "from retrieval.configuration import Configuration; from pathlib import Path; "
        "assert open_writer(Configuration(home=Path('.'))) is None; "
        "print([m for m in ('openai', 'langchain_openai', 'langchain.chat_models') "
        "if m in sys.modules])"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"


def test_claims_that_pass_are_told_while_the_model_still_writes(
    inquiry: Inquiry, hits: list[Hit], library: Library, fallback: Draft
) -> None:
    reply = json.loads(answer(hits))
    (good,) = reply["claims"]
    bad = {**good, "text": "Japanese cars pay 99% in total."}
    shortest = {**good, "text": "Japanese cars pay 15% in total throughout 2026."}
    reply["claims"] = [bad, good, shortest, {"text": "unfini"}]
    text = json.dumps(reply).removesuffix('"}]}')
    told: list[list[str]] = []

    Writer(model(text, "no JSON"), "local:toy", budget=Budget(backoff_seconds=0)).write(
        inquiry, [hits], library, fallback, lambda claims: told.append([c.text for c in claims])
    )

    assert told == [[BOTTOM_LINE]]


def test_a_model_that_is_asked_again_is_told_from_the_beginning(
    inquiry: Inquiry, hits: list[Hit], library: Library, fallback: Draft
) -> None:
    broken = answer(hits).removesuffix("]}")
    told: list[list[str]] = []
    writer = Writer(model(broken, answer(hits)), "local:toy", budget=Budget(backoff_seconds=0))

    draft = writer.write(
        inquiry, [hits], library, fallback, lambda claims: told.append([c.text for c in claims])
    )

    assert told == [[BOTTOM_LINE], [BOTTOM_LINE]]
    assert [claim.text for claim in draft.claims] == [BOTTOM_LINE]


def test_whoever_is_told_and_stumbles_costs_nobody_the_answer(
    inquiry: Inquiry, hits: list[Hit], library: Library, fallback: Draft
) -> None:
    def broken(_: object) -> None:
        raise RuntimeError

    draft = Writer(model(answer(hits)), "local:toy").write(
        inquiry, [hits], library, fallback, broken
    )

    assert draft.composer == "local:toy"
