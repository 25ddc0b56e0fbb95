"""How the bot starts, fails and stops, over real HTTP."""

from __future__ import annotations

import asyncio
import signal
from asyncio.subprocess import Process

import pytest

from tests.e2e.telegram.conftest import PATIENCE, QUESTION, Telegram, ended, start

pytestmark = pytest.mark.e2e


async def first_line(bot: Process) -> str:
    """The first thing the bot writes to stderr."""
    assert bot.stderr is not None
    async with asyncio.timeout(PATIENCE):
        return (await bot.stderr.readline()).decode()


async def test_a_failure_is_told_with_a_reference_that_the_log_holds(
    telegram: Telegram, command: list[str], environment: dict[str, str]
) -> None:
    bot = await start(command, telegram, **environment)
    await telegram.write("this one is broken")
    (text,) = await telegram.receives()
    await telegram.write(QUESTION)
    await telegram.receives(2)

    bot.send_signal(signal.SIGTERM)
    status, errors = await ended(bot)
    assert status == 0
    reference = text.rsplit(": ", 1)[1]
    assert f"update 1 failed, reference {reference}: RuntimeError: broken as scripted" in errors
    assert "Traceback" not in errors


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_a_stop_signal_lets_the_answer_in_work_go_out(
    telegram: Telegram,
    command: list[str],
    environment: dict[str, str],
    number: signal.Signals,
) -> None:
    bot = await start(command, telegram, **environment)
    await telegram.is_called("getUpdates")
    await telegram.write("one with a pause")
    await telegram.is_called("sendChatAction")

    bot.send_signal(number)
    status, errors = await ended(bot)

    assert status == 0
    assert len(telegram.sent()) == 1
    assert errors == "Answering in Telegram as @lodestone_bot. Ctrl-C stops.\n"


async def test_a_refused_token_is_one_line_that_does_not_show_it(
    telegram: Telegram, command: list[str], environment: dict[str, str]
) -> None:
    telegram.accepts_token = False

    status, errors = await ended(await start(command, telegram, **environment))

    assert status == 1
    assert errors.count("\n") == 1
    assert errors.startswith("Telegram refused the token: ")
    assert "SYNTHETIC" not in errors


async def test_a_token_withdrawn_while_running_stops_the_bot_with_the_same_line(
    telegram: Telegram, command: list[str], environment: dict[str, str]
) -> None:
    bot = await start(command, telegram, **environment)
    await telegram.is_called("getUpdates")
    telegram.accepts_token = False
    await telegram.write("anything, so that the poll returns")

    status, errors = await ended(bot)

    assert status == 1
    assert errors.splitlines()[-1].startswith("Telegram refused the token: ")
    assert "Traceback" not in errors
    assert "SYNTHETIC" not in errors


async def test_a_network_that_is_down_is_said_once_and_tried_until_it_is_up(
    command: list[str],
    environment: dict[str, str],
) -> None:
    telegram = Telegram()
    async with telegram.listening():
        pass  # the port is known now, and nobody listens on it
    bot = await start(command, telegram, **environment)
    assert "cannot be reached" in await first_line(bot)
    await asyncio.sleep(1.5)

    async with telegram.listening():
        await telegram.is_called("getUpdates")
        await telegram.write(QUESTION)
        await telegram.receives()
        bot.send_signal(signal.SIGTERM)
        status, errors = await ended(bot)

    assert status == 0
    assert "cannot be reached" not in errors
    assert errors.count("is reached again") == 1


async def test_a_bot_that_never_reached_telegram_stops_when_told(
    command: list[str], environment: dict[str, str]
) -> None:
    telegram = Telegram()
    async with telegram.listening():
        pass
    bot = await start(command, telegram, **environment)
    assert "cannot be reached" in await first_line(bot)

    bot.send_signal(signal.SIGTERM)
    assert await ended(bot) == (0, "")


async def test_the_log_holds_no_token_even_when_it_tells_everything(
    telegram: Telegram, command: list[str], environment: dict[str, str]
) -> None:
    bot = await start(command, telegram, LODESTONE_LOG_LEVEL="DEBUG", **environment)
    await telegram.is_called("getUpdates")
    await telegram.write(QUESTION)
    await telegram.receives()

    bot.send_signal(signal.SIGTERM)
    status, errors = await ended(bot)

    assert status == 0
    assert "<token>" in errors
    assert "SYNTHETIC" not in errors
