"""`lodestone allocate`, then `lodestone journal replay`: in processes of their own, as typed."""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.journal import KEY_FILE, Journal
from corpus import PACKAGED_CORPUS
from tests.bot.commands.test_allocate import PROFILE, write
from tests.bot.conftest import Lodestone

ROOT = Path(__file__).parents[3]


@pytest.fixture
def home(tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A HOME whose journal is on SQLite and on PostgreSQL in turn."""
    monkeypatch.setenv("LODESTONE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("LODESTONE_DATABASE_URL", database_url)
    return tmp_path / "home"


@pytest.fixture
def journal(home: Path, database_url: str) -> Iterator[Journal]:
    with Journal(database_url, key_file=home / KEY_FILE) as opened:
        yield opened


def run(*arguments: str, seed: str = "0") -> subprocess.CompletedProcess[str]:
    """The command in a new process."""
    return subprocess.run(
        [sys.executable, "-c", "from bot.cli import main; main()", *arguments],
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONHASHSEED": seed},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


@pytest.mark.parametrize("language", ["en", "ja"])
def test_a_result_is_made_again_to_the_last_byte_by_another_process(
    home: Path, tmp_path: Path, language: str
) -> None:
    profile = write(tmp_path, amount=1_000_000, currency="JPY")
    made = run("allocate", "--profile", profile, "--json", "--language", language, seed="1")
    assert (made.returncode, made.stderr) == (0, "")
    result = json.loads(made.stdout)["id"]

    again = run("journal", "replay", result, seed="2")
    told = json.loads(run("journal", "replay", result[:14], "--json", seed="3").stdout)

    assert (again.returncode, again.stdout) == (0, made.stdout)
    assert again.stderr == f"allocation {result} comes out the same\n"
    assert (told["id"], told["same"], told["differences"]) == (result, True, [])
    assert told["again"] == made.stdout.rstrip("\n")


def test_a_day_that_the_profile_does_not_name_is_kept_too(
    lodestone: Lodestone, home: Path, tmp_path: Path
) -> None:
    path = tmp_path / "p.json"
    path.write_text(json.dumps({k: v for k, v in PROFILE.items() if k != "as_of"}))
    for more in ([], ["--as-of", "2025-12-24"]):
        made = lodestone("allocate", "--profile", str(path), "--json", *more)
        again = lodestone("journal", "replay", json.loads(made.out)["id"])
        assert (again.status, again.out) == (0, made.out)


def test_the_id_is_shown_where_the_result_is_shown_for_people(
    lodestone: Lodestone, journal: Journal, tmp_path: Path
) -> None:
    for language, said in (("en", "made again by"), ("ja", "もう一度作るには")):
        shown = lodestone("allocate", "--profile", write(tmp_path), "--language", language)
        result = journal.results_of(None)[0].id
        last = shown.out.splitlines()[-1]
        assert said in last
        assert last.endswith(f"lodestone journal replay {result}")


def test_the_answers_of_the_questionnaire_are_kept(
    lodestone: Lodestone, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = "3\nyes\nno\n3\n3\n30\nyes\nnone\n\n\nskip\n"
    monkeypatch.setattr(sys, "stdin", io.StringIO(answers))
    made = lodestone("allocate", "--json", "--as-of", "2026-11-22")
    (record,) = journal.results_of(None, "allocation")
    assert record.document == made.out.rstrip("\n")
    assert lodestone("journal", "replay", record.id).out == made.out


def test_a_journal_that_fails_is_one_line_and_does_not_cost_the_result(
    lodestone: Lodestone, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = lodestone("allocate", "--profile", write(tmp_path))
    (tmp_path / "broken.db").write_text("this is no database, and never was one" * 30)
    for url in (f"sqlite:///{tmp_path / 'broken.db'}", "postgresql://nobody@127.0.0.1:1/none"):
        monkeypatch.setenv("LODESTONE_DATABASE_URL", url)
        made = lodestone("allocate", "--profile", write(tmp_path))
        assert made.status == 0
        assert made.out.splitlines() == kept.out.splitlines()[:-2]
        assert made.err.startswith("lodestone: this result was not kept: the journal ")
        assert made.err.count("\n") == 1


def test_a_batch_is_not_kept(lodestone: Lodestone, journal: Journal, tmp_path: Path) -> None:
    file = tmp_path / "profiles.jsonl"
    file.write_text(json.dumps(PROFILE))
    assert lodestone("allocate", "--batch", str(file)).status == 0
    assert journal.results_of(None) == ()


def test_a_changed_corpus_is_told_in_one_line(
    lodestone: Lodestone, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = json.loads(lodestone("allocate", "--profile", write(tmp_path), "--json").out)
    folder = tmp_path / "corpus"
    shutil.copytree(PACKAGED_CORPUS, folder)
    document = folder / "minerals" / "china-october-2025-controls-suspension.md"
    text = document.read_text(encoding="utf-8")
    document.write_text(text.replace("status: suspended", "status: in-force"), encoding="utf-8")
    monkeypatch.setenv("LODESTONE_CORPUS", str(folder))

    told = lodestone("journal", "replay", made["id"])

    assert (told.status, told.out) == (1, "")
    assert told.err.count("\n") == 1
    assert told.err.startswith(
        f"lodestone: result {made['id']} cannot be made again: the corpus "
        f"(then {made['corpus_fingerprint']}, now "
    )
    assert document.stem in told.err
    monkeypatch.delenv("LODESTONE_CORPUS")
    assert lodestone("journal", "replay", made["id"]).status == 0


def test_what_cannot_be_made_again_is_told_in_one_line(
    lodestone: Lodestone, journal: Journal, tmp_path: Path
) -> None:
    made = json.loads(lodestone("allocate", "--profile", write(tmp_path), "--json").out)["id"]
    other = journal.record_result("poem", '""', channel="terminal", user_id=4)
    assert lodestone("journal", "erase", "local", "--yes").status == 0
    for given, said in (
        (made, f'result "{made}" was erased at its user\'s wish'),
        (
            other,
            'results of kind "poem" cannot be made again here; what can: allocation, portfolio',
        ),
        ("alloc-none", 'no result "alloc-none" in the journal: give the id that stands below'),
    ):
        told = lodestone("journal", "replay", given)
        assert (told.status, told.out) == (1, "")
        assert told.err.startswith(f"lodestone: {said}")
        assert told.err.count("\n") == 1
