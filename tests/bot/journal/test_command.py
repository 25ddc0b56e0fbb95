from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.commands.journal import journal_app
from bot.journal import Journal
from corpus import Kind, Status
from corpus.errors import JournalError, SettingsError
from retrieval.answer import Answer, Citation, Notice, NoticeKind, Question

MakeAnswer = Callable[..., Answer]
NASTY = "What [bold]tariff[/bold]\x1b[31m do\u202e cars\npay?\x9b"


@pytest.fixture
def url(file: Path) -> str:
    return f"sqlite:///{file}"


@pytest.fixture(autouse=True)
def home(file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The command finds its journal by the settings; no `.env` of the developer's gets in."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LODESTONE_HOME", str(file.parent))
    monkeypatch.delenv("LODESTONE_DATABASE_URL", raising=False)
    return file.parent


@pytest.fixture
def told(journal: Journal, answered: MakeAnswer) -> Answer:
    """An answer with every kind of evidence, recorded with a question full of traps."""
    answer = answered(
        text="They pay 15 percent [1].\x1b[2J",
        citations=(
            Citation(
                number=1,
                document_id="eo-14345-us-japan",
                title="Executive Order 14345",
                kind=Kind.POLICY_BRIEF,
                issuer="President",
                section="Automobiles",
                published=date(2025, 9, 4),
                status=Status.IN_FORCE,
                url="https://www.federalregister.gov/",
                quote="the rate\nis 15 percent",
                start=10,
                end=32,
            ),
        ),
        notices=(
            Notice(kind=NoticeKind.STALE, text="Checked long ago.", document_id="x", citations=()),
        ),
    )
    question = Question.model_validate(
        {"question": NASTY, "history": [{"question": "And trucks?", "answer": "25 percent."}]}
    )
    journal.record(
        question,
        answer,
        channel="telegram",
        chat_id=-42,
        user_id=7,
        asked_at=datetime(2025, 11, 3, 12, tzinfo=UTC),
    )
    return answer


def _run(*arguments: str, **environment: str) -> str:
    result = CliRunner().invoke(
        journal_app, arguments, env=environment, catch_exceptions=False, color=True
    )
    assert result.exit_code == 0
    return result.stdout


def test_a_list_in_a_pipe_is_one_line_a_turn_with_whole_ids(told: Answer) -> None:
    line = _run("list").removesuffix("\n")

    assert line.split("\t") == [
        told.id,
        "2025-11-03 12:00:00",
        "telegram",
        "answered",
        "250",
        "What [bold]tariff[/bold] [31m do cars pay?",
    ]


def test_a_list_on_a_terminal_is_a_table_that_fits_the_screen(told: Answer) -> None:
    table = _run("list", FORCE_COLOR="1", NO_COLOR="1", COLUMNS="80", TERM="dumb")

    heading, line = table.splitlines()
    assert heading.split()[:3] == ["id", "asked", "(UTC)"]
    assert told.id[:10] in line
    assert line.endswith("What [bold]tariff[/bo…")
    assert len(line) == 80


def test_the_limit_holds_from_the_newest_on(
    journal: Journal, question: Question, answered: MakeAnswer
) -> None:
    made = [answered() for _ in range(3)]
    for answer in made:
        journal.record(question, answer, channel="batch", asked_at=datetime(2025, 1, 1, tzinfo=UTC))

    listed = _run("list", "--limit", "2", "--json").splitlines()

    assert [json.loads(line)["id"] for line in listed] == [made[2].id, made[1].id]


def test_json_holds_no_character_that_a_terminal_would_act_on(told: Answer) -> None:
    for output in (_run("list", "--json"), _run("show", told.id, "--json")):
        assert output.removesuffix("\n").isprintable()
    shown = json.loads(_run("show", told.id, "--json"))
    assert shown["question"]["question"] == NASTY
    assert Answer.model_validate(shown["answer"]) == told


def test_a_turn_is_shown_with_all_its_evidence(told: Answer) -> None:
    shown = _run("show", told.id[:8])

    assert shown.replace("\n", "").isprintable()
    for expected in (
        told.id,
        "2025-11-03 12:00:00 UTC",
        "What [bold]tariff[/bold] [31m do cars",
        "And trucks?",
        "They pay 15 percent [1].",
        "stale: Checked long ago.",
        "[1] Executive Order 14345 (eo-14345-us-japan, Automobiles, 2025-09-04, in-force)",
        "“the rate is 15 percent” https://www.federalregister.gov/",
        "1. eo-14345-us-japan [10:90] Automobiles · score 0.750 · dense 1 · keyword -",
        "2. section-232-autos [0:40] Rates · score 0.500 · dense - · keyword 1",
        "total 250.0",
    ):
        assert expected in shown


def test_a_failed_turn_is_shown_with_its_error(journal: Journal, question: Question) -> None:
    journal.record_failure(question, "the model is away", channel="terminal")
    (turn,) = journal.turns()

    shown = _run("show", turn.id)

    assert "failed" in shown
    assert "the model is away" in shown
    assert "Answer" not in shown


def test_an_empty_journal_says_how_to_fill_it_and_prints_no_rows(home: Path) -> None:
    result = CliRunner().invoke(journal_app, ["list"])

    assert (result.exit_code, result.stdout) == (0, "")
    assert "lodestone ask" in result.stderr
    assert not home.exists()


def test_an_unknown_id_leaves_the_message_to_the_main_command() -> None:
    with pytest.raises(JournalError, match="lodestone journal list"):
        _run("show", "abc")


def test_a_misspelt_setting_is_refused() -> None:
    with pytest.raises(SettingsError, match="LODESTONE_DATABSE_URL"):
        _run("list", LODESTONE_DATABSE_URL="sqlite:///x.db")


@pytest.mark.parametrize(
    "arguments", [["list", "--limit", "0"], ["show"], ["list", "--limit", "x"]]
)
def test_wrong_use_ends_with_status_2(arguments: list[str]) -> None:
    assert CliRunner().invoke(journal_app, arguments).exit_code == 2
