"""All settings, read once from the environment or `.env`, prefix `LODESTONE_`."""

from __future__ import annotations

import os
from collections.abc import Iterable
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Literal

from dotenv import dotenv_values
from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from corpus.errors import SettingsError
from retrieval.configuration import Configuration

PREFIX = "LODESTONE_"
TELEGRAM_API = "https://api.telegram.org/bot"
SHORTEST_KEY = 32
HostAndPort = Annotated[str, Field(pattern=r"^(\[[0-9A-Fa-f:]+\]|[^:\s]+):\d{1,5}$")]
HttpUrl = Annotated[str, Field(pattern=r"^https?://\S+$")]


class Settings(BaseSettings):
    """What an operator may change; the descriptions are what `doctor` and the README show."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_file=".env", extra="ignore", frozen=True, env_ignore_empty=True
    )

    home: Path = Field(Path("var"), description="where the index and the journal live")
    corpus: Path | None = Field(None, description="another corpus folder than the packaged one")
    database_url: SecretStr | None = Field(
        None, description="journal database; default: SQLite in HOME"
    )
    journal_key: SecretStr | None = Field(
        None, description="the journal's master key; default: the file journal.key in HOME"
    )
    retention_days: Annotated[int, Field(ge=1)] | None = Field(
        None, description="days that the journal keeps turns; default: for good"
    )
    chroma_url: HttpUrl | None = Field(
        None, description="a Chroma server; default: Chroma in this process, stored in HOME"
    )
    embedding: str = Field(
        "minilm",
        description="`minilm` (packaged) or a sentence-transformers model's name or folder",
    )
    model: str | None = Field(None, description="a chat model, as provider:model; default: none")
    model_url: HttpUrl | None = Field(None, description="the chat model's base address")
    model_api_key: SecretStr | None = Field(None, description="the chat model's key")
    telegram_token: SecretStr | None = Field(None, description="the bot's token, from @BotFather")
    telegram_api_url: HttpUrl = Field(
        TELEGRAM_API, description="the Bot API's base, to which the token is appended"
    )
    webhook_url: HttpUrl | None = Field(None, description="public address for updates")
    webhook_secret: SecretStr | None = Field(None, description="secret the updates must carry")
    webhook_listen: HostAndPort = Field("127.0.0.1:8443", description="where updates are received")
    admins: Annotated[tuple[int, ...], NoDecode] = Field(
        (), description="Telegram ids of administrators, separated by commas"
    )
    access: Literal["open", "allow-list", "invite"] = Field("open", description="who may ask")
    quota_person: int = Field(
        120, ge=0, description="messages a person may send in an hour; 0: any number"
    )
    quota_group: int = Field(
        300, ge=0, description="messages to the bot in one group in an hour; 0: any number"
    )
    live_answer: Literal["edit", "draft", "off"] = Field(
        "edit", description="how an answer that takes long is shown as it forms in Telegram"
    )
    review_listen: HostAndPort = Field("127.0.0.1:8080", description="the review pages' address")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        "WARNING", description="how much is logged to stderr"
    )

    @field_validator("admins", mode="before")
    @classmethod
    def _split_ids(cls, value: object) -> object:
        return value.replace(",", " ").split() if isinstance(value, str) else value

    @field_validator("journal_key")
    @classmethod
    def _is_long(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and len(value.get_secret_value()) < SHORTEST_KEY:
            raise ValueError(
                f"a key has at least {SHORTEST_KEY} characters; make one: openssl rand -base64 32"
            )
        return value

    @field_validator("home", "corpus")
    @classmethod
    def _expand(cls, value: Path | None) -> Path | None:
        """Read `~` as shells do: an environment file has no shell."""
        try:
            return value.expanduser() if value else None
        except RuntimeError as error:
            raise ValueError("there is no home folder for '~'; write the whole path") from error

    @field_validator("log_level", mode="before")
    @classmethod
    def _upper(cls, value: object) -> object:
        return value.upper() if isinstance(value, str) else value

    def configuration(self) -> Configuration:
        """What the search and the composers need of these settings."""
        key = self.model_api_key.get_secret_value() if self.model_api_key else None
        return Configuration(
            home=self.home,
            corpus=self.corpus,
            embedding=self.embedding,
            chroma_url=self.chroma_url,
            model=self.model,
            model_url=self.model_url,
            model_api_key=key,
        )

    def journal_url(self) -> str:
        """The database that holds the journal."""
        if self.database_url:
            return self.database_url.get_secret_value()
        return f"sqlite:///{(self.home / 'journal.db').absolute()}"


def load_settings() -> Settings:
    """Read the settings.

    Raises:
        SettingsError: an unknown or unusable setting; the message names it and the remedy.
    """
    try:
        _refuse_unknown([*os.environ, *dotenv_values(".env")])
        return Settings()
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        name = str(first["loc"][0])
        reason = str(first["msg"]).removeprefix("Value error, ")
        if first["type"] == "string_pattern_mismatch":
            reason = (
                f"write it as {'host:port' if name.endswith('_listen') else 'http://host:port'}"
            )
        raise SettingsError(f"{PREFIX}{name.upper()}: {reason}; mend or unset it") from error
    except (OSError, UnicodeError) as error:
        raise SettingsError(f".env: cannot be read ({error}); save it as UTF-8 text") from error


def origin(name: str) -> str:
    """Where a setting's value came from: `environment`, `.env` or `default`."""
    variable = f"{PREFIX}{name}".upper()
    if os.environ.get(variable):
        return "environment"
    if any(key.upper() == variable and value for key, value in dotenv_values(".env").items()):
        return ".env"
    return "default"


def today() -> date:
    """The day in UTC: the clock that everything below the edge is handed."""
    from datetime import UTC, datetime

    return datetime.now(UTC).date()


def _refuse_unknown(variables: Iterable[str]) -> None:
    """A misspelt setting fails here instead of being ignored; what is not ours is let be."""
    known = [name.upper() for name in Settings.model_fields]
    for variable in variables:
        name = variable.upper().removeprefix(PREFIX)
        if variable.upper().startswith(PREFIX) and name not in known:
            near = get_close_matches(name, known, n=1)
            hint = f": did you mean {PREFIX}{near[0]}?" if near else "."
            raise SettingsError(f"{variable}: no such setting{hint} Mend or unset it")
