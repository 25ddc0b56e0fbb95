from __future__ import annotations

import logging

import pytest
from langchain_core.runnables import RunnableLambda
from pydantic import SecretStr

from bot.settings import Settings
from bot.telegram.logs import LineFormatter
from bot.telegram.run import run_bot
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
