"""`lodestone eval` with the real chain, on a corpus of two documents."""

from __future__ import annotations

import json
import shutil
from datetime import date
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from bot.commands.evaluate import EVALUATIONS, evaluate
from bot.journal import Journal
from bot.journal.review import Filters, GoldenKind, Reviews
from corpus import PACKAGED_CORPUS
from corpus.errors import LodestoneError, UsageError
from retrieval.answer import Answer, Outcome, Question
from retrieval.evaluation import GoldenQuestion

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


def test_the_journals_golden_questions_are_run_and_the_change_is_told(
    home: Path,
) -> None:
    with Journal(f"sqlite:///{home / 'journal.db'}") as journal:
        reviews = Reviews(journal)
        for text in ("What tariff applies to semi-finished copper products?", "Copper, 99%?"):
            asked = Question(question=text)
            journal.record(asked, _refused(asked), channel="telegram", user_id=7)
        wrong, right = reviews.search(Filters(), reviewer="ann").items
        for item, facts in ((right, (("copper",),)), (wrong, (("a unicorn",),))):
            golden = GoldenQuestion(
                id="as you like",
                question=item.question or "",
                answerable=True,
                documents=("s232-copper-10962",),
                must_include=facts,
            )
            reviews.promote(item.id, golden, kind=GoldenKind.GOLDEN, reviewer="ann")

    first = json.loads(run_journal(home, "--json")[1])["journal"]
    with Journal(f"sqlite:///{home / 'journal.db'}") as journal:
        better = golden.model_copy(update={"must_include": (("copper",),)})
        # An edited question keeps its id, so that the two runs are compared on it too.
        Reviews(journal).promote(wrong.id, better, kind=GoldenKind.GOLDEN, reviewer="ann")
    status, told, _ = run_journal(home)

    assert (first["questions"], first["right"], first["before"]) == (2, 1, None)
    assert status == 0
    told = " ".join(told.split())
    assert "right: 2 of 2 (100.0%); of the 2 asked before, 1 → 2 right (50.0% → 100.0%)" in told
    assert not list((home / EVALUATIONS).glob("*journal*"))


def test_one_kind_of_questions_is_to_be_named(home: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"either --questions FILE.jsonl or --journal"):
        run(home, "--journal")
    with pytest.raises(UsageError, match="no golden questions in the journal yet"):
        run_journal(home, home=tmp_path)


def run_journal(folder: Path, *arguments: str, home: Path | None = None) -> tuple[int, str, str]:
    """The same on the journal of a home."""
    environment = {
        "LODESTONE_HOME": str(home or folder),
        "LODESTONE_CORPUS": str(folder / "corpus"),
    }
    result = CliRunner().invoke(app, ["--journal", *arguments], env=environment)
    if isinstance(result.exception, LodestoneError):
        raise result.exception
    return result.exit_code, result.stdout, result.stderr


def _refused(asked: Question) -> Answer:
    return Answer(
        question_id=asked.id,
        question=asked.question,
        as_of=date(2026, 1, 1),
        language="en",
        outcome=Outcome.NOT_IN_CORPUS,
        text="Nothing.",
        composer="extractive",
        corpus_fingerprint="f",
    )
