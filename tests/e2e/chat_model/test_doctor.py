"""`lodestone doctor` tells whether the configured chat model can be used, and sends nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.doctor import Finding, Severity, examine
from bot.settings import Settings
from tests.e2e.chat_model.scripted import ScriptedModel


def finding(home: Path, **settings: str) -> Finding:
    findings = examine(Settings.model_validate({"home": home, **settings}))
    return next(found for found in findings if found.part == "chat model")


def test_a_usable_model_is_named_with_its_address_and_not_asked(
    server: ScriptedModel, tmp_path: Path
) -> None:
    found = finding(tmp_path, model="openai:scripted", model_url=server.url)

    assert found.severity is Severity.OK
    assert f"openai:scripted at {server.url}" in found.message
    assert server.requests == []


@pytest.mark.parametrize(
    ("model", "told"),
    [
        ("gpt-5", "provider:model"),
        ("nonsense:x", "no provider"),
        ("openai:gpt-5-mini", "LODESTONE_MODEL_API_KEY"),
    ],
)
def test_an_unusable_model_is_an_error_with_its_remedy(
    model: str, told: str, tmp_path: Path
) -> None:
    found = finding(tmp_path, model=model)

    assert found.severity is Severity.ERROR
    assert told in found.message
    assert "unset LODESTONE_MODEL" in found.remedy


def test_no_model_is_no_fault(tmp_path: Path) -> None:
    assert finding(tmp_path).severity is Severity.OK
