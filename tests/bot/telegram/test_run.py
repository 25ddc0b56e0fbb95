from __future__ import annotations

import logging

import pytest
from langchain_core.runnables import RunnableLambda
from pydantic import SecretStr

from bot.settings import Settings
from bot.telegram.logs import LineFormatter
from bot.telegram.run import require_webhook, run_bot
from corpus.errors import SettingsError, TelegramError
from tests.bot.telegram.conftest import KeptJournal, example_answer

TOKEN = "12345:SECRET-token"  # noqa: S105 - not a real one


def start(**settings: object) -> None:
    run_bot(
        Settings(_env_file=None, **settings),  # type: ignore[arg-type]
        RunnableLambda(example_answer),
        KeptJournal(),
    )


@pytest.mark.parametrize("token", [None, SecretStr(""), SecretStr("  ")])
def test_without_a_token_one_line_says_how_to_get_one(token: SecretStr | None) -> None:
    with pytest.raises(TelegramError) as caught:
        start(telegram_token=token)

    line = str(caught.value)
    assert "\n" not in line
    for step in ("@BotFather", "/newbot", "LODESTONE_TELEGRAM_TOKEN"):
        assert step in line


@pytest.mark.parametrize("token", ["12345:ab/../cd", "12345:a b", "12345:é", "12345:a\nb"])
def test_a_token_that_cannot_be_one_is_refused_without_being_shown(token: str) -> None:
    with pytest.raises(TelegramError) as caught:
        start(telegram_token=SecretStr(token))

    assert token not in str(caught.value)
    assert "@BotFather" in str(caught.value)


@pytest.mark.parametrize("access", ["allow-list", "invite"])
def test_a_bot_that_should_keep_people_out_does_not_start_open(access: str) -> None:
    with pytest.raises(SettingsError, match=f"LODESTONE_ACCESS={access}"):
        start(telegram_token=SecretStr(TOKEN), access=access)


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({}, "LODESTONE_WEBHOOK_SECRET is not: set it to"),
        ({"webhook_secret": SecretStr("é")}, "LODESTONE_WEBHOOK_SECRET: no usable secret"),
        ({"webhook_secret": SecretStr("x" * 257)}, "LODESTONE_WEBHOOK_SECRET: no usable secret"),
        (
            {"webhook_secret": SecretStr("x"), "webhook_url": "http://bot.example.org/"},
            "Telegram pushes to https:// only",
        ),
    ],
)
def test_a_webhook_that_would_not_be_safe_is_one_line_that_says_why(
    settings: dict[str, object], told: str
) -> None:
    wanted = {"telegram_token": SecretStr(TOKEN), "webhook_url": "https://bot.example.org/tg"}
    with pytest.raises(SettingsError, match=told) as caught:
        start(**(wanted | settings))

    assert "\n" not in str(caught.value)


def test_the_path_of_a_webhook_is_that_of_its_public_address() -> None:
    def path(url: str) -> str:
        settings = Settings(_env_file=None, webhook_url=url, webhook_secret=SecretStr("x"))
        found = require_webhook(settings)
        assert found
        assert (found.host, found.port) == ("127.0.0.1", 8443)
        return found.path

    assert path("https://bot.example.org/a/b") == "/a/b"
    assert path("https://bot.example.org") == "/"
    assert require_webhook(Settings(_env_file=None)) is None


def record_of(message: str, error: Exception | None = None) -> logging.LogRecord:
    info = (type(error), error, error.__traceback__) if error else None
    return logging.LogRecord("x", logging.ERROR, "x.py", 1, message, (), info)


def test_a_log_line_never_holds_the_token() -> None:
    error = RuntimeError(f"at http://host/bot{TOKEN}/getMe")
    for tracebacks in (True, False):
        line = LineFormatter(TOKEN, tracebacks=tracebacks).format(record_of(f"bot{TOKEN}", error))
        assert "SECRET" not in line
        assert line.count("<token>") >= 2


def test_an_error_in_the_log_is_one_line_unless_debugging() -> None:
    record = record_of("it failed", ValueError("two\nlines"))

    assert (
        LineFormatter(TOKEN, tracebacks=False)
        .format(record)
        .endswith("ERROR x: it failed (ValueError: two lines)")
    )
