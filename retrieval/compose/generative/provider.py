"""The chat model itself, made through LangChain from `provider:model`."""

from __future__ import annotations

import importlib.util
import re
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from corpus.errors import SettingsError
from retrieval.compose.generative.budget import Budget
from retrieval.configuration import Configuration

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

_NAME = re.compile(r"(?P<provider>[a-z][a-z0-9_]*):(?P<model>\S+)")
_NO_KEY = "none"
"""Sent to a server of one's own when no key is set, so that no other key is looked for."""


class Provider(BaseModel):
    """How LangChain's class for a provider calls what we set; see `providers.yaml`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    module: str | None = None
    install: str | None = None
    needs_key: bool = False
    tokens: str | None = None
    options: dict[str, Any] = Field(default_factory=dict)
    with_url: dict[str, Any] = Field(default_factory=dict)
    form: dict[str, Any] = Field(default_factory=dict)
    plain: dict[str, Any] = Field(default_factory=dict)


@lru_cache(maxsize=1)
def _providers() -> dict[str, Provider]:
    text = (Path(__file__).parent / "providers.yaml").read_text(encoding="utf-8")
    return TypeAdapter(dict[str, Provider]).validate_python(yaml.safe_load(text))


def find_provider(name: str) -> Provider:
    """What is known of the provider of `provider:model`."""
    return _providers().get(name.partition(":")[0], _providers()["other"])


def check_configuration(configuration: Configuration) -> None:
    """Look for what would keep the configured model from being used, without importing it.

    Raises:
        SettingsError: the name has no provider, a package is missing, or a key is; one line each.
    """
    name = configuration.model or ""
    match = _NAME.fullmatch(name)
    if match is None:
        raise SettingsError(
            f'LODESTONE_MODEL: "{name}" is not of the form provider:model; write for example '
            "openai:gpt-5-mini, anthropic:claude-haiku-4-5 or ollama:llama3.1"
        )
    provider = find_provider(name)
    if provider.module and importlib.util.find_spec(provider.module) is None:
        raise _missing(match["provider"], provider.install or provider.module)
    if provider.needs_key and not configuration.model_api_key and not configuration.model_url:
        raise SettingsError(
            f"LODESTONE_MODEL_API_KEY: not set, and {match['provider']} needs a key; set it, or "
            "LODESTONE_MODEL_URL for a server of your own"
        )


def open_model(configuration: Configuration, budget: Budget) -> BaseChatModel:
    """Make the configured chat model; nothing is sent yet.

    Raises:
        SettingsError: it cannot be made; one line with the remedy.
    """
    check_configuration(configuration)
    name = configuration.model or ""
    provider_name, _, model = name.partition(":")
    provider = find_provider(name)
    options: dict[str, Any] = dict(provider.options)
    if provider.tokens:
        options[provider.tokens] = budget.output_tokens
    if configuration.model_url:
        options |= {**provider.with_url, "base_url": configuration.model_url}
    if configuration.model_api_key:
        options["api_key"] = configuration.model_api_key
    elif provider.needs_key:
        options["api_key"] = _NO_KEY
    return _made(provider_name, model, options)


def _made(provider: str, model: str, options: dict[str, Any]) -> BaseChatModel:
    from langchain.chat_models import init_chat_model

    try:
        made: BaseChatModel = init_chat_model(model, model_provider=provider, **options)
    except ImportError as error:
        package = (error.name or f"langchain_{provider}").replace("_", "-")
        raise _missing(provider, package) from error
    except Exception as error:  # each provider's class has complaints of its own
        if isinstance(error, ValueError) and "nsupported" in str(error):
            raise SettingsError(
                f'LODESTONE_MODEL: LangChain has no provider "{provider}"; write for example '
                "openai:gpt-5-mini, anthropic:claude-haiku-4-5 or ollama:llama3.1"
            ) from error
        reason = " ".join(str(error).split())[:200]
        raise SettingsError(
            f"LODESTONE_MODEL: {provider}:{model} cannot be set up ({reason}); mend "
            "LODESTONE_MODEL, LODESTONE_MODEL_URL or LODESTONE_MODEL_API_KEY"
        ) from error
    return made


def _missing(provider: str, package: str) -> SettingsError:
    return SettingsError(
        f"LODESTONE_MODEL: {provider} needs a package that is not installed: "
        f'pip install "{package}"'
    )
