"""`lodestone allocate` and its subcommands, in this process and in processes of their own."""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from corpus import PACKAGED_CORPUS
from tests.bot.conftest import Lodestone

PROFILE = {
    "horizon": "over-10y",
    "willingness": 3,
    "tolerable_loss_pct": 30,
    "emergency_fund": True,
    "costly_debt": False,
    "theme_knowledge": True,
    "exclusions": [],
    "as_of": "2026-11-22",
}
WEIGHTS = [300, 3700, 5375, 150, 200, 75, 200]

KEYS = [
    *("id", "as_of", "profile", "outcome", "level", "capacity_level", "sleeves", "signals"),
    *("rules_not_fired", "without_themes", "worst_year_pct", "stress", "cost_pct"),
    *("theme_extra_cost_pct", "warnings", "disclosures", "rules_version", "rules_hash"),
    "corpus_fingerprint",
]


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where results are kept; also for processes of their own."""
    monkeypatch.setenv("LODESTONE_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def profile(tmp_path: Path) -> str:
    return write(tmp_path)


def write(folder: Path, **changes: object) -> str:
    path = folder / "profile.json"
    path.write_text(json.dumps({**PROFILE, **changes}), encoding="utf-8")
    return str(path)


def weights(text: str) -> list[int]:
    return [line["weight_bp"] for line in json.loads(text)["sleeves"]]


def test_a_profile_gives_one_line_of_json_that_keeps_the_contract(
    lodestone: Lodestone, profile: str
) -> None:
    ran = lodestone("allocate", "--profile", profile, "--json")
    assert (ran.status, ran.err, ran.out.count("\n")) == (0, "", 1)
    data = json.loads(ran.out)
    assert list(data) == KEYS
    assert data["profile"] == PROFILE
    assert weights(ran.out) == WEIGHTS
    assert list(data["sleeves"][3]) == [
        *("sleeve", "weight_bp", "range_bp", "ledger", "funds", "screened_out")
    ]
    assert list(data["signals"][0]) == [
        *("id", "state", "tilts_bp", "document_id", "quote", "start", "end", "counter")
    ]
    assert list(data["sleeves"][3]["ledger"][0]) == ["rule", "bp", "reason"]
    assert list(data["sleeves"][3]["ledger"][1]) == [
        *("rule", "bp", "reason", "document_id", "quote", "start", "end")
    ]
    assert list(data["sleeves"][3]["funds"][0]) == ["ticker", "name", "expense_ratio_pct"]


def test_a_profile_is_shown_for_people(lodestone: Lodestone, profile: str) -> None:
    ran = lodestone("allocate", "--profile", profile)
    assert (ran.status, ran.err) == (0, "")
    assert ran.out.startswith("Allocation for 22 November 2026\n")
    ran = lodestone("allocate", "--profile", profile, "--language", "ja")
    assert ran.out.startswith("2026年11月22日の配分\n")


def test_the_questions_lead_to_the_same(
    lodestone: Lodestone, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = "3\nyes\nno\n3\nmaybe\n3\n30\nyes\nnone\n\n\nskip\n"
    monkeypatch.setattr(sys, "stdin", io.StringIO(answers))
    ran = lodestone("allocate", "--json", "--as-of", "2026-11-22")
    assert ran.status == 0
    assert weights(ran.out) == WEIGHTS
    assert "“maybe” is none of the answers" in ran.err


def test_questions_that_are_not_answered_are_told(
    lodestone: Lodestone, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("3\n"))
    ran = lodestone("allocate")
    assert ran.status == 2
    assert ran.err.startswith("lodestone: the input ended before the questions did")


def test_a_batch_is_worked_through(lodestone: Lodestone, tmp_path: Path) -> None:
    file = tmp_path / "profiles.jsonl"
    file.write_text(f"{json.dumps(PROFILE)}\n\nbroken\n", encoding="utf-8-sig")
    ran = lodestone("allocate", "--batch", str(file))
    assert (ran.status, ran.err) == (0, "")
    first, second = ran.out.splitlines()
    assert weights(first) == WEIGHTS
    assert json.loads(second)["line"] == 3


def test_the_table_has_fifteen_cells(lodestone: Lodestone) -> None:
    ran = lodestone("allocate", "table", "--json")
    cells = json.loads(ran.out)
    assert len(cells) == 15
    assert cells[-1]["worst_year_pct"] == -39.3
    assert len(lodestone("allocate", "table").out.splitlines()) > 15


def test_a_ledger_is_explained(lodestone: Lodestone, profile: str) -> None:
    ran = lodestone("allocate", "explain", "min", "--profile", profile, "--json")
    line = json.loads(ran.out)
    assert sum(entry["bp"] for entry in line["ledger"]) == line["weight_bp"] == 150
    ran = lodestone("allocate", "explain", "EQ", "--as-of", "2026-11-22")
    assert "53.75 %  in all" in ran.out
    assert ran.out.startswith("No profile was given (--profile), so this is for the example")
    ran = lodestone("allocate", "explain", "EQ", "--profile", profile)
    assert ran.out.startswith("Ledger of Global core equity")


def test_the_rules_are_shown(lodestone: Lodestone) -> None:
    data = json.loads(lodestone("allocate", "rules", "--json").out)
    assert len(data["signals"]) == 13
    assert "theme-cap: Cap of all themes" in lodestone("allocate", "rules").out


def test_two_days_are_compared(lodestone: Lodestone) -> None:
    days = ("--from", "2026-02-10", "--to", "2026-11-22")
    data = json.loads(lodestone("allocate", "diff", *days, "--json").out)
    assert {line["sleeve"] for line in data["sleeves"]} >= {"EQ", "MIN"}
    told = lodestone("allocate", "diff", *days).out.splitlines()
    at = next(n for n, line in enumerate(told) if line.startswith("Section 232 talks"))
    assert "in negotiation → lapsed, unconfirmed; tilts MIN +0.17 → MIN 0" in told[at]
    assert told[at + 1] == "    From 2026-07-14: lapsed, unconfirmed."
    assert told[at + 2].startswith("    “")
    assert "(s232-critical-minerals-11001), published 2026-01-14; " in told[at + 3]
    aged = next(n for n, line in enumerate(told) if line.startswith("NATO's 5 % pledge: in force"))
    assert "in force on both days; tilts DEF +0.7 → DEF +0.35" in told[aged]
    assert told[aged + 1].endswith("it counts less, for its age.")


def test_the_funds_are_listed(lodestone: Lodestone) -> None:
    assert len(json.loads(lodestone("allocate", "funds", "--json").out)) == 40
    assert "REMX" in lodestone("allocate", "funds").out


def test_a_picture_is_written(lodestone: Lodestone, profile: str, tmp_path: Path) -> None:
    target = tmp_path / "mix.png"
    for more in ([], ["--dark", "--language", "ja"]):
        ran = lodestone("allocate", "--profile", profile, "--chart", str(target), *more)
        assert ran.status == 0
        assert target.read_bytes().startswith(b"\x89PNG")


def test_a_picture_that_cannot_be_written_does_not_cost_the_result(
    lodestone: Lodestone, profile: str, tmp_path: Path
) -> None:
    target = tmp_path / "missing" / "mix.png"
    ran = lodestone("allocate", "--profile", profile, "--json", "--chart", str(target))
    assert ran.status == 1
    assert weights(ran.out) == WEIGHTS
    assert ran.err == f"lodestone: {target}: cannot be written (No such file or directory)\n"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--profile", "none.json"], "none.json: cannot be read (No such file or directory)"),
        (["--batch", "none.jsonl"], "none.jsonl: cannot be read (No such file or directory)"),
        (["--batch", "a", "--as-of", "2026-01-01"], "with --batch, profiles and their days"),
        (["--json", "table"], "write the options after the word table"),
        (["explain", "GOLD"], "there is no sleeve 'GOLD'; write one of: CASH, BOND"),
        (["diff", "--from", "x", "--to", "2026-01-01"], "--from 'x': not a date"),
        (["explain", "EQ", "--as-of", "soon"], "--as-of 'soon': not a date"),
    ],
)
def test_wrong_use_is_told_in_one_line(
    lodestone: Lodestone, arguments: list[str], message: str
) -> None:
    ran = lodestone("allocate", *arguments)
    assert (ran.status, ran.out) == (2, "")
    assert ran.err.startswith(f"lodestone: {message}")
    assert ran.err.count("\n") == 1


def test_a_bad_profile_is_told_with_its_file(lodestone: Lodestone, tmp_path: Path) -> None:
    path = write(tmp_path, willingness=9)
    ran = lodestone("allocate", "--profile", path)
    assert (ran.status, ran.out) == (2, "")
    assert ran.err == f"lodestone: {path}: willingness: 9 must be between 1 and 5\n"


def test_without_a_mix_there_is_nothing_to_draw_or_explain(
    lodestone: Lodestone, tmp_path: Path
) -> None:
    path = write(tmp_path, costly_debt=True)
    for arguments in (["explain", "EQ"], ["--chart", str(tmp_path / "x.png")]):
        ran = lodestone("allocate", *arguments, "--profile", path)
        assert ran.status == 1
        assert "there is no mix to" in ran.err
        assert "costly debt" in ran.err


def test_allocation_can_be_switched_off(
    lodestone: Lodestone, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LODESTONE_ALLOCATION_OFF_IN", "JP,DE")
    assert lodestone("allocate", "--profile", write(tmp_path), "--json").status == 0
    ran = lodestone("allocate", "--profile", write(tmp_path, country="JP"))
    assert (ran.status, ran.out) == (1, "")
    assert "switched off for JP" in ran.err
    monkeypatch.setenv("LODESTONE_ALLOCATION", "off")
    ran = lodestone("allocate", "table")
    assert (ran.status, ran.out) == (1, "")
    assert "switched off here" in ran.err
    monkeypatch.setenv("LODESTONE_ALLOCATION_OFF_IN", "Japan")
    ran = lodestone("allocate", "table")
    assert ran.status == 2
    assert "two capital letters a country" in ran.err


@pytest.fixture
def other_corpus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "corpus"
    shutil.copytree(PACKAGED_CORPUS, folder)
    monkeypatch.setenv("LODESTONE_CORPUS", str(folder))
    return folder


def test_a_changed_status_in_another_corpus_changes_the_mix(
    lodestone: Lodestone, profile: str, other_corpus: Path
) -> None:
    path = other_corpus / "minerals" / "china-october-2025-controls-suspension.md"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("status: suspended", "status: in-force"), encoding="utf-8")
    data = json.loads(lodestone("allocate", "--profile", profile, "--json").out)
    (signal,) = [s for s in data["signals"] if s["id"] == path.stem]
    assert (signal["state"], signal["tilts_bp"]) == (
        "in-force",
        {"MIN": 70, "DEF": -35, "TECH": -35},
    )
    assert weights(json.dumps(data)) != WEIGHTS


def test_a_changed_status_changes_what_two_days_differ_in_and_why(
    lodestone: Lodestone, profile: str, other_corpus: Path
) -> None:
    days = ("--from", "2026-11-01", "--to", "2026-11-22", "--profile", profile)
    before = json.loads(lodestone("allocate", "diff", *days, "--json").out)
    assert "us-project-vault-2026" not in {signal["id"] for signal in before["signals"]}

    path = other_corpus / "minerals" / "us-project-vault-2026.md"
    text = path.read_text(encoding="utf-8")
    text = text.replace("status: announced", "status: struck-down")
    text = re.sub(r"(?m)^effective_until: .*", "effective_until: 2026-11-10", text)
    path.write_text(text, encoding="utf-8")
    after = json.loads(lodestone("allocate", "diff", *days, "--json").out)

    (vault,) = [signal for signal in after["signals"] if signal["id"] == "us-project-vault-2026"]
    assert (vault["before"], vault["after"]) == ("in-force", "struck-down")
    assert vault["tilts_after"] == {"POL": 0}
    (pol,) = [line for line in after["sleeves"] if line["sleeve"] == "POL"]
    assert pol["after_bp"] < pol["before_bp"]
    assert pol["signals"] == ["us-project-vault-2026"]
    told = lodestone("allocate", "diff", *days).out
    assert "Project Vault: in force → struck down; tilts POL +0.7 → POL 0" in told
    assert "From 2026-11-11: struck down." in told
    assert "because of: Project Vault" in told


def test_a_signals_document_that_is_missing_stops_everything_in_one_line(
    lodestone: Lodestone, profile: str, other_corpus: Path
) -> None:
    (other_corpus / "minerals" / "us-project-vault-2026.md").unlink()
    ran = lodestone("allocate", "--profile", profile)
    assert (ran.status, ran.out) == (1, "")
    assert ran.err.count("\n") == 1
    assert re.search(r"rules\.yaml:\d+: signals\.5\.document: no document 'us-project-v", ran.err)


def fresh(*arguments: str, code: str = "from bot.cli import main; main()", **env: str) -> str:
    """What a new interpreter prints."""
    command = [sys.executable, "-c", code, *arguments]
    root = Path(__file__).parents[3]
    environment = {**os.environ, "PYTHONPATH": str(root), **env}
    ran = subprocess.run(
        command, env=environment, capture_output=True, text=True, encoding="utf-8", check=True
    )
    return ran.stdout


def test_the_same_input_gives_the_same_bytes_in_any_process(profile: str) -> None:
    outputs = {
        re.sub(r'^\{"id":"[^"]+"', "", fresh("allocate", "--profile", profile, "--json", **env))
        for env in ({"PYTHONHASHSEED": "1"}, {"PYTHONHASHSEED": "2"}, {"PYTHONHASHSEED": "77"})
    }
    assert len(outputs) == 1


def test_an_allocation_never_loads_the_search_or_a_drawing_library(profile: str) -> None:
    code = (
        "import sys\nfrom bot.cli import main\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "print(' '.join(sys.modules))"
    )
    loaded = set(fresh("allocate", "--profile", profile, code=code).splitlines()[-1].split())
    assert "bot.allocation" in loaded
    heavy = ("torch", "chromadb", "langchain", "langchain_core", "sentence_transformers")
    assert loaded.isdisjoint(
        {*heavy, "onnxruntime", "tokenizers", "matplotlib", "numpy", "telegram"}
    )
