"""`lodestone ask` and `lodestone chat`, in this process, with the packaged index."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import pytest

from bot.journal import Journal
from bot.settings import load_settings
from corpus import Library
from retrieval.answer import Answer
from tests.bot.conftest import Lodestone

CARS = "What tariff do Japanese cars pay?"


def noted() -> list[tuple[str, str]]:
    """Channel and question of every turn in the journal, oldest first."""
    with Journal(load_settings().journal_url()) as journal:
        turns = [journal.turn(turn.id) for turn in reversed(journal.turns())]
    return [(turn.channel, turn.question.question) for turn in turns]


def test_an_answer_is_printed_and_noted(home: Path, lodestone: Lodestone) -> None:
    ran = lodestone("ask", CARS, "--as-of", "2026-11-22")
    assert (ran.status, ran.err) == (0, "")
    assert "15%" in ran.out
    assert "As of 22 November 2026." in ran.out
    assert noted() == [("terminal", CARS)]


def test_json_is_one_answer_on_one_line_that_keeps_the_contract(
    home: Path, lodestone: Lodestone, library: Library
) -> None:
    ran = lodestone("ask", CARS, "--json", "--as-of", "2025-06-30")
    assert (ran.status, ran.err) == (0, "")
    assert ran.out.count("\n") == 1
    data = json.loads(ran.out)
    contract = Answer.model_json_schema(mode="serialization")["properties"]
    assert list(data) == list(contract)
    assert (data["question"], data["as_of"], data["language"]) == (CARS, "2025-06-30", "en")
    assert data["outcome"] == "answered"
    assert data["claims"]
    assert data["passages"]
    for citation in data["citations"]:
        body = library.get(citation["document_id"]).body
        assert citation["quote"] == body[citation["start"] : citation["end"]]
    assert set(data["timings_ms"]) == {"rewrite", "embed", "search", "compose", "verify", "total"}


def test_a_batch_answers_line_by_line(home: Path, lodestone: Lodestone, tmp_path: Path) -> None:
    file = tmp_path / "questions.jsonl"
    file.write_text(f'{{"id": "a", "question": "{CARS}"}}\nbroken\n', encoding="utf-8")
    ran = lodestone("ask", "--batch", str(file))
    assert (ran.status, ran.err) == (0, "")
    first, second = (json.loads(line) for line in ran.out.splitlines())
    assert first["question_id"] == "a"
    assert second["line"] == 2


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ([], 'no question: write lodestone ask "..." or --batch FILE.jsonl'),
        ([""], "the question is empty; write what you want to know"),
        (["\x1b\x07"], "the question is empty; write what you want to know"),
        (["🚗🚗"], "the question has no words; write what you want to know"),
        (["a" * 10_000], "the question has 10,000 characters; ask in at most 4,096"),
        ([CARS, "--as-of", "nonsense"], "--as-of 'nonsense': not a date; write it as 2025-06-30"),
        ([CARS, "--batch", "x"], "with --batch, the questions and their dates stand in the file"),
        (["--batch", "x", "--as-of", "2025-01-01"], "with --batch, the questions and their"),
        (["--batch", "none.jsonl"], "none.jsonl: cannot be read (No such file or directory)"),
        (["--batch", "."], ".: cannot be read (Is a directory)"),
        (["--colour"], "No such option: --colour. See: lodestone ask --help"),
        ([CARS, "more"], "Got unexpected extra argument(s) (more). See: lodestone ask --help"),
    ],
)
def test_wrong_use_is_one_line_and_status_two_before_anything_is_built(
    arguments: list[str],
    told: str,
    lodestone: Lodestone,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("LODESTONE_HOME", str(tmp_path / "untouched"))
    ran = lodestone("ask", *arguments)
    assert (ran.status, ran.out) == (2, "")
    assert ran.err.startswith(f"lodestone: {told}")
    assert ran.err.count("\n") == 1
    assert not (tmp_path / "untouched").exists()


@pytest.mark.parametrize(
    "question",
    [
        f"<b>{CARS}</b> <script>alert(1)</script>",
        f"\x1b[31m{CARS}\x00\x07",
        "Какая пошлина на японские автомобили?",
        "ما هي الرسوم على السيارات اليابانية؟",
        "ภาษีนำเข้ารถยนต์ญี่ปุ่นเท่าไร",
    ],
)
def test_odd_questions_get_one_answer_and_steer_nothing(
    question: str, home: Path, lodestone: Lodestone
) -> None:
    ran = lodestone("ask", question)
    assert (ran.status, ran.err) == (0, "")
    assert ran.out.strip()
    assert not any(c in ran.out for c in "\x1b\x07\x00")


def test_a_chat_remembers_forgets_survives_a_bad_question_and_ends(
    home: Path, lodestone: Lodestone, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = [CARS, "", "And trucks?", "🚗", "/new", CARS, "/quit", "never asked"]
    monkeypatch.setattr(sys, "stdin", io.StringIO("\n".join(lines)))
    ran = lodestone("chat", "--as-of", "2026-11-22")
    assert ran.status == 0
    assert "the question has no words; write what you want to know" in ran.out
    assert "Forgotten. Ask something new." in ran.out
    assert noted() == [("terminal", CARS), ("terminal", "And trucks?"), ("terminal", CARS)]
    with Journal(load_settings().journal_url()) as journal:
        histories = [len(journal.turn(t.id).question.history) for t in reversed(journal.turns())]
    assert histories == [0, 1, 0]


def test_a_chat_ends_with_its_input(
    home: Path, lodestone: Lodestone, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(""))
    assert lodestone("chat").status == 0


def test_a_journal_that_cannot_be_written_is_told_and_does_not_cost_the_answer(
    home: Path, lodestone: Lodestone
) -> None:
    (home / "journal.db").write_bytes(b"no database" * 100)
    ran = lodestone("ask", CARS)
    assert ran.status == 0
    assert "15%" in ran.out
    assert ran.err.startswith("lodestone: ")
    assert ran.err.count("\n") == 1
