"""`lodestone bot` as people run it: the packaged documents, the real chain, the real journal.

What an answer says is judged elsewhere; here it is enough that it is cited and about the matter.
"""

from __future__ import annotations

import asyncio
import os
import re
import signal
import subprocess
from pathlib import Path

import pytest

from bot.telegram.split import visible_text
from tests.e2e.telegram.conftest import (
    LODESTONE,
    QUESTION,
    ROOT,
    Telegram,
    assert_well_formed,
    ended,
    start,
)

pytestmark = pytest.mark.e2e


def lodestone(*arguments: str, **environment: str) -> str:
    """What the command prints, once it has ended well."""
    done = subprocess.run(
        [*LODESTONE, *arguments],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="session")
def index_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the index of the packaged documents, built once."""
    home = tmp_path_factory.mktemp("home")
    lodestone("index", LODESTONE_HOME=str(home))
    return home


@pytest.fixture
def command() -> list[str]:
    return [*LODESTONE, "bot"]


@pytest.fixture
def environment(index_home: Path, tmp_path: Path) -> dict[str, str]:
    """The shared index, and a journal of the test's own."""
    return {
        "LODESTONE_HOME": str(index_home),
        "LODESTONE_DATABASE_URL": f"sqlite:///{tmp_path / 'journal.db'}",
    }


def assert_cited(text: str) -> None:
    """A message that answers: well formed, its first sentence in bold and cited, sources below."""
    assert_well_formed(text)
    assert re.search(r"<b>[^<]+</b> \[1\]", text)
    assert "<blockquote expandable>" in text
    assert re.search(r"\n\[1\]", visible_text(text))


@pytest.mark.usefixtures("bot")
async def test_a_conversation_is_answered_with_sources_and_kept_in_the_journal(
    telegram: Telegram, environment: dict[str, str]
) -> None:
    asked = [QUESTION, "And on 1 June 2025?", "日本車に現在かかっている米国の関税は何％ですか？"]
    for question in asked:
        before = len(telegram.sent())
        await telegram.write(question)
        await telegram.receives(before + 1)
    first, follow_up, japanese = await telegram.receives(len(asked))

    for text in (first, follow_up, japanese):
        assert_cited(text)
    assert "15%" in first
    assert first.endswith("<i>General information, not advice.</i>")
    assert "1 June 2025" in follow_up
    assert "27.5%" in follow_up
    assert "15%" in japanese
    assert "<b>出典</b>" in japanese
    assert japanese.endswith("<i>一般的な情報であり、助言ではありません。</i>")
    rows = [line.split("\t") for line in lodestone("journal", "list", **environment).splitlines()]
    assert [(row[2], row[3], row[-1]) for row in rows] == [
        ("telegram", "answered", question) for question in reversed(asked)
    ]


@pytest.mark.usefixtures("bot")
async def test_markup_in_a_question_is_text_to_the_chain_the_chat_and_the_journal(
    telegram: Telegram, environment: dict[str, str]
) -> None:
    asked = 'What is China\'s licensing of <b>gallium</b><script>alert("1")</script> & germanium?'
    await telegram.write(asked)
    (answer,) = await telegram.receives()
    await telegram.write("/sources")
    _, sources = await telegram.receives(2)

    assert_cited(answer)
    assert "allium" in answer
    assert "<script>" not in answer
    assert_well_formed(sources)
    assert visible_text(sources).startswith(f"Sources of the last answer\n{asked}")
    assert asked in lodestone("journal", "list", **environment)


async def test_a_stop_signal_amid_many_questions_lets_those_in_work_be_answered(
    telegram: Telegram, command: list[str], environment: dict[str, str]
) -> None:
    bot = await start(command, telegram, **environment)
    await telegram.is_called("getUpdates")
    await asyncio.gather(*(telegram.write(QUESTION, chat=chat) for chat in range(100, 120)))
    await telegram.is_called("sendChatAction")

    bot.send_signal(signal.SIGTERM)
    status, errors = await ended(bot)

    assert status == 0
    assert errors == "Answering in Telegram as @lodestone_bot. Ctrl-C stops.\n"
    typed = {
        fields["chat_id"] for method, fields, _ in telegram.calls if method == "sendChatAction"
    }
    answered = {
        fields["chat_id"] for method, fields, _ in telegram.calls if method == "sendMessage"
    }
    assert typed == answered
    kept = lodestone("journal", "list", "--limit", "100", **environment).splitlines()
    assert len(kept) == len(answered)


async def test_an_administrator_is_led_from_an_answer_to_its_page_for_reviewers(
    telegram: Telegram, command: list[str], environment: dict[str, str]
) -> None:
    address = "https://review.example.org"
    own = {"LODESTONE_ADMINS": "100", "LODESTONE_REVIEW_URL": address}
    bot = await start(command, telegram, **environment | own)
    await telegram.is_called("getUpdates")
    await telegram.write(QUESTION)
    await telegram.receives()
    await telegram.write("/review")
    _, told = await telegram.receives(2)
    bot.send_signal(signal.SIGTERM)
    status, errors = await ended(bot)

    assert status == 0, errors
    (listed,) = lodestone("journal", "list", **environment).splitlines()
    turn = listed.split("\t")[0]
    assert any(f"{address}/turns/{turn}" in str(fields) for _, fields, _ in telegram.calls)
    assert re.search(rf"{address}/link/[\w-]{{40,}}", told)
    assert "tg-100\tadmin\tlink" in lodestone("review", "list-users", **environment)
