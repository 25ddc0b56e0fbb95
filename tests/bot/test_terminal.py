from __future__ import annotations

import io
from datetime import date

import pytest
from rich.console import Console

from bot.terminal import Terminal
from corpus import Kind, Status
from retrieval.answer import Answer, Citation, Claim, Notice, NoticeKind, Outcome

LONG = "a name that is much longer than any terminal is wide, " * 4


def a_citation(number: int, document: str = "copper", **changes: object) -> Citation:
    usual: dict[str, object] = {
        "number": number,
        "document_id": document,
        "title": f"The measure on {document}",
        "kind": Kind.POLICY_BRIEF,
        "issuer": "A ministry",
        "section": "Rates",
        "published": date(2025, 7, 30),
        "status": Status.IN_FORCE,
        "url": f"https://example.org/{document}",
        "quote": f"Quote {number}.",
        "start": 0,
        "end": 8,
    }
    return Citation.model_validate(usual | changes)


def an_answer(**changes: object) -> Answer:
    usual: dict[str, object] = {
        "question_id": "q",
        "question": "What does copper pay?",
        "as_of": date(2026, 11, 22),
        "language": "en",
        "outcome": Outcome.ANSWERED,
        "text": "Copper pays 50%. [1]\n\nScrap pays nothing. [2]\n\nTrucks pay 25%. [3]",
        "claims": (
            Claim(text="Copper pays 50%.", citations=(1,)),
            Claim(text="Scrap pays nothing.", citations=(2,)),
            Claim(text="Trucks pay 25%.", citations=(3,)),
        ),
        "citations": (
            a_citation(1, quote="Copper pays 50%."),
            a_citation(2, "trucks", quote="Trucks pay 25%."),
            a_citation(3, quote="Scrap of copper pays **nothing**."),
        ),
        "composer": "extractive",
        "corpus_fingerprint": "f00d",
    }
    return Answer.model_validate(usual | changes)


def shown(answer: Answer, *, terminal: bool = False, width: int = 60) -> str:
    file = io.StringIO()
    console = Console(file=file, width=width, force_terminal=terminal, highlight=False)
    Terminal(console).show(answer)
    return file.getvalue()


def test_the_bottom_line_comes_first_then_the_claims_the_day_and_the_sources() -> None:
    lines = shown(an_answer()).splitlines()
    assert lines[:6] == [
        "Copper pays 50%. [1]",
        "",
        "Scrap pays nothing. [2]",
        "",
        "Trucks pay 25%. [3]",
        "",
    ]
    assert lines[6] == "As of 22 November 2026."
    assert lines[-1] == "General information, not advice."


def test_a_document_is_listed_once_with_all_its_numbers() -> None:
    lines = shown(an_answer()).splitlines()
    assert lines[lines.index("Sources") + 1 : -1] == [
        "[1][3] The measure on copper",
        "    A ministry · published 30 July 2025 · in force · our summary, not the official text",
        "    https://example.org/copper",
        "    [3] “Scrap of copper pays nothing.”",
        "[2] The measure on trucks",
        "    A ministry · published 30 July 2025 · in force · our summary, not the official text",
        "    https://example.org/trucks",
    ]


def test_a_quote_is_shown_only_where_the_text_does_not_tell_it_word_for_word() -> None:
    notice = Notice(
        kind=NoticeKind.EXPIRING, text="It ends: Quote 4.", document_id="copper", citations=(4,)
    )
    citations = (a_citation(1, quote="**Copper** pays 50%."), a_citation(4), a_citation(5))
    text = shown(an_answer(citations=citations, notices=(notice,)))
    assert "“" in text
    assert [line for line in text.splitlines() if "“" in line] == ["    [5] “Quote 5.”"]


def test_of_an_article_nobody_says_that_it_is_in_force() -> None:
    article = a_citation(1, kind=Kind.ARTICLE)
    assert "in force" not in shown(an_answer(citations=(article,)))
    ended = a_citation(1, kind=Kind.ARTICLE, status=Status.SUPERSEDED)
    assert "superseded" in shown(an_answer(citations=(ended,)))


def test_a_pipe_gets_whole_lines_without_colours() -> None:
    text = shown(an_answer(citations=(a_citation(1, issuer=LONG, title=LONG),)), width=20)
    assert "\x1b" not in text
    assert f"[1] {LONG.strip()}\n    {LONG.strip()} · published" in text


def test_a_terminal_gets_folded_lines_within_its_width_but_addresses_whole() -> None:
    url = "https://example.org/" + "a" * 100
    text = shown(an_answer(citations=(a_citation(1, issuer=LONG, url=url),)), terminal=True)
    plain = Console(file=io.StringIO()).render_str(text).plain
    assert url in plain
    folded = [line for line in plain.splitlines() if "longer" in line]
    assert len(folded) > 1
    assert all(line.startswith("    ") for line in folded)


def test_a_notice_says_in_words_what_its_colour_says() -> None:
    notice = Notice(
        kind=NoticeKind.SUPERSEDED, text="By another.", document_id="copper", citations=(1, 2)
    )
    assert "⚠️ Overtaken: By another. [1][2]" in shown(an_answer(notices=(notice,)))


@pytest.mark.parametrize("outcome", [Outcome.NOT_IN_CORPUS, Outcome.DECLINED])
def test_an_answer_without_claims_is_told_in_its_own_words(outcome: Outcome) -> None:
    answer = an_answer(outcome=outcome, text="Nothing.", claims=(), citations=())
    text = shown(answer)
    assert text.startswith("Nothing.\n")
    assert "Sources" not in text


def test_an_answer_in_japanese_has_a_japanese_frame() -> None:
    text = shown(an_answer(language="ja"))
    assert "2026年11月22日" in text
    assert "Sources" not in text


def test_text_from_documents_and_questions_cannot_steer_the_terminal() -> None:
    evil = "\x1b]0;title\x07 \x1b[2J \x9b31m \u202e [bold]x[/bold] :car: \r over"
    answer = an_answer(
        text=evil,
        claims=(),
        notices=(Notice(kind=NoticeKind.STALE, text=evil, document_id="copper"),),
        citations=(
            a_citation(1, title=evil, issuer=evil, quote=evil, url=f"https://e.org/{evil}"),
        ),
    )
    text = shown(answer)
    assert not any(c in text for c in "\x1b\x07\x9b\u202e\r")
    # What rich would take for markup or for an emoji stays as it was written.
    assert text.count("[bold]x[/bold] :car:") == 6


def test_what_went_wrong_is_shown_in_one_line() -> None:
    file = io.StringIO()
    Terminal(Console(file=file, width=20, highlight=False)).complain(LONG.strip())
    assert file.getvalue() == LONG.strip() + "\n"
