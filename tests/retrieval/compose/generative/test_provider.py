from __future__ import annotations

import sys
from pathlib import Path

import pytest

from corpus.errors import SettingsError
from retrieval.compose.generative import Budget, open_writer
from retrieval.compose.generative.provider import open_model
from retrieval.configuration import Configuration


def configuration(**settings: str) -> Configuration:
    return Configuration.model_validate({"home": Path("unused"), **settings})


def test_without_a_model_there_is_no_writer() -> None:
    assert open_writer(configuration()) is None


@pytest.mark.parametrize("name", ["gpt-5", "openai:", ":gpt-5", "open ai:gpt-5", "OpenAI"])
def test_a_name_without_a_provider_is_refused_with_an_example(name: str) -> None:
    with pytest.raises(SettingsError, match=r"LODESTONE_MODEL: .* provider:model; write .*openai:"):
        open_writer(configuration(model=name))


def test_a_provider_langchain_does_not_know_is_refused() -> None:
    with pytest.raises(SettingsError, match='LangChain has no provider "nonsense"'):
        open_writer(configuration(model="nonsense:x"))


@pytest.mark.parametrize(
    ("name", "install"),
    [
        ("openai:gpt-5-mini", 'pip install "lodestone[openai]"'),
        ("groq:llama", 'pip install "langchain-groq"'),
    ],
)
def test_a_missing_package_is_named_with_what_to_install(
    name: str, install: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "langchain_openai", None)
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)

    with pytest.raises(SettingsError) as caught:
        open_writer(configuration(model=name, model_api_key="k"))

    assert install in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_provider_that_needs_a_key_asks_for_one() -> None:
    with pytest.raises(SettingsError, match="LODESTONE_MODEL_API_KEY: not set"):
        open_writer(configuration(model="openai:gpt-5-mini"))


def test_a_server_of_ones_own_gets_no_key_from_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-meant-for-somebody-else")

    model = open_model(configuration(model="openai:x", model_url="http://127.0.0.1:1/v1"), Budget())

    assert model.model_dump()["openai_api_key"].get_secret_value() == "none"


def test_retries_are_left_to_us_and_output_is_limited() -> None:
    model = open_model(
        configuration(model="openai:gpt-5-mini", model_api_key="k"), Budget(output_tokens=123)
    )

    settings = model.model_dump()
    assert (settings["max_retries"], settings["max_tokens"]) == (0, 123)
    assert settings["stream_usage"] is True


def test_a_model_that_cannot_be_set_up_is_told_in_one_line() -> None:
    with pytest.raises(SettingsError) as caught:
        open_writer(configuration(model="azure_openai:x", model_api_key="k"))

    assert str(caught.value).startswith("LODESTONE_MODEL: azure_openai:x cannot be set up")
    assert "\n" not in str(caught.value)


def test_the_key_is_not_shown_with_the_configuration() -> None:
    assert "sk-1" not in repr(configuration(model="openai:x", model_api_key="sk-1"))
