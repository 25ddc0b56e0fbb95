"""`lodestone eval` with the real chain, on a corpus of two documents."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from bot.commands.evaluate import EVALUATIONS, evaluate
from corpus import PACKAGED_CORPUS
from corpus.errors import LodestoneError, UsageError

QUESTIONS = (
    {
        "id": "copper",
        "question": "What tariff applies to semi-finished copper products?",
        "answerable": True,
        "documents": ["s232-copper-10962"],
        "must_include": [["copper"]],
        "tags": ["copper"],
    },
    {
        "id": "soup",
        "question": "How long should I boil an egg?",
        "answerable": False,
        "tags": ["off-domain"],
    },
)

app = typer.Typer()
app.command()(evaluate)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One home for the module, so that the index is built once."""
    folder = tmp_path_factory.mktemp("home")
    (folder / "corpus").mkdir()
    for name in ("s232-copper-10962", "s232-trucks-10984"):
        shutil.copy(PACKAGED_CORPUS / "tariffs" / f"{name}.md", folder / "corpus")
    lines = [json.dumps(question) for question in QUESTIONS]
    (folder / "golden.jsonl").write_text("\n".join(lines), encoding="utf-8")
    return folder


def run(home: Path, *arguments: str) -> tuple[int, str, str]:
    """Exit status, stdout, stderr. A known error is raised, as the command line expects it."""
    environment = {"LODESTONE_HOME": str(home), "LODESTONE_CORPUS": str(home / "corpus")}
    questions = ["--questions", str(home / "golden.jsonl")]
    result = CliRunner().invoke(app, [*questions, *arguments], env=environment)
    if isinstance(result.exception, LodestoneError):
        raise result.exception
    return result.exit_code, result.stdout, result.stderr


def test_the_figures_are_printed_and_the_run_is_stored_beside_the_last(home: Path) -> None:
    status, first, _ = run(home)
    assert status == 0
    assert "right document in first five" in first
    assert "last run" not in first
    assert len(list((home / EVALUATIONS).iterdir())) == 1
    _, second, _ = run(home, "--no-save")
    assert "last run" in second
    assert len(list((home / EVALUATIONS).iterdir())) == 1


def test_json_is_one_object_and_promises_are_kept(home: Path) -> None:
    status, out, _ = run(home, "--json", "--no-save")
    assert status == 0
    data = json.loads(out)
    assert data["figures"]["recall_at_5"] == 1
    assert data["figures"]["quotes_exact"] == 1
    assert data["figures"]["claims_cited"] == 1
    assert data["stored"] is None
    assert data["as_of"] == "2026-11-22"


def test_a_broken_floor_ends_with_status_one_and_is_named(home: Path) -> None:
    (home / "floors.yaml").write_text("overall: {words_median: 1}", encoding="utf-8")
    status, out, err = run(home, "--no-save", "--floors", str(home / "floors.yaml"))
    assert status == 1
    assert "≤ 1" in out
    assert "ceiling broken: words of an answer, median" in err


def test_a_broken_question_file_is_an_error_before_anything_is_asked(home: Path) -> None:
    broken = home / "broken.jsonl"
    broken.write_text("{", encoding="utf-8")
    with pytest.raises(UsageError, match=r"broken\.jsonl, line 1"):
        run(home, "--questions", str(broken))
    with pytest.raises(UsageError, match=r"none\.yaml"):
        run(home, "--floors", str(home / "none.yaml"))


def test_a_date_that_is_none_is_refused(home: Path) -> None:
    status, _, err = run(home, "--as-of", "tomorrow")
    assert status == 2
    assert "tomorrow" in err
