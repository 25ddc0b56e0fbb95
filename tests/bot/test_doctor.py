from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.doctor import Severity, describe, examine
from bot.settings import load_settings
from tests.bot.conftest import Lodestone
from tests.documents import write_document


def findings() -> dict[str, tuple[Severity, str]]:
    return {f.part: (f.severity, f"{f.message}; {f.remedy}") for f in examine(load_settings())}


def test_a_sound_installation_has_no_error(home: Path) -> None:
    found = findings()
    assert {part for part, (severity, _) in found.items() if severity is not Severity.OK} == {
        "telegram"
    }
    assert "up to date" in found["index"][1]
    assert "@BotFather" in found["telegram"][1]


def test_a_missing_index_is_a_note_with_its_remedy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LODESTONE_HOME", str(tmp_path / "new"))
    severity, told = findings()["index"]
    assert severity is Severity.NOTE
    assert told.startswith("there is no index yet; build it with: lodestone index")


def test_an_index_of_other_documents_is_a_note(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_document(tmp_path / "corpus", "a", topics=["unheard-of"])
    monkeypatch.setenv("LODESTONE_CORPUS", str(tmp_path / "corpus"))
    found = findings()
    assert found["index"][1].startswith("built from other documents or with another model")
    assert found["corpus"] == (
        Severity.NOTE,
        "1 documents, 1 problems; see them with: lodestone corpus check",
    )


def test_a_home_that_cannot_be_written_and_a_missing_corpus_are_errors(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_bytes(b"")
    monkeypatch.setenv("LODESTONE_HOME", str(tmp_path / "file"))
    monkeypatch.setenv("LODESTONE_CORPUS", str(tmp_path / "none"))
    found = findings()
    assert found["home"][0] is found["corpus"][0] is Severity.ERROR
    assert "set LODESTONE_HOME to a folder that can" in found["home"][1]


def test_the_rules_of_the_allocation_are_examined(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert findings()["allocation"][0] is Severity.OK
    write_document(tmp_path / "corpus", "measure")
    monkeypatch.setenv("LODESTONE_CORPUS", str(tmp_path / "corpus"))
    severity, told = findings()["allocation"]
    assert severity is Severity.NOTE
    assert "no document 'china-rare-earth-controls-april-2025' in the corpus" in told
    monkeypatch.setenv("LODESTONE_ALLOCATION", "off")
    assert "switched off" in findings()["allocation"][1]


def test_a_bot_that_could_not_start_is_an_error_with_its_remedy(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LODESTONE_TELEGRAM_TOKEN", "1:hush")
    assert "updates polled for" in findings()["telegram"][1]
    monkeypatch.setenv("LODESTONE_WEBHOOK_URL", "https://bot.example.org/telegram")
    severity, told = findings()["telegram"]
    assert severity is Severity.ERROR
    assert "LODESTONE_WEBHOOK_SECRET is not; set it to" in told
    monkeypatch.setenv("LODESTONE_WEBHOOK_SECRET", "s3cret")
    assert "pushed to https://bot.example.org/telegram" in findings()["telegram"][1]
    monkeypatch.setenv("LODESTONE_ACCESS", "invite")
    assert findings()["telegram"][0] is Severity.ERROR


def test_each_setting_is_shown_with_its_origin_and_secrets_are_not(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LODESTONE_TELEGRAM_TOKEN", "1:hush")
    rows = {name: (value, source) for name, value, source in describe(load_settings())}
    assert rows["LODESTONE_HOME"] == (str(home), "environment")
    assert rows["LODESTONE_TELEGRAM_TOKEN"] == ("(set, hidden)", "environment")
    assert rows["LODESTONE_EMBEDDING"] == ("minilm", "default")
    assert rows["LODESTONE_CORPUS"] == ("(not set)", "default")


def test_the_command_prints_findings_and_settings_and_its_status_tells_of_errors(
    home: Path, lodestone: Lodestone, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sound = lodestone("doctor")
    assert sound.status == 0
    assert "ok    index" in sound.out
    assert ["LODESTONE_HOME", str(home), "(environment)"] in map(str.split, sound.out.splitlines())
    monkeypatch.setenv("LODESTONE_CORPUS", str(tmp_path / "none"))
    broken = lodestone("doctor", "--json")
    assert broken.status == 1
    data = json.loads(broken.out)
    assert data["findings"][-1]["severity"] == "error"
    assert {"name", "value", "from"} == set(data["settings"][0])


def test_a_setting_that_cannot_be_used_is_one_line_here_too(
    lodestone: Lodestone, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LODESTONE_CHROMA_URL", "nowhere")
    ran = lodestone("doctor")
    assert (ran.status, ran.out) == (2, "")
    assert ran.err == (
        "lodestone: LODESTONE_CHROMA_URL: write it as http://host:port; mend or unset it\n"
    )
